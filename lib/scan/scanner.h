/*
 * scan/scanner.h - documents asked of one clamd, again where that may help.
 *
 * A clamd that cannot be reached, or does not say its version, is not there: it is
 * tried again until it has not been there for as long as the patience says, which
 * is for all documents the same time, and then all is over: busy scan.server.  One
 * that is there but hangs up on a document, or is silent, is asked SCANNER_TRIES
 * times for it.  What comes before anything that makes sense has come is said by
 * no clamd: fatal scan.answer.
 */
#ifndef SCAN_SCANNER_H
#define SCAN_SCANNER_H

#include "scan/clamd.h"

struct scan;
struct scanner;

enum { SCANNER_TRIES = 3, SCANNER_WAIT_MS = 200, SCANNER_WAIT_MAX_MS = 5000 };

struct scanner_conf {
	struct loop *loop;
	const struct address *address; /* borrowed */
	long timeout_ms, patience_ms;
};

struct scanner *scanner_new(const struct scanner_conf *);
void scanner_free(struct scanner *); /* no scan may be left; NULL is allowed */
/* Those that wait to ask again are to wait no longer: they fail, transient stage.stopped. */
void scanner_stop(struct scanner *);

/*
 * Ask about the document open at fd, which is the scan's from here on.  done is
 * called once, from the loop, with errors as clamd.h and above; the scan is gone
 * after it.
 */
struct scan *scan_new(struct scanner *, int fd, clamd_fn *done, void *arg);
/* done does not come.  Not within it. */
void scan_cancel(struct scan *);

#endif
