/* pose: how lines lie is told from where letters stand, and how sure that is. */
#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#include "ocr/parts.h"
#include "ocr/pose.h"
#include "unit/check.h"

enum { LINES = 20, LETTERS = 40, SIZE = 10, PITCH = 24, ADVANCE = 12 };

struct page {
	struct part v[LINES * LETTERS];
	struct parts parts;
};

/*
 * A page of letters: one in three rises, one in twelve hangs, lines of several
 * lengths; leaning, upside down, or sideways.
 */
static void
set_page(struct page *pg, double lean, bool over, bool sideways)
{
	const double t = tan(lean * M_PI / 180);
	size_t n = 0;

	for (int line = 0; line < LINES; line++)
		for (int i = 0; i < LETTERS - line * 7 % 13; i++, n++) {
			const int x = 60 + i * ADVANCE, rise = i % 3 == 1 ? 5 : 0;
			const int hang = i % 12 == 6 ? 5 : 0;
			const int foot = 300 + line * PITCH + (int)lround(x * t);
			struct part p = { x, foot - SIZE - (over ? hang : rise), x + 8,
				foot + (over ? rise : hang), line * LETTERS, 60 };

			if (sideways)
				p = (struct part){ 1000 - p.y1, p.x0, 1000 - p.y0, p.x1, -1, 60 };
			pg->v[n] = p;
		}
	pg->parts = (struct parts){ .v = pg->v, .n = n, .texts = n, .size = SIZE };
}

static struct pose
pose_of(double lean, bool over, bool sideways)
{
	static struct page pg;
	struct pose p;

	set_page(&pg, lean, over, sideways);
	pose_find(&p, &pg.parts);
	return p;
}

static void
lean_is_found(void)
{
	static const double leans[] = { 0, 0.5, 2, -3, 8, -12.5, 19 };

	for (size_t i = 0; i < sizeof(leans) / sizeof(*leans); i++) {
		const struct pose p = pose_of(leans[i], false, false);

		CHECK(p.known && !p.sideways);
		CHECK(fabs(p.lean - leans[i]) <= 0.3);
		CHECK(fabs(leans[i]) < 1 || p.sharp > 1.2);
		CHECK(p.up == 1);
	}
}

static void
heads_and_feet_are_told_apart(void)
{
	CHECK(pose_of(0, true, false).up == -1);
	CHECK(pose_of(7, true, false).up == -1);
	CHECK(pose_of(-4, false, false).up == 1);
}

static void
lines_that_run_down_are_seen(void)
{
	struct pose p = pose_of(0, false, true);

	CHECK(p.known && p.sideways && p.up == 0 && fabs(p.lean) <= 0.3);
	p = pose_of(5, false, true);
	CHECK(p.known && p.sideways && fabs(p.lean - 5) <= 0.3);
}

/* Some letters, and letters that stand anywhere. */
static void
what_cannot_be_told_is_not(void)
{
	static struct page pg;
	uint32_t state = 1;
	struct pose p;

	pose_find(&p, &(struct parts){ 0 });
	CHECK(!p.known && p.lean == 0 && p.up == 0);
	set_page(&pg, 6, false, false);
	pg.parts.n = 10;
	pose_find(&p, &pg.parts);
	CHECK(!p.known && p.lean == 0);
	set_page(&pg, 0, false, false);
	for (size_t i = 0; i < pg.parts.n; i++) {
		state = state * 1664525 + 1013904223;
		pg.v[i].x0 = (int)(state >> 22);
		state = state * 1664525 + 1013904223;
		pg.v[i].y0 = (int)(state >> 22);
		pg.v[i].x1 = pg.v[i].x0 + 8;
		pg.v[i].y1 = pg.v[i].y0 + 10;
		pg.v[i].row = -1;
	}
	pose_find(&p, &pg.parts);
	CHECK(!p.known && p.up == 0);
}

int
main(void)
{
	lean_is_found();
	heads_and_feet_are_told_apart();
	lines_that_run_down_are_seen();
	what_cannot_be_told_is_not();
	return 0;
}
