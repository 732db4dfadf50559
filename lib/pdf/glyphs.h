/*
 * pdf/glyphs.h - the part of mutool's script that draws each letter of a
 * document once, so that it can be seen whether it looks like what it is said
 * to be.
 */
#ifndef PDF_GLYPHS_H
#define PDF_GLYPHS_H

enum {
	GLYPHS_CELL = 40,   /* pixels, of a letter's square */
	GLYPHS_ACROSS = 32, /* squares in a row */
	GLYPHS_MOST = 1024  /* that a run may draw, those to compare with aside */
};

/*
 * JavaScript, as old as MuPDF 1.21 takes it.  glyph_texts is filled by the caller's device;
 * glyphs(writer, dpi, number) takes letters from them, draws those that are new on a page
 * of the writer, and says whether it did, having printed "shapes NUMBER ROWS COUNT" and
 * for each square "shape FONT GLYPH CHARACTER": FONT is a number made of its name, 0 for a
 * letter of an ordinary font; CHARACTER 0 where the font names none.
 * glyph_id(name) makes that number, glyph_walk(text, fn) calls fn(font, matrix, glyph, character).
 */
extern const char *const pdf_glyphs_script;

#endif
