#include <math.h>
#include <stddef.h>

#include "img/eighths.h"
#include "img/image.h"
#include "img/jpeg.h"

enum {
	ALL = 8,
	SCAN_LEAST = 150 /* dpi: files that claim less tell a screen's, or a camera's */
};

static double
rounded_up(uint32_t side, uint8_t eighths)
{
	return ceil((double)side * eighths / ALL);
}

/* Whether it is a scan, as it says, that would be too coarse in so many eighths. */
static bool
is_coarse(const struct jpeg_wish *wish, double dpi, uint8_t eighths)
{
	return dpi >= SCAN_LEAST && dpi * eighths / ALL < wish->dpi;
}

/* most: pixels of an image that image_init takes; all: none less than that will do. */
static bool
is_within(const struct jpeg_wish *wish, double w, double h, double most, bool all)
{
	const double area = all ? fmax(wish->area, most) : wish->area;
	const double side = all ? fmax((double)wish->side, IMAGE_SIDE_MAX) : (double)wish->side;

	return w * h <= area && w <= side && h <= side;
}

/* The decoder's steps between a half and the whole cost more than the whole. */
uint8_t
eighths_of(const struct jpeg_wish *wish, uint32_t width, uint32_t height, double dpi, bool colour)
{
	static const uint8_t step[] = { ALL, 4, 3, 2, 1, 0 };
	const double most = colour ? IMAGE_COLOUR_MAX : IMAGE_AREA_MAX;
	/* What is long, or would be when it is turned, has the decoder's limits, */
	const bool is_long = image_is_long(width, height) || image_is_long(height, width);
	size_t i;

	for (i = 0; step[i + 1] > 0; i++) /* and so has what is too coarse in fewer. */
		if (is_within(wish, rounded_up(width, step[i]), rounded_up(height, step[i]), most,
			is_long || is_coarse(wish, dpi, step[i + 1])))
			break;
	if (wish->finer && i > 0 &&
	    rounded_up(width, step[i - 1]) * rounded_up(height, step[i - 1]) <= most)
		i--;
	return step[i];
}
