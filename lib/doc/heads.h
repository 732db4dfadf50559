/*
 * doc/heads.h - what files of images say of themselves, as far as that is needed
 * before a program of a package is started on one: of which kind it is, how
 * large, and how many images it holds.
 *
 * Nothing is decoded.  What makes no sense counts as not said: the program that
 * decodes the image finds out.
 */
#ifndef DOC_HEADS_H
#define DOC_HEADS_H

#include <stdbool.h>
#include <stddef.h>

/* Whether its first bytes are those of such a file: magic numbers, and what must stand there. */
bool heads_is_webp(const char *head, size_t n);
bool heads_is_gif(const char *head, size_t n);
bool heads_is_bmp(const char *head, size_t n);
bool heads_is_jp2(const char *head, size_t n);
bool heads_is_heic(const char *head, size_t n);
bool heads_is_avif(const char *head, size_t n);
bool heads_is_djvu(const char *head, size_t n);

struct heads {
	double width, height; /* pixels, of the largest image; 0: not said */
	long frames;          /* images one after the other; 1 where that is not said */
	int orientation;      /* 1..8, as EXIF says it */
	long per_metre[2];    /* pixels, across and down; 0: not said */
	long files;           /* of a DjVu: pages and what they share */
	bool elsewhere;       /* and they are not in this one */
};

/* Of the file open at fd, whose place is not moved. */
void heads_webp(int fd, struct heads *);
void heads_gif(int fd, struct heads *);
void heads_bmp(int fd, struct heads *);
void heads_jp2(int fd, struct heads *);
void heads_heif(int fd, struct heads *);
void heads_djvu(int fd, struct heads *);

#endif
