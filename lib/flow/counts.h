/*
 * flow/counts.h - what a command has done so far, and the file that shows it.
 *
 * Where QUIRE_PROGRESS names a directory that is ours and that not everybody may
 * write to, TOOL.PID in it holds the counts as one JSON object; no link there is
 * followed.  It is written at the start, replaced by rename at most once a
 * second and at the end.
 */
#ifndef FLOW_COUNTS_H
#define FLOW_COUNTS_H

#include <stddef.h>

/* What the records stand for, besides themselves. */
enum count {
	COUNT_PAGES,
	COUNT_BYTES,
	COUNT_SKIPPED,
	COUNT_DOUBTFUL,
	COUNT_BLANK,
	COUNT_PICTURE,
	COUNT_LINKS,
	COUNT_SPECIAL,
	COUNT_YOUNG,
	COUNT_UNMATCHED,
	COUNT_FOLDERS,
	COUNT_UNKNOWN,
	COUNT_ALL
};

enum { COUNTS_CODES = 64, COUNTS_CODE_MAX = 48 };

struct counts {
	long in, passed, failed, done, out;
	long of[COUNT_ALL];
	struct {
		char code[COUNTS_CODE_MAX];
		long n;
	} codes[COUNTS_CODES]; /* of failed records; what does not fit is "other" */
	size_t ncodes;
};

void counts_code(struct counts *, const char *code, long n);
void counts_add(struct counts *, enum count, long n);
/* Rewrite the file, if there is to be one. Failing to is only logged. */
void counts_show(const struct counts *);
/*
 * Add to *sum (but for codes) what the files that tool has in the directory say.
 * What is not there, or is no such file, counts nothing.
 */
void counts_read(const char *dir, const char *tool, struct counts *sum);

#endif
