#include <ctype.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "doc/html.h"
#include "doc/mail.h"
#include "doc/maker.h"
#include "doc/program.h"
#include "doc/prose.h"
#include "doc/say.h"
#include "doc/texts.h"
#include "doc/wording.h"
#include "md/text.h"

enum {
	PARTS_MAX = 1000,
	TYPE_BYTES = 80,
	NAME_BYTES = 300,
	HEAD_BYTES = 8192, /* of a part, in which its charset is looked for */
	CHARSET_BYTES = 40,
	NUMBER_BYTES = 16,
	FIELD_BYTES = 64 << 10,
	HTML_MAX = 4 << 20,
	FEW_BYTES = 40 /* a text that says no more than that there is HTML */
};

/* In the work directory. */
#define TREE ".tree.txt"   /* what parts there are */
#define PART ".part"       /* one of them, decoded */
#define PART_MD ".part.md" /* and as Markdown */
#define FIELD ".field"

#define MARKDOWN_BYTES ((size_t)256 << 10) /* before it is written */

struct part {
	int depth;
	long number, size;
	char type[TYPE_BYTES], name[NAME_BYTES];
	bool taken; /* told, or left out as it says the same as another */
};

struct mail {
	struct maker *m;
	struct part parts[PARTS_MAX];
	int n;
	int out; /* the Markdown */
	struct buf md;
	struct err *e;
};

static int
mblaze(struct mail *l, const char *const *argv, const char *out)
{
	const struct program p = { .m = l->m,
		.package = "mblaze",
		.argv = argv,
		.out = out,
		.warns = 1 };

	return program_run(&p, l->e);
}

/* "    3: text/plain size=29 name="x"": what is anything else is passed over. */
static bool
read_part(const char *line, size_t len, struct part *p)
{
	size_t blanks = 0, i, n = 0;
	const char *name;

	while (blanks < len && line[blanks] == ' ')
		blanks++;
	*p = (struct part){ .depth = (int)blanks / 2 };
	for (i = blanks; i < len && isdigit((unsigned char)line[i]); i++)
		p->number = p->number * 10 + (line[i] - '0');
	if (i == blanks || i + 2 >= len || line[i] != ':' || p->number > PARTS_MAX)
		return false;
	for (i += 2; i < len && line[i] != ' ' && n + 1 < sizeof(p->type); i++)
		p->type[n++] = (char)tolower((unsigned char)line[i]);
	name = memmem(line + i, len - i, "size=", 5);
	p->size = name ? strtol(name + 5, NULL, 10) : 0;
	name = memmem(line + i, len - i, "name=\"", 6);
	n = 0;
	for (name = name ? name + 6 : line + len;
	     name < line + len && *name != '"' && n + 1 < sizeof(p->name); name++)
		p->name[n++] = *name;
	return true;
}

static void
doubt_damaged(struct mail *l)
{
	maker_note_all(l->m, "damaged", jv_true());
	maker_doubt_all(l->m, "damaged");
}

/* What should have parts and has none was not understood, by us or by who wrote it. */
static void
doubt_parts(struct mail *l)
{
	for (int i = 0; i < l->n; i++) {
		const struct part *p = &l->parts[i];
		const bool holds =
		    !strncmp(p->type, "multipart/", 10) || !strcmp(p->type, "message/rfc822");

		if (holds && (i + 1 == l->n || l->parts[i + 1].depth <= p->depth))
			doubt_damaged(l);
	}
}

static int
read_tree(struct mail *l)
{
	const char *const argv[] = { "mshow", "-B", "-t", l->m->path, NULL };
	const char *p, *end, *nl;
	struct wording w;

	if (mblaze(l, argv, TREE) < 0 || wording_map(&w, l->m->dir, TREE, l->e) < 0)
		return -1;
	for (p = w.text, end = p + w.len; p < end && l->n < PARTS_MAX; p = nl + 1) {
		nl = memchr(p, '\n', (size_t)(end - p));
		nl = nl ? nl : end;
		l->n += read_part(p, (size_t)(nl - p), &l->parts[l->n]);
	}
	wording_unmap(&w);
	if (l->n == PARTS_MAX)
		return err_set(l->e, ERR_VALIDATION, CODE_DOCUMENT_LARGE, "it has %d parts or more",
		    PARTS_MAX);
	doubt_parts(l);
	return l->n > 0 ? 0
			: err_set(l->e, ERR_VALIDATION, CODE_DOCUMENT_DAMAGED,
			      "it cannot be opened: mshow finds no part in it");
}

/* What stands in a file of the work directory, without a newline at its end, as one line. */
static int
put_line(struct mail *l, const char *before, const char *name)
{
	struct wording w;
	size_t n;
	int r = 0;

	if (wording_map(&w, l->m->dir, name, l->e) < 0)
		return -1;
	for (n = w.len < FIELD_BYTES ? w.len : FIELD_BYTES; n > 0 && w.text[n - 1] == '\n';)
		n--;
	if (n > 0 &&
	    (buf_adds(&l->md, before) < 0 || md_joined(&l->md, w.text, n) < 0 ||
		buf_adds(&l->md, "  \n") < 0))
		r = err_set(l->e, ERR_VALIDATION, CODE_PAGE_LARGE, "a field of it is too long");
	wording_unmap(&w);
	return r < 0 ? -1 : prose_put(l->out, &l->md, l->e);
}

/* Who, to whom, when, about what, of the message in that file. */
static int
put_fields(struct mail *l, const char *path)
{
	static const char *const fields[] = { "From", "To", "Cc", "Date", "Subject", NULL };
	char before[NUMBER_BYTES];
	int r = 0;

	for (int i = 0; r == 0 && fields[i]; i++) {
		const char *const argv[] = { "mhdr", "-d", "-h", fields[i], path, NULL };

		snprintf(before, sizeof(before), "**%s:** ", fields[i]);
		r = mblaze(l, argv, FIELD);
		if (r == 0)
			r = put_line(l, before, FIELD);
	}
	return r < 0 || buf_adds(&l->md, "\n") < 0 ? -1 : prose_put(l->out, &l->md, l->e);
}

/* The part, decoded, into PART; raw: with its own fields before it, and as it came. */
static int
extract(struct mail *l, const struct part *p, bool raw)
{
	char number[NUMBER_BYTES];
	const char *const decoded[] = { "mshow", "-O", l->m->path, number, NULL };
	const char *const as_it_is[] = { "mshow", "-r", "-O", l->m->path, number, NULL };

	snprintf(number, sizeof(number), "%ld", p->number);
	return mblaze(l, raw ? as_it_is : decoded, PART);
}

static bool
part_charset(struct mail *l, char *charset, size_t size)
{
	struct wording w;
	char head[HEAD_BYTES + 1];
	const char *body;
	size_t n;

	if (wording_map(&w, l->m->dir, PART, l->e) < 0)
		return false;
	n = w.len < HEAD_BYTES ? w.len : HEAD_BYTES;
	for (size_t i = 0; i < n; i++)
		head[i] = w.text[i] ? w.text[i] : ' ';
	head[n] = '\0';
	wording_unmap(&w);
	body = strstr(head, "\n\n");
	if (!body)
		body = strstr(head, "\r\n\r\n");
	if (body)
		head[body - head] = '\0';
	return texts_charset(head, charset, size);
}

/* PART as UTF-8, into PROSE_TEXT. */
static int
recode_part(struct mail *l, const char *charset, long *bytes)
{
	int in = openat(l->m->dir, PART, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	int out = prose_new(l->m, PROSE_TEXT, l->e), r = -1;
	bool guessed = false;
	struct stat st;

	if (in < 0)
		err_sys(l->e, ERR_TRANSIENT, CODE_IO_READ, PART);
	else if (out >= 0)
		r = wording_utf8(in, out, charset, &guessed, l->e);
	if (guessed)
		maker_doubt_all(l->m, "encoding");
	*bytes = r == 0 && fstat(out, &st) == 0 ? (long)st.st_size : 0;
	if (in >= 0)
		close(in);
	if (out >= 0 && close(out) < 0 && r == 0)
		r = err_write(l->e, PROSE_TEXT);
	return r;
}

/* What stands in a file, and an empty line. */
static int
append_markdown(struct mail *l, const char *name)
{
	struct wording w;
	int r = 0;

	if (wording_map(&w, l->m->dir, name, l->e) < 0)
		return -1;
	for (size_t at = 0; r == 0 && at < w.len;) {
		const size_t n = w.len - at < FIELD_BYTES ? w.len - at : FIELD_BYTES;

		r = buf_add(&l->md, w.text + at, n);
		at += n;
		if (r == 0)
			r = prose_put(l->out, &l->md, l->e);
	}
	wording_unmap(&w);
	return r < 0 || buf_adds(&l->md, "\n\n") < 0 ? -1 : prose_put(l->out, &l->md, l->e);
}

/* A part of words: text, or HTML. */
static int
put_part(struct mail *l, struct part *p)
{
	const bool html = !strcmp(p->type, "text/html");
	char charset[CHARSET_BYTES];
	struct wording w;
	bool told;
	long bytes;
	int r;

	if (extract(l, p, true) < 0)
		return -1;
	told = part_charset(l, charset, sizeof(charset));
	if (extract(l, p, false) < 0 || recode_part(l, told ? charset : NULL, &bytes) < 0)
		return -1;
	/* What mshow cannot extract it says by a status that fields that are not there have too. */
	if (bytes == 0 && p->size > 0)
		doubt_damaged(l);
	if (html && bytes <= HTML_MAX) {
		r = html_markdown(l->m, PROSE_TEXT, bytes, PART_MD, l->e);
		return r < 0 ? -1 : append_markdown(l, PART_MD);
	}
	if (wording_map(&w, l->m->dir, PROSE_TEXT, l->e) < 0)
		return -1;
	r = prose_blocks(l->out, &w, l->e);
	wording_unmap(&w);
	return r;
}

static int
child_of_type(const struct mail *l, int i, const char *type, long least)
{
	for (int k = i + 1; k < l->n && l->parts[k].depth > l->parts[i].depth; k++)
		if (!strcmp(l->parts[k].type, type) && l->parts[k].size >= least)
			return k;
	return -1;
}

/* Of what says the same in several ways one is told: text, unless it says next to nothing. */
static int
put_alternative(struct mail *l, int i)
{
	int best = child_of_type(l, i, "text/plain", FEW_BYTES);

	if (best < 0)
		best = child_of_type(l, i, "text/html", 1);
	if (best < 0)
		best = child_of_type(l, i, "text/plain", 0);
	if (best < 0)
		return 0;
	for (int k = i; k < l->n && (k == i || l->parts[k].depth > l->parts[i].depth); k++)
		if (!strncmp(l->parts[k].type, "text/", 5) ||
		    !strncmp(l->parts[k].type, "multipart/", 10))
			l->parts[k].taken = true;
	return put_part(l, &l->parts[best]);
}

static int
put_message(struct mail *l, struct part *p)
{
	char *path = mem_printf("%s/" PART, l->m->work);
	int r = buf_adds(&l->md, "---\n\n") < 0 ? -1 : prose_put(l->out, &l->md, l->e);

	if (r == 0)
		r = extract(l, p, false);
	if (r == 0)
		r = put_fields(l, path);
	free(path);
	return r;
}

/* What is not told is named. */
static int
put_attached(struct mail *l)
{
	bool any = false;

	for (int i = 0; i < l->n; i++) {
		const struct part *p = &l->parts[i];

		if (p->taken)
			continue;
		if (buf_adds(&l->md, any ? "- " : "Attachments, which are not read:\n\n- ") < 0 ||
		    md_joined(&l->md, *p->name ? p->name : "without a name",
			strlen(*p->name ? p->name : "without a name")) < 0 ||
		    buf_printf(&l->md, " (%s, %ld bytes)\n", p->type, p->size) < 0)
			return err_set(l->e, ERR_VALIDATION, CODE_PAGE_LARGE, "a name is too long");
		any = true;
	}
	if (any)
		maker_doubt_all(l->m, "portfolio");
	return prose_put(l->out, &l->md, l->e);
}

static int
put_parts(struct mail *l)
{
	int r = 0;

	for (int i = 0; r == 0 && i < l->n; i++) {
		struct part *p = &l->parts[i];

		if (p->taken)
			continue;
		if (!strcmp(p->type, "multipart/alternative")) {
			r = put_alternative(l, i);
		} else if (!strncmp(p->type, "multipart/", 10)) {
			p->taken = true;
		} else if (!strcmp(p->type, "message/rfc822")) {
			p->taken = true;
			r = put_message(l, p);
		} else if (!*p->name &&
		    (!strcmp(p->type, "text/plain") || !strcmp(p->type, "text/html"))) {
			p->taken = true;
			r = put_part(l, p);
		}
	}
	return r < 0 ? -1 : put_attached(l);
}

int
mail_document(struct maker *m, struct err *e)
{
	struct mail *l = mem_new(1, sizeof(*l));
	int r;

	*l = (struct mail){ .m = m, .e = e, .out = prose_new(m, PROSE_MARKDOWN, e) };
	buf_init(&l->md, MARKDOWN_BYTES);
	r = l->out < 0 ? -1 : read_tree(l);
	if (r == 0)
		r = put_fields(l, m->path);
	if (r == 0)
		r = put_parts(l);
	if (l->out >= 0 && close(l->out) < 0 && r == 0)
		r = err_write(e, "its Markdown");
	buf_release(&l->md);
	free(l);
	return r < 0 ? -1 : prose_say(m, PROSE_MARKDOWN, e);
}
