/*
 * img/eighths.h - how much smaller a JPEG image is decoded (img/jpeg.h): libjpeg does so
 * by eighths, a side rounded up.
 */
#ifndef IMG_EIGHTHS_H
#define IMG_EIGHTHS_H

#include <stdbool.h>
#include <stdint.h>

struct jpeg_wish;

/* 8, 4, 3, 2 or 1, of an image of that size; dpi 0: not known; colour: it is kept. */
uint8_t eighths_of(const struct jpeg_wish *, uint32_t width, uint32_t height, double dpi,
    bool colour);

#endif
