/*
 * pdf/tool.h - one run of a poppler tool, or of another package's program that is
 * shown a document, read line by line or byte by byte.
 */
#ifndef PDF_TOOL_H
#define PDF_TOOL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "proc/proc.h"

struct err;
struct jail;
struct pdf;

enum { PDFTOOL_PATIENCE = 5 };

#define PDFTOOL_POPPLER "poppler-utils" /* the package */

struct pdftool {
	struct proc proc;
	int fd; /* what it prints */
	struct buf b;
	size_t pos;
	bool eof;
	long cpu_ms;    /* of CPU time, in all */
	long still_ms;  /* of waiting for one that does not work */
	long was_ms;    /* of CPU time, when waiting began */
	int64_t due_ms; /* when it must have worked, as loop_now_ms */
	int64_t end_ms; /* when waiting ends, whether it works or not */
};

struct pdftool_conf {
	const char *const *argv; /* ends with NULL */
	const char *package;     /* of Debian, where it is; PDFTOOL_POPPLER: one of poppler's */
	const char *work;        /* a directory it may write to; NULL: none */
	int in;                  /* its standard input; 0: none */
	long as_bytes;           /* of address space; 0: as all */
	bool threads;            /* it cannot do without */
};

/* That of every tool, but for its files and what depends on the document. */
extern const struct jail pdftool_jail;

/*
 * Start argv, which may read the document and nothing else of the user's,
 * pdf_home aside, where it is looked for first.  What is left of the document's
 * CPU time is its limit while nobody reads; it is not read before pdftool_allow.
 */
int pdftool_run(struct pdftool *, const struct pdf *, const struct pdftool_conf *, struct err *);
/* The same of one of poppler's, which writes nothing, and is in pdf_home if there is one. */
int pdftool_start(struct pdftool *, const struct pdf *, const char *const *argv, struct err *);
/*
 * So much CPU time, counted from its start.  And waiting, from now on: still_ms
 * for one that does not work, and for one that does, on a machine that has
 * little time for it, PDFTOOL_PATIENCE times that.
 */
void pdftool_allow(struct pdftool *, long cpu_ms, long still_ms);
/*
 * The next line, NUL-terminated, cut at 64 KiB: 1, 0 at the end, -1 with
 * transient proc.timeout.
 */
int pdftool_line(struct pdftool *, char **line, struct err *);
/* Up to n bytes; 0 at the end; -1 as pdftool_line. */
ssize_t pdftool_read(struct pdftool *, void *data, size_t n, struct err *);
/*
 * After the end of what it printed: wait for its own.  -1 when it does not
 * come, or is no success: then what was printed last may be cut.
 */
int pdftool_finish(struct pdftool *, struct err *);
/* Kill it if it still runs, and release all. */
void pdftool_end(struct pdftool *);

#endif
