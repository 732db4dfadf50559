/*
 * md/trust.h - how far the pages of a document can be believed, put together.
 *
 * A page is doubtful by its "doubt"; a document's confidence is the mean of its
 * pages', each weighed by the characters of its Markdown, of those that have one.
 */
#ifndef MD_TRUST_H
#define MD_TRUST_H

#include <stdbool.h>
#include <stddef.h>

#include <jv.h>

struct err;
struct rec;

enum { TRUST_WHY_MAX = 96, TRUST_NAMED = 4, TRUST_WORDS = 32 };

struct trust {
	jv doubtful;        /* the numbers of such pages, as they came, */
	jv blank, picture;  /* of those with nothing on them, and with no text on them; */
	jv words;           /* the reasons of the doubtful ones: an object, word to true */
	double sure, chars; /* sums: of confidence times characters, of characters */
	size_t named;       /* of the lowest of those pages, in order: */
	struct trust_named {
		long page;
		char why[TRUST_WHY_MAX]; /* the words of its doubt, with commas */
	} first[TRUST_NAMED];
};

void trust_init(struct trust *);
void trust_release(struct trust *);
/*
 * Take note of a page that is good, whose Markdown is text: whether it is
 * doubtful, and then why, as in struct trust_named.
 */
bool trust_page(struct trust *, struct rec *page, const char *text, char why[TRUST_WHY_MAX]);
/* Pages, an array of numbers, are doubtful by that word, if not by another already. */
void trust_doubt(struct trust *, const jv *pages, const char *word);
/*
 * Set "confidence", "doubtful_pages", "doubt" (their reasons, once each),
 * "blank_pages" and "picture_pages" in the document's record, where there are any.
 */
void trust_describe(const struct trust *, struct rec *doc);
/* Permanent page.doubt, which names pages and reasons, where a page is doubtful: -1; else 0. */
int trust_error(const struct trust *, struct err *);

#endif
