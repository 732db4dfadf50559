/*
 * doc/picture.h - documents that are images: a page each, or several.
 *
 * For the table of kinds (doc/kind.h): the image libraries run here, in the
 * document's child, which has nothing but the open file and the work directory.
 */
#ifndef DOC_PICTURE_H
#define DOC_PICTURE_H

struct err;
struct maker;

int picture_png(struct maker *, struct err *);
int picture_jpeg(struct maker *, struct err *);
int picture_tiff(struct maker *, struct err *);

#endif
