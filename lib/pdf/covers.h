/*
 * pdf/covers.h - the part of mutool's script that finds text which an image is
 * painted over, as scanning programs hide what they have read.
 */
#ifndef PDF_COVERS_H
#define PDF_COVERS_H

/*
 * JavaScript in parts, as old as MuPDF 1.21 takes it: covering(list, bounds) runs a
 * page's list and gives { unseen, boxes }: glyphs that opaque images cover, that are
 * transparent, or white on the white of a scan; and the numbers of boxes, four each,
 * from the page's corner, in which all glyphs are covered; none where no glyph of the
 * page is seen.
 */
extern const char *const pdf_covers_script[3];

#endif
