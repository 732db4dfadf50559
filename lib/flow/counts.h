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

/* Counts by words; what does not fit is "other". */
struct counts_words {
	struct {
		char word[COUNTS_CODE_MAX];
		long n;
	} of[COUNTS_CODES];
	size_t n;
};

struct counts {
	long in, passed, failed, done, out;
	long of[COUNT_ALL];
	struct counts_words codes; /* of failed records */
	/* Pages, by who said what is on them, and "ENGINE CODE" where one could not. */
	struct counts_words engines;
};

void counts_word(struct counts_words *, const char *word, long n);
void counts_add(struct counts *, enum count, long n);
/* Rewrite the file, if there is to be one. Failing to is only logged. */
void counts_show(const struct counts *);
/*
 * Add to *sum (but for codes) what the files that tool has in the directory say.
 * What is not there, or is no such file, counts nothing.
 */
void counts_read(const char *dir, const char *tool, struct counts *sum);

#endif
