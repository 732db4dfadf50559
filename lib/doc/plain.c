#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "doc/maker.h"
#include "doc/wording.h"
#include "doc/prose.h"
#include "md/text.h"

enum {
	BLOCK_BYTES = 64 << 10, /* of a paragraph: what is longer is several */
	BLOCK_MARKDOWN = 1 << 20,
	GAP = 3,     /* blanks within a line, as between columns */
	ALIGNED = 2, /* lines that have them, where a block is a table or a drawing */
	FENCE_MIN = 3
};

static bool
is_blank_line(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	return p == end;
}

/* Whether there is a gap between words of the line, or a tab. */
static bool
has_gap(const char *p, const char *end)
{
	int blanks = 0;

	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	for (; p < end; p++) {
		if (*p != ' ' && *p != '\t') {
			if (blanks >= GAP)
				return true;
			blanks = 0;
			continue;
		}
		blanks += *p == '\t' ? GAP : 1;
	}
	return false;
}

/* Its end, without the newline or the form feed. */
static const char *
end_of_line(const char *p, const char *end)
{
	while (p < end && *p != '\n' && *p != '\f')
		p++;
	return p;
}

/* At most BLOCK_BYTES, none of them half a character. */
static const char *
within_block(const char *p, const char *end)
{
	const char *cut = p + BLOCK_BYTES;

	if (end - p <= BLOCK_BYTES)
		return end;
	while (cut > p + 1 && ((unsigned char)*cut & 0xc0) == 0x80)
		cut--;
	return cut;
}

/* Lines up to an empty one, the end of the page, or as many as fit. */
struct block {
	const char *p, *end;
	bool aligned; /* blanks put its words into columns */
};

static struct block
block_at(const char *p, const char *end)
{
	const char *q = p, *line;
	int gaps = 0;

	end = within_block(p, end);
	for (; q < end && *q != '\f'; q = line + (line < end && *line == '\n')) {
		line = end_of_line(q, end);
		if (is_blank_line(q, line))
			break;
		gaps += has_gap(q, line);
	}
	return (struct block){ p, q, gaps >= ALIGNED };
}

/* The longest run of backticks. */
static int
longest_ticks(const char *p, const char *end)
{
	int most = 0, run = 0;

	for (; p < end; p++) {
		run = *p == '`' ? run + 1 : 0;
		most = run > most ? run : most;
	}
	return most;
}

/* Where blanks are what puts words into columns they stay. */
static int
put_verbatim(struct buf *md, const char *p, const char *end)
{
	int n = longest_ticks(p, end) + 1, r = 0;

	n = n < FENCE_MIN ? FENCE_MIN : n;
	for (int i = 0; i < 2 && r == 0; i++) {
		for (int k = 0; k < n && r == 0; k++)
			r = buf_addc(md, '`');
		if (r == 0)
			r = buf_addc(md, '\n');
		if (r == 0 && i == 0)
			r = buf_add(md, p, (size_t)(end - p));
		if (r == 0 && i == 0 && end[-1] != '\n')
			r = buf_addc(md, '\n');
	}
	return r;
}

static int
put_block(int fd, struct buf *md, const struct block *b, struct err *e)
{
	const char *p = b->p, *end = b->end;
	const int r = b->aligned ? put_verbatim(md, p, end) : md_joined(md, p, (size_t)(end - p));

	if (r < 0 || buf_adds(md, "\n\n") < 0)
		return err_set(e, ERR_VALIDATION, CODE_PAGE_LARGE,
		    "a paragraph of it is too long as Markdown");
	return prose_put(fd, md, e);
}

int
prose_blocks(int fd, const struct wording *w, struct err *e)
{
	struct buf md = BUF_INIT(BLOCK_MARKDOWN);
	const char *p = w->text, *end = w->text + w->len;
	struct block b;
	int r = 0;

	while (r == 0 && p < end) {
		if (*p == '\f' || is_blank_line(p, end_of_line(p, end))) {
			r = *p == '\f' ? buf_addc(&md, '\f') : 0;
			p = *p == '\f' ? p + 1 : end_of_line(p, end);
			p += p < end && *p == '\n';
			continue;
		}
		b = block_at(p, end);
		r = put_block(fd, &md, &b, e);
		p = b.end;
	}
	if (r == 0)
		r = prose_put(fd, &md, e);
	buf_release(&md);
	return r;
}

/* Its lines stay lines, its empty lines part paragraphs, and nothing in it is markup. */
int
prose_plain(struct maker *m, struct err *e)
{
	struct wording w;
	int fd, r;

	if (prose_text(m, NULL, e) < 0 || wording_map(&w, m->dir, PROSE_TEXT, e) < 0)
		return -1;
	fd = prose_new(m, PROSE_MARKDOWN, e);
	r = fd < 0 ? -1 : prose_blocks(fd, &w, e);
	if (fd >= 0 && close(fd) < 0 && r == 0)
		r = err_write(e, "its Markdown");
	wording_unmap(&w);
	return r < 0 ? -1 : prose_say(m, PROSE_MARKDOWN, e);
}
