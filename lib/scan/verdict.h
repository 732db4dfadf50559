/*
 * scan/verdict.h - what clamd's answer about a document means.
 *
 * Exactly "stream: OK" is clean.  Whatever else there is, or may come to be, is
 * not: a signature that was found, an error, or nonsense (clamd(8), INSTREAM).
 * Signatures that begin with Heuristics.Limits.Exceeded or Heuristics.Encrypted
 * say that clamd has not looked at all of it.
 */
#ifndef SCAN_VERDICT_H
#define SCAN_VERDICT_H

#include <stddef.h>

struct err;

enum { VERDICT_NAME_MAX = 200 }; /* bytes of a signature's name, as it is shown */

struct verdict {
	const char *result; /* "clean", "infected", "encrypted", "limit"; static; or NULL */
	char signature[VERDICT_NAME_MAX + 1]; /* UTF-8 that can be shown, perhaps cut; or "" */
};

/*
 * Read an answer, without what numbers or ends it.  0: it is clean.  -1 with
 * validation scan.infected, scan.encrypted, permanent scan.limit (a result is
 * there); transient scan.failed, scan.answer, scan.server (clamd has waited too
 * long for us; there is none).
 */
int verdict_read(const char *answer, size_t len, struct verdict *, struct err *);

#endif
