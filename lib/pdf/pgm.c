#include <limits.h>
#include <string.h>

#include "pdf/pgm.h"
#include "pdf/take.h"

static bool
pgm_side(const char **p, unsigned *side)
{
	long v;

	if (!pdf_take_long(p, &v) || v < 0 || v > UINT_MAX)
		return false;
	*side = (unsigned)v;
	return true;
}

int
pdf_pgm_byte(struct pdf_pgm *g, char c)
{
	const char *p = g->head;

	if (g->len + 1 == sizeof(g->head))
		return -1;
	g->head[g->len++] = c;
	g->head[g->len] = '\0';
	g->lines += c == '\n';
	if (g->lines < 3)
		return 0;
	if (!strncmp(p, g->color ? "P6\n" : "P5\n", 3) && (p += 3) && pgm_side(&p, &g->width) &&
	    pgm_side(&p, &g->height) && !strcmp(p, "\n255\n"))
		return 1;
	return -1;
}
