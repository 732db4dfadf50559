#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/utf8.h"
#include "md/text.h"
#include "ocr/result.h"

static bool
is_plain_utf8(const char *s, size_t n)
{
	return !memchr(s, '\0', n) && utf8_valid(s, n);
}

static size_t
trimmed(const char *s, size_t n)
{
	while (n > 0 && strchr(" \t\r\n", s[n - 1]))
		n--;
	return n;
}

int
result_markdown(const struct ocr_raw *raw, struct buf *out, struct err *e)
{
	int r = 0;

	if (raw->kind == OCR_MARKDOWN && !is_plain_utf8(raw->text, raw->len))
		return err_set(e, ERR_PERMANENT, CODE_OCR_FAILED,
		    "the engine's Markdown is no text");
	if (raw->kind == OCR_MARKDOWN)
		r = buf_add(out, raw->text, trimmed(raw->text, raw->len));
	else
		r = md_text(out, raw->text, raw->len);
	if (r < 0)
		return err_set(e, ERR_PERMANENT, CODE_OCR_LARGE,
		    "the page's Markdown exceeds %zu bytes", out->max);
	return 0;
}
