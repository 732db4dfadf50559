/*
 * pdf/shapes.h - whether the letters of a document's fonts look like what they
 * are said to be.
 *
 * Each letter is compared with those of ordinary fonts: a table (pdf/faces.h), and
 * what else is taken with font 0.  A font whose
 * characters are others than those that are drawn has several letters that
 * look much more like others.  That is evidence and no proof: it says what is worth
 * reading.  It sees Latin, Greek and Cyrillic letters and digits, and other
 * scripts where Latin letters are drawn for them.
 */
#ifndef PDF_SHAPES_H
#define PDF_SHAPES_H

#include <stdbool.h>
#include <stddef.h>

struct image;

/* A letter of a font. */
struct pdf_glyph {
	long font;      /* a number made of its name; 0: of an ordinary font, to compare with */
	long gid;       /* its number there */
	long character; /* that it is said to be; 0: none */
};

enum { PDF_LIES = 256 };

/* What is worth reading. */
struct pdf_lies {
	struct pdf_lie {
		long font;
		enum { LIE_FONT, LIE_GLYPH, LIE_UNNAMED } what; /* all, that one, those with none */
		long gid, character;
	} v[PDF_LIES];
	size_t n;
};

struct pdf_shapes;

struct pdf_shapes *pdf_shapes_new(void);
void pdf_shapes_free(struct pdf_shapes *); /* NULL is allowed */
/* The gray square that a letter is drawn in. */
struct pdf_square {
	const struct image *im;
	long x, y, side;
};
/* Take a letter; more than some thousands are passed over. */
void pdf_shapes_add(struct pdf_shapes *, const struct pdf_glyph *, const struct pdf_square *);
/* Add what the letters so far tell, once; they are forgotten. */
void pdf_shapes_judge(struct pdf_shapes *, struct pdf_lies *);

#endif
