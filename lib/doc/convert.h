/*
 * doc/convert.h - documents that a program of a package opens, each for the table
 * of kinds (doc/kind.h).
 *
 * The program writes another file, which the document becomes (maker_say_become):
 * a PNG, or a TIFF of all pages, which is then opened by the code of its kind in
 * a jail of its own.  The packages are optional: where one is missing the
 * document fails with permanent document.tool, which names it.
 *
 * Which way up the image is is told once: where the program turns it, what its
 * file says of that is taken out; where it does not, it is put in.
 */
#ifndef DOC_CONVERT_H
#define DOC_CONVERT_H

struct err;
struct maker;

int convert_webp(struct maker *, struct err *);
int convert_gif(struct maker *, struct err *);
int convert_bmp(struct maker *, struct err *);
int convert_jp2(struct maker *, struct err *);
int convert_heif(struct maker *, struct err *);
int convert_djvu(struct maker *, struct err *);

#endif
