/*
 * img/holes.h - blocks of a JPEG that are not there: its decoder gives them one
 * value, and they become white.
 */
#ifndef IMG_HOLES_H
#define IMG_HOLES_H

#include <stdbool.h>
#include <stdint.h>

struct image;

struct holes {
	uint32_t block;   /* pixels, a side */
	bool ycc;         /* the first plane says how bright it is, else all do */
	uint8_t nothing;  /* how bright blocks are that are not there */
	uint8_t white[3]; /* what each plane has of white */
};

/*
 * Of rows from..end those up to spoiled miss something, and all that have a hole; how
 * many do.
 */
uint32_t holes_fill(const struct holes *, struct image *, uint32_t from, uint32_t end,
    uint32_t spoiled);
/* Rows from y on are white. */
void holes_end(const struct holes *, struct image *, uint32_t y);

#endif
