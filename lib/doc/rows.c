#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "doc/cells.h"
#include "doc/rows.h"
#include "doc/textline.h"

enum {
	ROWS_LEAST = 3,    /* of a table */
	COLUMNS_OPEN = 48, /* that a number may stand in */
	HEADS_MOST = 3,    /* lines above a table that say what its columns are */
	CELLS_MOST = 6,    /* before a number in its row */
	TABLES_MOST = 200
};

/* Of the height of letters. */
static const double FLUSH = 0.6;       /* the ends of a column's cells */
static const double ROW_APART = 6;     /* between two rows, at most */
static const double NARROW = 4;        /* a column that tells the unit */
static const double CELL_WIDTH = 12;   /* of a cell of words beside another */
static const double LABEL_INDENT = 8;  /* labels under labels, at most */
static const double HEAD_APART = 2.5;  /* what says what a column is, from it */
static const double BEYOND = 1.5;      /* of rows' distance: what is nearer goes on */
static const double PROSE_LEAST = 10;  /* of a line of running text */
static const double PROSE_MEAN = 0.85; /* its usual length, of the longest */

/* Numbers below each other. */
struct column {
	size_t n; /* cells */
	long last;
	double left; /* where its rows begin */
	bool good;   /* it belongs to what is beside it */
	size_t table;
};

struct grid {
	struct cell *v; /* by bands, each from where lines begin */
	size_t n, tables;
	struct column *col;
	size_t ncol;
};

/* A table's bounds. */
struct box {
	double x0, x1, numbers, em; /* numbers: where the first of their columns begins */
	size_t from, to;            /* cells, the last included */
};

static const struct cell *
before(const struct grid *g, const struct cell *c)
{
	return c > g->v && c[-1].band == c->band ? c - 1 : NULL;
}

static const struct cell *
behind(const struct grid *g, const struct cell *c)
{
	return c + 1 < g->v + g->n && c[1].band == c->band ? c + 1 : NULL;
}

/* The words that the number in a row is of. */
static const struct cell *
label_of(const struct grid *g, const struct cell *c)
{
	const struct cell *l = before(g, c);

	while (l && l->number)
		l = before(g, l);
	return l;
}

static bool
stands_below(const struct cell *above, const struct cell *c)
{
	const double em = cell_height(above), near = FLUSH * em;

	return c->band > above->band && c->y0 - above->y1 < ROW_APART * em &&
	    fabs(em - cell_height(c)) < 0.3 * em &&
	    (fabs(c->x1 - above->x1) < near || fabs(c->x0 - above->x0) < near);
}

static void
find_columns(struct grid *g)
{
	size_t i, k;

	g->col = mem_new(g->n + 1, sizeof(*g->col));
	for (i = 0; i < g->n; i++) {
		const size_t from = g->ncol > COLUMNS_OPEN ? g->ncol - COLUMNS_OPEN : 0;

		if (!g->v[i].number)
			continue;
		for (k = g->ncol; k > from; k--)
			if (stands_below(&g->v[g->col[k - 1].last], &g->v[i]))
				break;
		if (k == from) {
			g->col[g->ncol++] = (struct column){ 0 };
			k = g->ncol;
		}
		g->v[i].column = (long)k - 1;
		g->v[i].above = g->col[k - 1].n++ ? g->col[k - 1].last : -1;
		g->col[k - 1].last = (long)i;
	}
}

/* Cells that stand at one place of a column's rows. */
struct seen {
	const struct cell **v; /* as many as the column has rows, at most */
	size_t n, numbers, leaders;
	double width, longest, far, em; /* width: of all */
};

static void
see_cell(struct seen *s, const struct cell *c)
{
	const double width = c->leader ? 0 : c->x1 - c->x0;

	s->far = s->n ? fmax(s->far, c->x1) : c->x1;
	s->v[s->n++] = c;
	s->numbers += c->number;
	s->leaders += c->leader;
	s->width += width;
	s->longest = fmax(s->longest, width);
	s->em = cell_height(c);
}

static double
mean_width(const struct seen *s)
{
	return s->width / (double)s->n;
}

static bool
are_prose(const struct seen *s)
{
	size_t i, full = 0;

	for (i = 0; i < s->n; i++)
		full += s->far - s->v[i]->x1 < s->em;
	return s->n >= ROWS_LEAST && mean_width(s) >= PROSE_LEAST * s->em &&
	    (2 * full >= s->n || mean_width(s) > PROSE_MEAN * s->longest);
}

static int
by_start(const void *a, const void *b)
{
	const struct cell *const *l = a, *const *r = b;

	return ((*l)->x0 > (*r)->x0) - ((*l)->x0 < (*r)->x0);
}

/* Where they begin, but for a few that have nothing to do with the others. */
static double
margin_of(struct seen *s)
{
	size_t i, k;

	qsort(s->v, s->n, sizeof(*s->v), by_start);
	for (i = 0; i + 1 < s->n; i++) {
		for (k = i; k < s->n && s->v[k]->x0 - s->v[i]->x0 < LABEL_INDENT * s->em;)
			k++;
		if (3 * (k - i) >= s->n)
			break;
	}
	return s->v[i]->x0;
}

/* Whether most of a column's numbers are nearer to the words behind them. */
static bool
begins_lines(const struct grid *g, const struct column *col, struct seen *s)
{
	size_t near = 0;
	long i;

	*s = (struct seen){ .v = s->v };
	for (i = col->last; i >= 0; i = g->v[i].above) {
		const struct cell *c = &g->v[i], *l = before(g, c), *r = behind(g, c);

		if (!r || r->number)
			continue;
		see_cell(s, r);
		near += r->x0 - c->x1 < 3 * cell_height(c) && (!l || r->x0 - c->x1 < c->x0 - l->x1);
	}
	return 2 * near > col->n && !are_prose(s);
}

static bool
is_good(const struct grid *g, const struct column *col, struct seen *s)
{
	const struct cell *c;
	long i;

	if (col->n < ROWS_LEAST || begins_lines(g, col, s))
		return false;
	*s = (struct seen){ .v = s->v };
	for (i = col->last; i >= 0; i = g->v[i].above)
		if ((c = label_of(g, &g->v[i])))
			see_cell(s, c);
	return 10 * s->n >= 7 * col->n && !are_prose(s);
}

/* What stands before what is known of the rows of a column. */
static bool
look_before(const struct grid *g, const struct column *col, struct seen *s)
{
	const struct cell *c;
	size_t owned = 0;
	long i;

	*s = (struct seen){ .v = s->v };
	for (i = col->last; i >= 0; i = g->v[i].above) {
		for (c = &g->v[i]; c && c->x0 >= col->left;)
			c = before(g, c);
		if (!c)
			continue;
		see_cell(s, c);
		owned += c->column >= 0 && g->col[c->column].good;
	}
	return 2 * owned > s->n;
}

/* Find where a good column's rows begin: s has what its numbers are of. */
static void
find_left(const struct grid *g, struct column *col, struct seen *s)
{
	bool wide, leaders, owned;

	for (int i = 0; i < CELLS_MOST; i++) {
		col->left = margin_of(s);
		wide = mean_width(s) >= NARROW * s->em;
		leaders = 2 * s->leaders > s->n;
		owned = look_before(g, col, s);
		if (2 * s->n < col->n || (owned && wide) || are_prose(s))
			return;
		if (!leaders && mean_width(s) >= CELL_WIDTH * s->em)
			return;
	}
}

static void
judge_columns(struct grid *g)
{
	struct seen s = { .v = mem_new(g->n + 1, sizeof(*s.v)) };
	size_t i;

	for (i = 0; i < g->ncol; i++)
		g->col[i].good = is_good(g, &g->col[i], &s);
	for (i = 0; i < g->ncol; i++)
		if (g->col[i].good && is_good(g, &g->col[i], &s))
			find_left(g, &g->col[i], &s);
	free(s.v);
}

static void
same_table(struct grid *g, size_t a, size_t b)
{
	size_t i;

	for (i = 0; a != b && i < g->ncol; i++)
		if (g->col[i].table == b)
			g->col[i].table = a;
}

/* Columns of the same rows are of one table. */
static void
find_tables(struct grid *g)
{
	size_t i;
	long k;

	for (i = 0; i < g->ncol; i++)
		if (g->col[i].good)
			g->col[i].table = g->tables < TABLES_MOST ? ++g->tables : 0;
	for (i = 0; i < g->ncol; i++)
		for (k = g->col[i].table ? g->col[i].last : -1; k >= 0; k = g->v[k].above) {
			const struct cell *c = before(g, &g->v[k]);

			for (; c && c->x0 >= g->col[i].left; c = before(g, c))
				if (c->column >= 0 && g->col[c->column].table)
					same_table(g, g->col[i].table, g->col[c->column].table);
		}
}

/* From > to where no column is left of it. */
static struct box
box_of(const struct grid *g, size_t table)
{
	struct box b = { HUGE_VAL, -HUGE_VAL, HUGE_VAL, 0, SIZE_MAX, 0 };
	size_t i;
	long k;

	for (i = 0; i < g->ncol; i++) {
		if (g->col[i].table != table)
			continue;
		b.x0 = fmin(b.x0, g->col[i].left);
		for (k = g->col[i].last; k >= 0; k = g->v[k].above) {
			b.x1 = fmax(b.x1, g->v[k].x1);
			b.numbers = fmin(b.numbers, g->v[k].x0);
			b.em = cell_height(&g->v[k]);
			b.from = (size_t)k < b.from ? (size_t)k : b.from;
			b.to = (size_t)k > b.to ? (size_t)k : b.to;
		}
	}
	while (b.from > 0 && b.from <= b.to && g->v[b.from - 1].band == g->v[b.from].band)
		b.from--;
	while (b.from <= b.to && b.to + 1 < g->n && g->v[b.to + 1].band == g->v[b.to].band)
		b.to++;
	return b;
}

/* Whether the cells from..to, of a band above, say what the columns are. */
static bool
are_column_heads(const struct grid *g, const struct box *b, size_t from, size_t to)
{
	bool some = false;
	size_t i;

	for (i = from; i < to; i++) {
		const struct cell *c = &g->v[i];

		if (c->x1 < b->x0 || c->x0 > b->x1)
			continue;
		if (c->x1 - c->x0 >= CELL_WIDTH * b->em || c->x0 < b->x0 - b->em)
			return false;
		some |= c->x1 > b->numbers && c->x0 > b->x0 + b->em;
	}
	return some && g->v[to].y0 - g->v[from].y1 < HEAD_APART * b->em;
}

static void
take_heads(const struct grid *g, struct box *b)
{
	size_t from, i;
	int k;

	for (k = 0; k < HEADS_MOST && b->from > 0; k++) {
		for (from = b->from - 1; from > 0 && g->v[from - 1].band == g->v[from].band;)
			from--;
		if (!are_column_heads(g, b, from, b->from))
			return;
		for (i = from; i < b->from; i++)
			if (g->v[i].x0 <= b->x1)
				b->x1 = fmax(b->x1, g->v[i].x1);
		b->from = from;
	}
}

/* The nearest cell above or below a box that shares its width; from: to look from there. */
static const struct cell *
next_to_box(const struct grid *g, const struct box *b, size_t from, bool below)
{
	size_t i;

	for (i = from; below ? i < g->n : i > 0; i += below ? 1 : (size_t)-1) {
		const struct cell *c = &g->v[below ? i : i - 1];

		if (c->x0 < b->x1 && c->x1 > b->x0)
			return c;
	}
	return NULL;
}

/* Whether what is in a box goes on above or below it: then it is no column of a table in it. */
static bool
goes_beyond(const struct grid *g, const struct box *b, double pitch)
{
	const struct cell *above = next_to_box(g, b, b->from, false);
	const struct cell *below = next_to_box(g, b, b->to + 1, true);

	return (above && g->v[b->from].y0 - above->y0 < BEYOND * pitch) ||
	    (below && below->y0 - g->v[b->to].y0 < BEYOND * pitch);
}

/* The first cells behind a table's rows; how many rows. */
static size_t
look_behind(const struct grid *g, const struct box *b, struct seen *s)
{
	size_t i, rows = 0, band = 0, taken = 0;

	*s = (struct seen){ .v = s->v };
	for (i = b->from; i <= b->to; i++) {
		const struct cell *c = &g->v[i];

		rows += c->band != band;
		band = c->band;
		if (c->x0 > b->x1 && taken != band) {
			see_cell(s, c);
			taken = band;
		}
	}
	return rows;
}

/* Whether most begin below each other, or end so, or are centred. */
static bool
are_flush(const struct seen *s, double x0)
{
	size_t i, n[3] = { 0 };
	double mid = 0;

	for (i = 0; i < s->n; i++)
		mid += (s->v[i]->x0 + s->v[i]->x1) / 2 / (double)s->n;
	for (i = 0; i < s->n; i++) {
		n[0] += s->v[i]->x0 - x0 < FLUSH * s->em;
		n[1] += s->far - s->v[i]->x1 < FLUSH * s->em;
		n[2] += fabs((s->v[i]->x0 + s->v[i]->x1) / 2 - mid) < FLUSH * s->em;
	}
	return 5 * fmax((double)n[0], fmax((double)n[1], (double)n[2])) >= 4 * (double)s->n;
}

/* Columns of words behind the last of numbers, as long as the table. */
static void
take_behind(const struct grid *g, struct box *b, struct seen *s)
{
	for (int k = 0; k < CELLS_MOST; k++) {
		const size_t rows = look_behind(g, b, s);
		struct box column = *b;

		if (10 * s->n < 8 * rows || mean_width(s) >= CELL_WIDTH * s->em)
			return;
		column.x0 = margin_of(s);
		column.x1 = s->far;
		if (!are_flush(s, column.x0) ||
		    goes_beyond(g, &column,
			(g->v[b->to].y0 - g->v[b->from].y0) / (double)(rows - 1)))
			return;
		b->x1 = column.x1;
	}
}

/* The cells of a table, unless its rows are lines already, and in order. */
static void
take_cells(struct grid *g, const struct box *b, size_t table)
{
	const struct cell *last = NULL;
	bool right = true;
	size_t i;

	for (i = b->from; i <= b->to; i++) {
		struct cell *c = &g->v[i];

		if (c->table || c->x0 < b->x0 - b->em || c->x1 > b->x1 + b->em)
			continue;
		c->table = table;
		right = right && (!last || c->order == last->order + 1) &&
		    (!last || (c->band == last->band) == (c->line == last->line));
		last = c;
	}
	for (i = b->from; right && i <= b->to; i++)
		if (g->v[i].table == table)
			g->v[i].table = 0;
}

static int
rows_by_reading(const void *a, const void *b)
{
	const struct cell *l = a, *r = b;

	return (l->order > r->order) - (l->order < r->order);
}

/* Lines as they are put together. */
struct rowlines {
	struct textlines *out;
	const struct textline *was;
	size_t nw; /* words */
};

static void
add_cell(struct rowlines *r, const struct cell *c)
{
	memcpy(r->out->w + r->nw, r->was[c->line].w + c->from, c->n * sizeof(*r->out->w));
	r->nw += c->n;
}

static void
end_line(struct rowlines *r, size_t from, size_t table)
{
	struct textline *l = &r->out->v[r->out->n++];

	*l = textline_of(r->out->w + from, r->nw - from);
	l->table = table;
}

/* The rows of a table, whose cells are among the n at v. */
static void
add_table(struct rowlines *r, const struct cell *v, size_t n, size_t table)
{
	size_t i, from = r->nw, band = 0;

	for (i = 0; i < n; i++) {
		if (v[i].table != table)
			continue;
		if (band != v[i].band && r->nw > from) {
			end_line(r, from, table);
			from = r->nw;
		}
		band = v[i].band;
		add_cell(r, &v[i]);
	}
	end_line(r, from, table);
}

/* The cells of a line from k on, and the tables that begin there; which comes next. */
static size_t
add_row_or_line(struct rowlines *r, const struct grid *g, const struct cell *read, size_t k,
    bool *done)
{
	const size_t line = read[k].line;
	size_t from;

	while (k < g->n && read[k].line == line) {
		const size_t table = read[k].table;

		for (from = r->nw; k < g->n && read[k].line == line && read[k].table == table; k++)
			if (!table)
				add_cell(r, &read[k]);
		if (!table)
			end_line(r, from, 0);
		else if (!done[table])
			add_table(r, g->v, g->n, table);
		done[table] = true;
	}
	return k;
}

/* The lines with the tables' rows in them, each table where its first cell was. */
static void
lay_rows(struct textlines *lines, const struct grid *g, size_t words)
{
	struct textlines out = { mem_new(words + 1, sizeof(*out.v)), 0,
		mem_new(words + 1, sizeof(*out.w)) };
	struct rowlines r = { &out, lines->v, 0 };
	struct cell *read = mem_new(g->n + 1, sizeof(*read));
	bool *done = mem_new(g->tables + 1, sizeof(*done));
	size_t i, k = 0;

	memcpy(read, g->v, g->n * sizeof(*read));
	qsort(read, g->n, sizeof(*read), rows_by_reading);
	for (i = 0; i < lines->n; i++)
		if (lines->v[i].upright)
			k = add_row_or_line(&r, g, read, k, done);
		else {
			add_cell(&r, &(struct cell){ .line = i, .n = lines->v[i].n });
			end_line(&r, r.nw - lines->v[i].n, 0);
		}
	free(read);
	free(done);
	textlines_release(lines);
	*lines = out;
}

static bool
found_rows(struct grid *g)
{
	struct seen s = { .v = mem_new(g->n + 1, sizeof(*s.v)) };
	bool some = false;
	size_t i;

	find_columns(g);
	judge_columns(g);
	find_tables(g);
	for (i = 1; i <= g->tables; i++) {
		struct box b = box_of(g, i);

		if (b.from > b.to)
			continue;
		take_heads(g, &b);
		take_behind(g, &b, &s);
		take_cells(g, &b, i);
	}
	for (i = 0; i < g->n; i++)
		some |= g->v[i].table != 0;
	free(s.v);
	return some;
}

void
rows_join(struct textlines *lines, const char *bytes, bool from_right)
{
	size_t i, words = 0, numbers = 0;
	struct grid g = { 0 };

	for (i = 0; i < lines->n; i++)
		words += lines->v[i].n;
	g.v = cells_new(lines, bytes, &g.n);
	for (i = 0; i < g.n; i++)
		numbers += g.v[i].number;
	if (numbers >= ROWS_LEAST) {
		cells_sort(g.v, g.n, from_right);
		if (found_rows(&g))
			lay_rows(lines, &g, words);
	}
	free(g.col);
	free(g.v);
}
