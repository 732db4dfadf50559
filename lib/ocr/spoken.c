#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/utf8.h"
#include "ocr/engine.h"
#include "ocr/spoken.h"
#include "rec/jx.h"
#include "rec/rec.h"

/* Where the open file is: its path, if that is still it. */
static int
path_of(int fd, char path[PATH_MAX], struct err *e)
{
	char link[32];
	struct stat open_one, there;
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, PATH_MAX - 1);
	if (n < 0)
		return err_sys(e, err_class_of(errno), CODE_IO_READ, "%s", link);
	path[n] = '\0';
	if (fstat(fd, &open_one) < 0 || lstat(path, &there) < 0 ||
	    open_one.st_dev != there.st_dev || open_one.st_ino != there.st_ino)
		return err_set(e, ERR_TRANSIENT, CODE_PAGE_CHANGED,
		    "the page's image is not where it was");
	if (!utf8_valid(path, (size_t)n))
		return err_set(e, ERR_VALIDATION, CODE_PAGE_IMAGE,
		    "the path of the page's image is no text, and no program can be told it");
	return 0;
}

static void
set_known(jv *question, const char *name, long value)
{
	if (value > 0)
		jx_set(question, name, jv_number((double)value));
}

int
spoken_ask(struct buf *out, const struct ocr_ask *ask, const char *lang, long n, struct err *e)
{
	jv question = jv_object();
	char path[PATH_MAX];
	int r;

	if (path_of(ask->fd, path, e) < 0) {
		jv_free(question);
		return -1;
	}
	jx_set(&question, "v", jv_number(1));
	jx_set(&question, "n", jv_number((double)n));
	jx_set(&question, "image", jv_string(path));
	jx_set(&question, "lang", jv_string(lang));
	set_known(&question, "page", ask->page);
	set_known(&question, "width", ask->width);
	set_known(&question, "height", ask->height);
	set_known(&question, "dpi", ask->dpi);
	question = jv_dump_string(question, 0);
	r = buf_adds(out, jv_string_value(question)) < 0 || buf_addc(out, '\n') < 0 ? -1 : 0;
	jv_free(question);
	return r < 0 ? err_set(e, ERR_PERMANENT, CODE_OCR_LARGE, "the question is too long") : 0;
}

void
spoken_init(struct spoken *s, bool html_tables)
{
	*s = (struct spoken){ .raw = { .confidence = -1 } };
	clean_init(&s->clean, CLEAN_PLAIN, (const long[]){ 0, 0 }, OCR_TEXT_MAX);
	s->clean.html_tables = html_tables;
}

void
spoken_release(struct spoken *s)
{
	clean_release(&s->clean);
	rec_free(s->rec);
	s->rec = NULL;
}

static int
no_answer(struct err *e, const char *why)
{
	return err_set(e, ERR_PERMANENT, CODE_OCR_PROGRAM, "its answer makes no sense: %s", why);
}

/* Its code where it is one of ours that an engine may say of a page; else NULL. */
static const struct code *
code_said(const char *word)
{
	const struct code *c = word && strncmp(word, "ocr.", 4) == 0 ? code_find(word) : NULL;

	return c && (c->rule == CODE_TRANSIENT || c->rule == CODE_PERMANENT) &&
		strcmp(word, CODE_OCR_PROGRAM) != 0
	    ? c
	    : NULL;
}

/* {"message", "code"?, "class"?} */
static int
error_said(const jv *error, struct err *e)
{
	jv code = jx_get(error, "code"), class = jx_get(error, "class"),
	   message = jx_get(error, "message");
	const char *word = jx_cstr(&code), *kind = jx_cstr(&class), *text = jx_cstr(&message);
	const struct code *known = code_said(word);
	enum err_class how = known && known->rule == CODE_TRANSIENT ? ERR_TRANSIENT : ERR_PERMANENT;

	if (kind && strcmp(kind, "transient") == 0)
		how = ERR_TRANSIENT;
	else if (kind && strcmp(kind, "permanent") == 0)
		how = ERR_PERMANENT;
	if (!text)
		no_answer(e, "its error has no message");
	else if (known || !word)
		err_set(e, how, known ? known->word : CODE_OCR_FAILED, "%s", text);
	else
		err_set(e, how, CODE_OCR_FAILED, "%.60s: %s", word, text);
	jv_free(code);
	jv_free(class);
	jv_free(message);
	return -1;
}

static int
confidence_answered(struct spoken *s, struct err *e)
{
	jv v = rec_get(s->rec, "confidence");
	const jv_kind kind = jv_get_kind(v);
	const double is = kind == JV_KIND_NUMBER ? jv_number_value(v) : -1;

	jv_free(v);
	s->raw.confidence = is;
	if (kind == JV_KIND_INVALID || kind == JV_KIND_NULL)
		return 0;
	return is >= 0 && is <= 1 ? 0 : no_answer(e, "confidence is a number from 0 to 1");
}

static int
markdown_answered(struct spoken *s, const char *text, size_t len, struct err *e)
{
	if (len > OCR_TEXT_MAX || clean_text(&s->clean, text, len) < 0)
		return err_set(e, ERR_PERMANENT, CODE_OCR_LARGE,
		    "the page's Markdown exceeds %d bytes", OCR_TEXT_MAX);
	s->raw.kind = OCR_MARKDOWN;
	s->raw.text = s->clean.md.len ? s->clean.md.p : "";
	s->raw.len = s->clean.md.len;
	return 0;
}

static int
text_answered(struct spoken *s, const char *text, size_t len, struct err *e)
{
	if (len > OCR_TEXT_MAX)
		return err_set(e, ERR_PERMANENT, CODE_OCR_LARGE, "the page's text exceeds %d bytes",
		    OCR_TEXT_MAX);
	s->raw.kind = OCR_TEXT;
	s->raw.text = text;
	s->raw.len = len;
	return 0;
}

static int
error_answered(struct spoken *s, struct err *e)
{
	jv error = rec_get(s->rec, "error");

	if (jv_get_kind(error) == JV_KIND_OBJECT)
		error_said(&error, e);
	else
		no_answer(e, "error is an object with a message");
	jv_free(error);
	return -1;
}

int
spoken_read(struct spoken *s, const char *line, size_t len, long n, struct err *e)
{
	const char *markdown, *text;

	s->rec = rec_parse(line, len, e);
	if (!s->rec)
		return no_answer(e, "it is no JSON object");
	if (rec_has(s->rec, "n") && rec_int(s->rec, "n", -1) != n)
		return no_answer(e, "it is of another question");
	if (rec_failed(s->rec))
		return error_answered(s, e);
	if (confidence_answered(s, e) < 0)
		return -1;
	markdown = rec_str(s->rec, "markdown");
	text = rec_str(s->rec, "text");
	if (markdown)
		return markdown_answered(s, markdown, strlen(markdown), e);
	if (text)
		return text_answered(s, text, strlen(text), e);
	return no_answer(e, "it has none of markdown, text and error, as a string without a NUL");
}
