/*
 * proc/relay.h - an error on its way out of a child.
 *
 * A child says its own error as one line of text, CLASS CODE RETRY_MS MESSAGE,
 * which travels inside whatever it answers.  The child may be in an attacker's
 * hands, so what arrives is checked: class and code are taken whole where they
 * are such as a child may say, whichever code it is; the rest is bounded.  The
 * stage of the error is the parent's command, as of every error in a record.
 */
#ifndef PROC_RELAY_H
#define PROC_RELAY_H

#include <stddef.h>

struct buf;
struct err;

enum {
	RELAY_CODE_MAX = 39, /* bytes of a code */
	RELAY_MAX = 512      /* bytes of what relay_put adds */
};

/* In the child: append the error. -1, with nothing added, when it does not fit. */
int relay_put(struct buf *, const struct err *);
/*
 * In the parent: the error that text[0..n) tells, in *e.  A code is a dotted
 * word of lower-case letters, digits and "_", and none of stage.* and job.*,
 * which steer those who pass records on; a class is validation, transient or
 * permanent.  Fatal is taken for jail.* and proc.exec, by which no other
 * child can do better; whatever else would stop the command is transient.  The
 * message is UTF-8, with "?" for bytes that are not.
 * What is malformed is -1, and *e transient, with the code given, which is
 * static.
 */
int relay_get(const char *text, size_t n, const char *malformed, struct err *e);
/* The same of a child that has met nothing untrusted yet: its class and code are taken whole. */
int relay_get_own(const char *text, size_t n, const char *malformed, struct err *e);

#endif
