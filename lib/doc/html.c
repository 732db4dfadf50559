#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "doc/html.h"
#include "doc/maker.h"
#include "doc/program.h"
#include "doc/prose.h"
#include "doc/texts.h"
#include "doc/wording.h"

enum {
	HTML_MAX = 4 << 20, /* pandoc takes some 400 bytes of memory for each */
	EPUB_MAX = 64 << 20,
	HEAD_BYTES = 4096, /* in which the charset is looked for */
	CHARSET_BYTES = 40,
	SHARES_MAX = 20,
	DEPTH_MAX = 5000
};

#define SHARE_BYTES (256L << 10) /* of HTML, for which there is the time of a page */
#define PANDOC_AS (3L << 30)
#define TIDIED ".tidied"
#define RULES ".rules.lua"

/* What is for browsers goes; what it says stays. */
static const char rules[] =
    "local function web(s) return s:match('^https?:') or s:match('^mailto:') end\n"
    "function Span(e) return e.content end\n"
    "function Div(e) return e.content end\n"
    "function RawInline() return {} end\n"
    "function RawBlock() return {} end\n"
    "function Image(e)\n"
    "  e.attr = {}\n"
    "  if web(e.src) then return e end\n"
    "  return e.caption\n"
    "end\n"
    "function Link(e)\n"
    "  e.attr = {}\n"
    "  if web(e.target) then return e end\n"
    "  return e.content\n"
    "end\n"
    "function Header(e) e.attr = {} return e end\n"
    "function Code(e) e.attr = {} return e end\n"
    "function CodeBlock(e) e.attr = {} return e end\n";

static int
put_rules(struct maker *m, struct err *e)
{
	struct buf b = BUF_INIT(sizeof(rules));
	int fd = prose_new(m, RULES, e), r;

	if (fd < 0)
		return -1;
	(void)buf_adds(&b, rules);
	r = prose_put(fd, &b, e);
	buf_release(&b);
	return close(fd) < 0 && r == 0 ? err_write(e, "%s", RULES) : r;
}

/* The time of a page for each share of what there is to read. */
static long
html_ms(const struct maker *m, long bytes)
{
	const long shares = 1 + bytes / SHARE_BYTES;

	return m->page_s * 1000 * (shares < SHARES_MAX ? shares : SHARES_MAX);
}

/* What it is, where it lies, and how long it is. */
struct marked_up {
	const char *format, *path;
	long bytes;
};

static int
run_pandoc(struct maker *m, const struct marked_up *d, const char *to, struct err *e)
{
	char *filter = mem_printf("--lua-filter=%s/" RULES, m->work),
	     *data = mem_printf("--data-dir=%s", m->work);
	const char *const argv[] = { "pandoc", "--from", d->format, "--to=gfm", "--sandbox",
		"--quiet", "--wrap=none", data, filter, d->path, NULL };
	const struct program p = { .m = m,
		.package = "pandoc",
		.argv = argv,
		.out = to,
		.cpu_ms = html_ms(m, d->bytes),
		.as_bytes = PANDOC_AS,
		.threads = true };
	int r = put_rules(m, e);

	if (r == 0)
		r = program_run(&p, e);
	free(filter);
	free(data);
	return r;
}

/* Whether a tag that has to be closed stands at p; others are not counted. */
static bool
opens_some(const char *p, const char *end)
{
	static const char *const tags[] = { "div", "span", "b", "i", "a", "em", "ul", "ol", "dl",
		"font", "table", "strong", "center", "blockquote", "section", "u", "small", "sub",
		"sup", "big", "tt", "code", "form", NULL };

	for (const char *const *t = tags; *t; t++) {
		const size_t n = strlen(*t);

		if ((size_t)(end - p) > n && !strncasecmp(p, *t, n) &&
		    !isalnum((unsigned char)p[n]))
			return true;
	}
	return false;
}

/* Tidy and pandoc call themselves for what is within: at some depth that is the end. */
static int
check_depth(struct maker *m, const char *name, struct err *e)
{
	struct wording w;
	long depth = 0, most = 0;
	const char *p, *end;

	if (wording_map(&w, m->dir, name, e) < 0)
		return -1;
	p = w.text;
	end = p + w.len;
	while (w.len > 0 && (p = memchr(p, '<', (size_t)(end - p))) != NULL) {
		const bool closes = ++p < end && *p == '/';

		if (opens_some(p + closes, end))
			depth += closes ? (depth > 0 ? -1 : 0) : 1;
		most = depth > most ? depth : most;
	}
	wording_unmap(&w);
	return most <= DEPTH_MAX
	    ? 0
	    : err_set(e, ERR_VALIDATION, CODE_DOCUMENT_DAMAGED,
		  "its tags lie %ld deep in each other, at most %d are read", most, DEPTH_MAX);
}

int
html_markdown(struct maker *m, const char *name, long bytes, const char *to, struct err *e)
{
	char *in = mem_printf("%s/%s", m->work, name), *out = mem_printf("%s/" TIDIED, m->work);
	const char *const argv[] = { "tidy", "-quiet", "-asxhtml", "-utf8", "--show-warnings", "no",
		"--show-errors", "0", "--force-output", "yes", "--wrap", "0", "-o", out, in, NULL };
	const struct program p = { .m = m, .package = "tidy", .argv = argv, .warns = 2 };
	int r = check_depth(m, name, e);

	if (r == 0)
		r = program_run(&p, e);

	if (r == 0)
		r = run_pandoc(m, &(struct marked_up){ "html", out, bytes }, to, e);
	free(in);
	free(out);
	return r;
}

static int
html_too_long(long max, struct err *e)
{
	return err_set(e, ERR_VALIDATION, CODE_DOCUMENT_LARGE,
	    "more than %ld MiB: pandoc needs too much memory for it", max >> 20);
}

/* What its head says of its charset, which is in ASCII. */
static bool
own_charset(const struct maker *m, char *charset, size_t size)
{
	char head[HEAD_BYTES + 1];
	ssize_t n = pread(m->source, head, HEAD_BYTES, 0);

	for (ssize_t i = 0; i < n; i++)
		if (head[i] == '\0')
			head[i] = ' ';
	head[n > 0 ? n : 0] = '\0';
	return texts_charset(head, charset, size);
}

int
html_document(struct maker *m, struct err *e)
{
	char charset[CHARSET_BYTES];
	struct stat st;

	if (fstat(m->source, &st) < 0)
		return err_sys(e, ERR_TRANSIENT, CODE_IO_READ, "the document");
	if (st.st_size > HTML_MAX)
		return html_too_long(HTML_MAX, e);
	/* Of a server that says one for all its files, and a file that says its own, the file. */
	if (prose_text(m, own_charset(m, charset, sizeof(charset)) ? charset : NULL, e) < 0 ||
	    html_markdown(m, PROSE_TEXT, st.st_size, PROSE_MARKDOWN, e) < 0)
		return -1;
	return prose_say(m, PROSE_MARKDOWN, e);
}

int
html_epub(struct maker *m, struct err *e)
{
	struct stat st;

	if (fstat(m->source, &st) < 0)
		return err_sys(e, ERR_TRANSIENT, CODE_IO_READ, "the document");
	if (st.st_size > EPUB_MAX)
		return html_too_long(EPUB_MAX, e);
	if (run_pandoc(m, &(struct marked_up){ "epub", m->path, SHARE_BYTES * SHARES_MAX },
		PROSE_MARKDOWN, e) < 0)
		return -1;
	return prose_say(m, PROSE_MARKDOWN, e);
}
