/*
 * doc/linegap.h - what stands between two lines of a page that follow each
 * other, by where on the paper they begin and end.
 */
#ifndef DOC_LINEGAP_H
#define DOC_LINEGAP_H

struct textlines;

enum linegap {
	LINEGAP_NONE,     /* the line is as long as its paragraph lets it be */
	LINEGAP_LINE,     /* the first word of the next would have fitted behind it */
	LINEGAP_PARAGRAPH /* another block, or a line that is indented after one that ends */
};

/*
 * gap[i]: what is between line i and the next, of all lines but the last.
 * bytes: those of the words; from_right: the page is read from there.
 */
void linegaps(enum linegap *gap, const struct textlines *, const char *bytes, int from_right);

#endif
