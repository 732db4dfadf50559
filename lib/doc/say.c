#include <sys/resource.h>
#include <sys/time.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "doc/maker.h"
#include "doc/note.h"
#include "doc/say.h"
#include "img/image.h"
#include "img/png.h"
#include "proc/frame.h"
#include "proc/relay.h"
#include "rec/jx.h"
#include "rec/rec.h"

static long
cpu_ms(int who)
{
	struct rusage u;

	getrusage(who, &u);
	return (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000 +
	    (u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1000;
}

static long
spent_ms(const struct maker *m)
{
	return m->spent_ms + cpu_ms(RUSAGE_SELF) + cpu_ms(RUSAGE_CHILDREN);
}

long
maker_left_ms(const struct maker *m, struct err *e)
{
	long left = m->budget_ms - spent_ms(m);

	if (left > 0)
		return left;
	return err_set(e, ERR_TRANSIENT, CODE_PAGE_TIMEOUT,
	    "the document has used up its %ld s of CPU time", m->budget_ms / 1000);
}

static struct rec *
event(struct maker *m, const char *type, long page)
{
	struct rec *r = rec_new();

	rec_set_str(r, "event", type);
	rec_set_int(r, "cpu_ms", spent_ms(m));
	if (page) {
		rec_set_int(r, "page", page);
		rec_set(r, "notes", m->notes);
		m->notes = jv_copy(m->every);
	}
	return r;
}

static void
say_event(struct maker *m, struct rec *r)
{
	struct err e;

	m->line.len = 0;
	if (rec_write(r, &m->line, MAKER_LINE_MAX, &e) < 0)
		_exit(1);
	rec_free(r);
	if (frame_write(m->sock, m->line.p, m->line.len) < 0)
		_exit(1);
}

void
maker_note(struct maker *m, const char *name, jv value)
{
	jx_set(&m->notes, name, value);
}

void
maker_doubt(struct maker *m, const char *word)
{
	maker_note(m, "doubt", jx_add_word(jx_get(&m->notes, "doubt"), word));
}

void
maker_note_all(struct maker *m, const char *name, jv value)
{
	jx_set(&m->every, name, jv_copy(value));
	maker_note(m, name, value);
}

void
maker_doubt_all(struct maker *m, const char *word)
{
	jx_set(&m->every, "doubt", jx_add_word(jx_get(&m->every, "doubt"), word));
	maker_doubt(m, word);
}

void
maker_say_start(struct maker *m, long pages)
{
	struct rec *r = event(m, "start", 0);
	long share; /* sixths of page_s */

	ranges_resolve(&m->only, pages);
	share = 12 + ranges_count(&m->only);
	m->budget_ms = m->page_s * 1000 / 6 * (share < 360 ? share : 360);
	rec_set_int(r, "pages", pages);
	say_event(m, r);
}

/* Wait until the parent has taken enough of what was said. */
static void
wait_taken(struct maker *m)
{
	char none;
	int fd;

	for (; m->ahead >= MAKER_AHEAD; m->ahead--)
		if (frame_read(m->sock, &none, 0, &fd) < 0)
			_exit(1);
	m->ahead++;
}

static void
set_error(struct rec *r, const struct err *e)
{
	struct buf b = BUF_INIT(RELAY_MAX);

	if (relay_put(&b, e) < 0)
		_exit(1);
	rec_set(r, "error", jv_string_sized(b.p, (int)b.len));
	buf_release(&b);
}

void
maker_say_failed(struct maker *m, long page, const struct err *e)
{
	struct rec *r = event(m, "failed", page);

	wait_taken(m);
	set_error(r, e);
	say_event(m, r);
}

void
maker_say_end(struct maker *m, const struct err *e)
{
	struct rec *r = event(m, "end", 0);

	if (e)
		set_error(r, e);
	say_event(m, r);
}

void
maker_say_become(struct maker *m)
{
	struct rec *r = event(m, "become", 0);

	rec_set(r, "notes", jv_copy(m->every));
	say_event(m, r);
}

static void
set_text(struct rec *r, const struct buf *b)
{
	rec_set(r, "text", jv_string_sized(b->len ? b->p : "", (int)b->len));
}

void
maker_say_text(struct maker *m, long page, const struct buf *text)
{
	struct rec *r = event(m, "page", page);

	wait_taken(m);
	set_text(r, text);
	say_event(m, r);
}

void
maker_say_markdown(struct maker *m, long page, const struct buf *md)
{
	struct rec *r = event(m, "page", page);

	wait_taken(m);
	rec_set(r, "markdown", jv_string_sized(md->len ? md->p : "", (int)md->len));
	say_event(m, r);
}

static int
unwritten(const struct maker *m, const char *name, struct err *e)
{
	return err_write(e, "%s/%s", m->work, name);
}

static int
write_image(struct maker *m, long page, const struct image *img, struct err *e)
{
	char name[40], temp[40];
	int fd, r;

	snprintf(name, sizeof(name), MAKER_IMAGE, page);
	snprintf(temp, sizeof(temp), MAKER_TEMP, page);
	fd = openat(m->dir, temp, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return unwritten(m, temp, e);
	errno = 0;
	r = png_write(fd, img, e);
	if (r < 0 && (errno == ENOSPC || errno == EDQUOT))
		unwritten(m, temp, e);
	if (close(fd) < 0 && r == 0)
		r = unwritten(m, temp, e);
	if (r == 0 && renameat(m->dir, temp, m->dir, name) < 0)
		r = unwritten(m, name, e);
	if (r < 0)
		(void)unlinkat(m->dir, temp, 0);
	return r;
}

void
maker_say_image(struct maker *m, long page, const struct image *img,
    const struct maker_beside *beside)
{
	char name[32];
	struct rec *r;
	struct err e;

	wait_taken(m);
	snprintf(name, sizeof(name), MAKER_IMAGE, page);
	if (write_image(m, page, img, &e) < 0) {
		m->ahead--;
		jv_free(beside->layout);
		jv_free(beside->regions);
		maker_say_failed(m, page, &e);
		return;
	}
	r = event(m, "page", page);
	rec_set_str(r, "image", name);
	if (beside->layer)
		set_text(r, beside->layer);
	if (jv_get_kind(beside->layout) == JV_KIND_OBJECT) {
		rec_set(r, "layout", beside->layout);
		rec_set(r, "regions", beside->regions);
	}
	say_event(m, r);
}
