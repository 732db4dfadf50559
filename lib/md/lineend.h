/*
 * md/lineend.h - which lines of a paragraph end where its writer ended them, and
 * which only where the paper did.
 *
 * A line ends of itself, and stays one, where
 *  - the first word of the next would have fitted behind it.  Who knows the
 *    widths on paper says so by a mark; else the characters are counted, the
 *    room that the longest line has being 6/7 of its characters;
 *  - the next one begins with a bullet, or with a number or letter of a list
 *    whose next or last one begins a line, too;
 *  - it ends in a page's number behind a row of dots, or in an amount of money
 *    or a number, as the line above or below does;
 *  - all lines are one word each, and three or more;
 *  - most lines of the paragraph do, and the next begins with a capital, a
 *    digit or an item's mark; where all lines begin so, half of them are
 *    enough, and where they are short, too, as those of addresses, it needs none.
 */
#ifndef MD_LINEEND_H
#define MD_LINEEND_H

#include <stdbool.h>
#include <stddef.h>

#define LINEEND_MARK "\v" /* in front of a newline: the line ends of itself */

struct lineend {
	const char *s, *e; /* without mark and newline; e > s */
	bool ends;         /* of itself; the last one does */
};

struct lineends {
	struct lineend *v;
	size_t n;
};

/*
 * The lines of the paragraph [s, end), which is UTF-8 of one line or more,
 * none of them empty.
 * marked: marks tell the widths.
 */
void lineends_make(struct lineends *, const char *s, const char *end, bool marked);
void lineends_release(struct lineends *);

#endif
