/*
 * ocr/pose.h - how the text of a page lies: which way its lines run, how much
 * they lean, and whether letters stand on their feet.
 *
 * Told by geometry alone, in a few ms.  Lines are found by projection: seen
 * along them the feet of letters fall on a few places, seen from elsewhere on
 * all (Baird, The skew angle of printed documents, 1987).  Feet from heads are
 * told by what rises above and hangs below small letters, which is only so
 * in Latin, Greek and Cyrillic: what it says is a suspicion, not more.
 */
#ifndef OCR_POSE_H
#define OCR_POSE_H

#include <stdbool.h>

struct parts;

enum { POSE_LEAN_MAX = 20 }; /* degrees */

struct pose {
	bool known;    /* there are enough letters, and they stand in lines */
	bool sideways; /* the lines seem to run up and down */
	double lean;   /* degrees clockwise, -20..20, of the lines; 0 where not known */
	double sharp;  /* how much sharper the lines are so than not turned back */
	int size;      /* pixels of the small page: the usual letter's longer side */
	int up;        /* 1: on their feet, -1: on their heads, 0: it cannot be told */
};

void pose_find(struct pose *, const struct parts *);

#endif
