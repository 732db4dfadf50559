#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "scan/verdict.h"

#define STREAM "stream: "
#define FOUND " FOUND"
#define ERROR " ERROR"
#define BEYOND "Heuristics.Limits.Exceeded"
#define LOCKED "Heuristics.Encrypted"

static bool
answer_begins(const char *s, size_t n, const char *with)
{
	return n >= strlen(with) && memcmp(s, with, strlen(with)) == 0;
}

static bool
answer_ends(const char *s, size_t n, const char *with)
{
	return n >= strlen(with) && memcmp(s + n - strlen(with), with, strlen(with)) == 0;
}

/* What clamd said as it may be shown: it comes from outside. */
static void
show_said(const char *s, size_t n, char *out, size_t size)
{
	struct buf b = BUF_INIT(size - 1);

	buf_shown(&b, s, n);
	memcpy(out, b.len ? b.p : "", b.len);
	out[b.len] = '\0';
	buf_release(&b);
}

/* "Heuristics.Limits.Exceeded.MaxScanSize" says which; older ones do not. */
static int
beyond(const char *signature, struct err *e)
{
	const char *which = signature + strlen(BEYOND);
	const size_t n = *which == '.' ? strspn(which + 1,
					     "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
					     "abcdefghijklmnopqrstuvwxyz")
				       : 0;

	if (n > 0)
		return err_set(e, ERR_PERMANENT, CODE_SCAN_LIMIT,
		    "clamd has not looked at all of it (%s): raise %.*s in its clamd.conf",
		    signature, (int)n, which + 1);
	return err_set(e, ERR_PERMANENT, CODE_SCAN_LIMIT,
	    "clamd has not looked at all of it (%s): raise MaxScanSize, MaxFileSize, MaxFiles, "
	    "MaxRecursion or MaxScanTime in its clamd.conf",
	    signature);
}

static int
found(struct verdict *v, struct err *e)
{
	const size_t n = strlen(v->signature);

	if (answer_begins(v->signature, n, BEYOND)) {
		v->result = "limit";
		return beyond(v->signature, e);
	}
	if (answer_begins(v->signature, n, LOCKED)) {
		v->result = "encrypted";
		return err_set(e, ERR_VALIDATION, CODE_SCAN_ENCRYPTED,
		    "it is encrypted, so that clamd cannot look into it (%s)", v->signature);
	}
	v->result = "infected";
	return err_set(e, ERR_VALIDATION, CODE_SCAN_INFECTED, "clamd found %s", v->signature);
}

/* An answer that ends in ERROR. */
static int
refused(const char *said, struct verdict *v, struct err *e)
{
	if (strstr(said, "size limit exceeded")) {
		v->result = "limit";
		return err_set(e, ERR_PERMANENT, CODE_SCAN_LIMIT,
		    "it is longer than clamd takes (%s): raise StreamMaxLength in its clamd.conf, "
		    "and MaxFileSize and MaxScanSize with it",
		    said);
	}
	if (strstr(said, "Time limit reached")) {
		v->result = "limit";
		return err_set(e, ERR_PERMANENT, CODE_SCAN_LIMIT,
		    "clamd takes too long for it (%s): raise MaxScanTime in its clamd.conf", said);
	}
	return err_set(e, ERR_TRANSIENT, CODE_SCAN_FAILED, "clamd could not scan it: %s", said);
}

int
verdict_read(const char *answer, size_t len, struct verdict *v, struct err *e)
{
	const size_t before = strlen(STREAM);
	char said[VERDICT_NAME_MAX + 1];

	v->result = NULL;
	v->signature[0] = '\0';
	if (len == strlen(STREAM "OK") && memcmp(answer, STREAM "OK", len) == 0) {
		v->result = "clean";
		return 0;
	}
	if (answer_begins(answer, len, STREAM) && answer_ends(answer, len, FOUND) &&
	    len > before + strlen(FOUND)) {
		show_said(answer + before, len - before - strlen(FOUND), v->signature,
		    sizeof(v->signature));
		return found(v, e);
	}
	show_said(answer, len, said, sizeof(said));
	if (answer_ends(answer, len, ERROR))
		return refused(said, v, e);
	if (strstr(said, "READ TIMED OUT"))
		return err_set(e, ERR_TRANSIENT, CODE_SCAN_SERVER,
		    "clamd has waited too long for the document (%s)", said);
	return err_set(e, ERR_TRANSIENT, CODE_SCAN_ANSWER,
	    "what answers for clamd makes no sense: %s", *said ? said : "nothing");
}
