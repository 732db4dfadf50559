#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "doc/kind.h"
#include "doc/maker.h"
#include "doc/say.h"
#include "img/image.h"
#include "proc/role.h"

double
maker_area(const struct maker *m)
{
	return m->colour ? fmin(m->max_area, IMAGE_COLOUR_MAX) : m->max_area;
}

long
maker_next(const struct maker *m, long page)
{
	return ranges_next(&m->only, page > m->first ? page : m->first);
}

enum { TOLD_STRINGS = 6, ENDING_TOLD = 64 };

/* Of a name only the end, which is what counts. */
static const char *
end_of_name(const char *name)
{
	const size_t n = name ? strlen(name) : 0;

	return n > ENDING_TOLD ? name + n - ENDING_TOLD : name ? name : "";
}

/* A maker as its bytes, whose pointers are not the child's, and then its strings. */
int
maker_tell(struct buf *b, const struct maker *m)
{
	const struct maker bare = { .text = m->text,
		.dpi = m->dpi,
		.max_pages = m->max_pages,
		.page_s = m->page_s,
		.max_area = m->max_area,
		.max_side = m->max_side,
		.bands = m->bands,
		.colour = m->colour,
		.spent_ms = m->spent_ms,
		.first = m->first,
		.only = m->only };
	const char *const text[TOLD_STRINGS] = { m->kind->name, m->path, m->work,
		end_of_name(m->hint.name), m->hint.type ? m->hint.type : "",
		m->password ? m->password : "" };
	int r = buf_add(b, &bare, sizeof(bare));

	for (size_t i = 0; r == 0 && i < TOLD_STRINGS; i++)
		r = buf_add(b, text[i], strlen(text[i]) + 1);
	return r;
}

static const struct kind *
kind_named(const struct kind *table, const char *name)
{
	for (; table->name; table++)
		if (!strcmp(table->name, name))
			return table;
	return NULL;
}

int
maker_ready(const struct role *r, void *told, size_t len, void **self, struct err *e)
{
	const char *p = (const char *)told + sizeof(struct maker), *end = (const char *)told + len;
	const char *text[TOLD_STRINGS] = { NULL };
	struct maker *m = told;

	for (size_t i = 0; i < TOLD_STRINGS && len > sizeof(*m) && p < end; i++) {
		text[i] = p;
		p += strnlen(p, (size_t)(end - p)) + 1;
	}
	m->kind = text[TOLD_STRINGS - 1] && p == end ? kind_named(r->arg, text[0]) : NULL;
	if (!m->kind)
		return err_set(e, ERR_TRANSIENT, CODE_PROC_DIED, "what it was told makes no sense");
	m->path = text[1];
	m->work = text[2];
	m->hint = (struct texts_hint){ text[3], text[4] };
	m->password = *text[5] ? text[5] : NULL;
	*self = m;
	return m->kind->ready ? m->kind->ready(e) : 0;
}

int
maker_serve(int sock, int file, void *self)
{
	struct maker *m = self;
	struct err e;
	int bad;

	signal(SIGXFSZ, SIG_IGN);
	m->sock = sock;
	m->source = file;
	buf_init(&m->line, MAKER_LINE_MAX + 1);
	m->notes = jv_object();
	m->every = jv_object();
	m->dir = open(m->work, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (m->dir < 0)
		bad = err_sys(&e, ERR_PERMANENT, CODE_WORK_GONE, "%s", m->work);
	else
		bad = m->kind->make(m, &e);
	maker_say_end(m, bad < 0 ? &e : NULL);
	return 0;
}
