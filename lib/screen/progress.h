/*
 * screen/progress.h - how a run of quire goes, in one line, out of the counts that
 * its commands keep (flow/counts.h).
 */
#ifndef SCREEN_PROGRESS_H
#define SCREEN_PROGRESS_H

#include <stdint.h>

/* The rate is that of the last five minutes, where they are looked at so often. */
enum { PROGRESS_SAMPLES = 61, PROGRESS_EACH_MS = 5000, PROGRESS_MAX = 256 };

struct progress_sample {
	int64_t at_ms;
	long ended, pages; /* documents, and pages, so far */
};

struct progress {
	const char *session; /* of quire run: the caller's */
	struct progress_sample ring[PROGRESS_SAMPLES];
	int n, next; /* of ring: how many there are, where the next one goes */
};

void progress_init(struct progress *, const char *session);
/*
 * Look at the counts, at the time now_ms, and say them, no control among them, as
 * "12 of 120 documents, 45 pages read".  Parts stand between ", ", the most telling
 * first.
 */
void progress_say(struct progress *, int64_t now_ms, char text[PROGRESS_MAX]);
/* The same, of counts that are known. */
struct progress_counts {
	long listed, skipped; /* skipped of them are up to date */
	long done, failed, pages;
	int working; /* documents are given out: all are listed */
};
void progress_of(struct progress *, const struct progress_counts *, int64_t now_ms,
    char text[PROGRESS_MAX]);

#endif
