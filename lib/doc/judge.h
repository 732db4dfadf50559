/*
 * doc/judge.h - whether a page's text layer says what its paper says.
 *
 * The evidence: the words with their boxes, a small picture of the page, its
 * images, and how much of its text is drawn visibly.  A word without ink under
 * its box, or under an image, is not on the page.  Ink that looks like text outside all words is
 * text that was not read.  Characters that make no words are checked against
 * the picture by who reads it.
 */
#ifndef DOC_JUDGE_H
#define DOC_JUDGE_H

#include <stdbool.h>

#include "img/ink.h"

struct image;
struct pdf_scan;
struct pdf_words;

/* What becomes of a page. */
enum verdict {
	VERDICT_LAYER, /* its text is that of the layer */
	VERDICT_PARTS, /* that, with what is read of some of its regions (doc/regions.h) */
	VERDICT_CHECK, /* it is read from its picture; the layer's, if that agrees */
	VERDICT_READ   /* it is read from its picture */
};

/* A page's evidence; zeroed at first. */
struct judged {
	bool looked;     /* a picture of it was seen */
	bool lost;       /* which lacks something that could not be drawn */
	bool blank;      /* and nothing was on it */
	long characters; /* of the words that are not hidden */
	long hidden;     /* words covered, tiny or without ink, now marked so */
	long pale; /* of them, and words in part, without ink, until that was looked for in color */
	long torn; /* words with a letter behind them that none has, too */
	double ems_read, ems_unread; /* what looks like text: under those words, elsewhere */
	bool cut;                    /* and there is more elsewhere than was looked at */
	struct ink_lines unread;     /* of it, elsewhere; judge_release() */
};

void judge_release(struct judged *); /* zeroes it */
/*
 * Words that an image is painted over become hidden, and those that are lower than
 * a point and a half, too low to be read, where most are four times as high.
 */
void judge_covers(struct judged *, const struct pdf_scan *, struct pdf_words *);
/*
 * Look at a picture of the page, of INK_DPI; other words without ink become hidden, those
 * with letters that something is painted over are cut (doc/covered.h).
 */
void judge_look(struct judged *, const struct image *, struct pdf_words *);
/*
 * Look at one in color (pdf/pdf.h) as well, of a page that is not blank: words that
 * are as bright as their ground, and of another color, are not hidden.
 */
void judge_look_color(struct judged *, const struct image *, struct pdf_words *);

/* Whether a picture was looked at that has all the words, and nothing else to read. */
bool judge_is_clean(const struct judged *);

/* Whether images that cover that share of a page are what it is made of. */
bool judge_is_scan(double share);
/* Whether most of the characters of a layer are drawn invisibly; visible: -1, not known. */
bool judge_is_unseen(long visible, long characters);

/* What else is known of it. */
struct judge_facts {
	double share; /* of the page that its images cover */
	bool images;  /* it has some, or may have */
	long visible; /* characters that are drawn visibly, or less; -1: not known */
};

/*
 * The verdict, and in *why its reason, one word: layer, blank, none (no words, or too few
 * where nothing was seen), ink (text beside the layer), hidden (the layer is drawn
 * invisibly), font (characters that make no words, on all of the page or in
 * parts), scan (images cover the page).
 */
enum verdict judge_verdict(const struct judged *, struct pdf_words *, const struct judge_facts *,
    const char **why);
/*
 * Whether more of its words are hidden than are seen, and no stamp's: perhaps the
 * paper should show them, as where a font in the file is damaged.
 */
bool judge_hides(const struct judged *, const struct pdf_words *);
/*
 * Whether words that are not hidden lie on each other: one of them is painted
 * over, as where a number in a file was changed, and which is not known.
 */
bool judge_overlaid(const struct pdf_words *);
/* Whether some of its words are odd (doc/letters.h), once it has its verdict. */
bool judge_misreads(const struct pdf_words *);
/* Whether text of that page will be missing when the layer is taken. */
bool judge_misses(const struct judged *);
/* Whether that is so much that the layer alone is no page. */
bool judge_misses_most(const struct judged *);

#endif
