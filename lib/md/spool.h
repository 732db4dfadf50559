/*
 * md/spool.h - the texts of one document's pages, on disk until all are there.
 */
#ifndef MD_SPOOL_H
#define MD_SPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/digest.h"

struct err;

enum { SPOOL_CODE_MAX = 48 };

struct spool_page {
	long page;
	off_t off; /* of its text in the spool */
	size_t len;
	bool failed; /* the text is the code of its error */
};

struct spool {
	const char *work;     /* the directory's path, the owner's */
	const char *head;     /* what stands before all pages, the owner's; NULL: nothing */
	struct spool_page *v; /* as they came */
	size_t n, cap;
	off_t end;
	size_t *seen, nseen; /* private: where each stands in v, from 1, by its number */
};

/* Whether that page is there already. */
bool spool_has(const struct spool *, long page);
/*
 * Append a page's text to the spool file in work.  Transient disk.full, else
 * io.write by err_class_of; work.path, work.gone.
 */
int spool_add(struct spool *, const struct spool_page *, const char *text, struct err *);
/*
 * Put the pages together as work/out.md (by rename) and remove the spool;
 * hex is the SHA-256 of what was written. Errors as of spool_add.
 */
int spool_finish(struct spool *, char hex[DIGEST_HEX + 1], struct err *);
/* Remove the spool file, if there is one, and forget the pages. */
void spool_drop(struct spool *);

#endif
