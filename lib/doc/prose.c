#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "doc/maker.h"
#include "doc/say.h"
#include "doc/texts.h"
#include "doc/wording.h"
#include "doc/prose.h"

enum { CHARSET_BYTES = 40, FENCE = 3 };

int
prose_new(struct maker *m, const char *name, struct err *e)
{
	int fd = openat(m->dir, name, O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);

	return fd < 0 ? err_write(e, "%s/%s", m->work, name) : fd;
}

int
prose_put(int fd, struct buf *b, struct err *e)
{
	size_t done = 0;
	ssize_t n;

	for (; done < b->len; done += (size_t)n) {
		n = write(fd, b->p + done, b->len - done);
		if (n <= 0 && errno == EFBIG)
			return err_set(e, ERR_VALIDATION, CODE_DOCUMENT_LARGE,
			    "its Markdown has more than 256 MiB");
		if (n <= 0)
			return err_write(e, "its Markdown");
	}
	b->len = 0;
	return 0;
}

int
prose_text(struct maker *m, const char *charset, struct err *e)
{
	char told[CHARSET_BYTES];
	bool guessed = false;
	int fd = prose_new(m, PROSE_TEXT, e), r;

	if (fd < 0)
		return -1;
	if (!charset && texts_charset(m->hint.type, told, sizeof(told)))
		charset = told;
	r = wording_utf8(m->source, fd, charset, &guessed, e);
	if (guessed)
		maker_doubt_all(m, "encoding");
	if (close(fd) < 0 && r == 0)
		r = err_write(e, "its text");
	return r;
}

/* The end of the line at p, behind its newline. */
static const char *
line_end(const char *p, const char *end)
{
	const char *nl = memchr(p, '\n', (size_t)(end - p));

	return nl ? nl + 1 : end;
}

/* Whether the line opens or closes a block of code. */
static bool
is_fence(const char *p, const char *end)
{
	int n = 0;

	while (p < end && *p == ' ' && n++ < FENCE)
		p++;
	return end - p >= FENCE && (!memcmp(p, "```", FENCE) || !memcmp(p, "~~~", FENCE));
}

static bool
is_empty_line(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\n'))
		p++;
	return p == end;
}

/* At most so many bytes, none of them half a character. */
static const char *
hard_end(const char *p, const char *end)
{
	const char *cut = p + MAKER_TEXT_MAX / 2;

	if (end <= cut)
		return end;
	while (cut > p && ((unsigned char)*cut & 0xc0) == 0x80)
		cut--;
	return cut;
}

/* The end of the page that begins at p; *next: where the one after it does. */
static const char *
page_end(const char *p, const char *end, const char **next)
{
	const char *hard = hard_end(p, end), *cut = NULL, *line, *ff;
	bool code = false;

	ff = memchr(p, '\f', (size_t)(hard - p));
	if (ff)
		hard = ff;
	for (const char *q = p; q < hard && (ff || hard < end || q - p < PROSE_PAGE); q = line) {
		line = line_end(q, hard);
		code ^= is_fence(q, line);
		if (q > p && !code && is_empty_line(q, line) && q - p >= PROSE_PAGE) {
			*next = line;
			return q;
		}
		if (line < hard)
			cut = line;
	}
	if (!ff && hard < end && cut)
		hard = cut;
	*next = hard < end && *hard == '\f' ? hard + 1 : hard;
	return hard;
}

/* Only blanks and page ends follow. */
static bool
is_last(const char *p, const char *end)
{
	while (p < end && strchr(" \t\n\f", *p))
		p++;
	return p == end;
}

static long
count_pages(const struct wording *w, long most)
{
	const char *p = w->text, *end = w->text + w->len;
	long n = 0;

	do {
		(void)page_end(p, end, &p);
		n++;
	} while (n <= most && !is_last(p, end));
	return n;
}

/* Without control characters, which a program may make of what a file says in numbers. */
static void
add_shown(struct buf *b, const char *from, const char *stop)
{
	for (; from < stop; from++)
		if ((unsigned char)*from >= ' ' || *from == '\n' || *from == '\t')
			(void)buf_addc(b, *from);
}

static void
say_pages(struct maker *m, const struct wording *w, long pages)
{
	const char *p = w->text, *end = w->text + w->len, *stop;
	struct buf b = BUF_INIT(MAKER_TEXT_MAX);

	for (long page = 1; page <= pages; page++) {
		const char *from = p;

		stop = page_end(p, end, &p);
		if (maker_next(m, page) != page)
			continue;
		while (from < stop && *from == '\n')
			from++;
		while (stop > from && strchr(" \t\n", stop[-1]))
			stop--;
		b.len = 0;
		add_shown(&b, from, stop);
		maker_say_markdown(m, page, &b);
	}
	buf_release(&b);
}

int
prose_say(struct maker *m, const char *name, struct err *e)
{
	struct wording w;
	long pages;

	if (wording_map(&w, m->dir, name, e) < 0)
		return -1;
	pages = w.len ? count_pages(&w, m->max_pages) : 1;
	if (pages > m->max_pages) {
		wording_unmap(&w);
		return err_set(e, ERR_VALIDATION, CODE_DOCUMENT_PAGES,
		    "more than %ld pages of %d KiB (--max-pages)", m->max_pages, PROSE_PAGE >> 10);
	}
	maker_say_start(m, pages);
	say_pages(m, &w, pages);
	wording_unmap(&w);
	return 0;
}

int
prose_markdown(struct maker *m, struct err *e)
{
	return prose_text(m, NULL, e) < 0 ? -1 : prose_say(m, PROSE_TEXT, e);
}
