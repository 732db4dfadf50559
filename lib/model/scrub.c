#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "model/scrub.h"

/* Bytes between the marks of a special token. */
enum { TOKEN_MAX = 60 };

#define TOKEN_BAR "\xef\xbd\x9c" /* U+FF5C, a wide "|" */

static bool
scrub_drops(uint32_t c)
{
	return (utf8_is_control(c) && c != '\t') || c == 0xfeff || (c >= 0x202a && c <= 0x202e) ||
	    (c >= 0x2060 && c <= 0x206f) || (c >= 0xfff9 && c <= 0xfffb) ||
	    (c >= 0xe0000 && c <= 0xe0fff);
}

/* Whether a line ends there: CR LF ends one. */
static bool
scrub_ends_line(uint32_t c, const char *next, const char *end)
{
	if (c == '\r')
		return next == end || *next != '\n';
	return c == '\n' || c == '\f' || c == '\v' || c == 0x2028 || c == 0x2029;
}

int
scrub_chars(struct buf *out, const char *s, size_t n)
{
	const char *end = s + n;
	uint32_t c;
	size_t len;
	int r = 0;

	for (; s < end && r == 0; s += len) {
		len = utf8_get(s, (size_t)(end - s), &c);
		if (len == 0) {
			len = 1;
			r = buf_adds(out, "\xef\xbf\xbd");
		} else if (scrub_ends_line(c, s + len, end)) {
			r = buf_addc(out, '\n');
		} else if (!scrub_drops(c)) {
			r = buf_add(out, s, len);
		}
	}
	return r;
}

static bool
scrub_starts(const char *s, const char *end, const char *with)
{
	const size_t n = strlen(with);

	return (size_t)(end - s) >= n && memcmp(s, with, n) == 0;
}

/* The end of the word at s, if close is behind it, or the text ends there; or NULL. */
static const char *
token_between(const char *s, const char *end, const char *close)
{
	const char *p = s;

	for (; p < end && p - s <= TOKEN_MAX && !strchr(" \t\n<>|", *p); p++)
		if (scrub_starts(p, end, close))
			break;
	if (p == end)
		return end;
	return p > s && scrub_starts(p, end, close) ? p + strlen(close) : NULL;
}

/* The end of the special token at s, which the text's end may have cut; or NULL. */
static const char *
token_end(const char *s, const char *end)
{
	if (scrub_starts(s, end, "<|"))
		return token_between(s + 2, end, "|>");
	if (scrub_starts(s, end, "<" TOKEN_BAR))
		return token_between(s + 1 + strlen(TOKEN_BAR), end, TOKEN_BAR ">");
	return scrub_starts(s, end, "</s>") && s + 4 == end ? end : NULL;
}

int
scrub_tokens(struct buf *out, const char *s, const char *end)
{
	const char *p, *q;

	for (; s < end; s = q) {
		p = memchr(s, '<', (size_t)(end - s));
		if (buf_add(out, s, (size_t)((p ? p : end) - s)) < 0)
			return -1;
		q = p ? token_end(p, end) : end;
		if (q)
			continue;
		q = p + 1;
		if (buf_addc(out, '<') < 0)
			return -1;
	}
	return 0;
}

static void
trim_blanks(const char **s, const char **end)
{
	while (*s < *end && strchr(" \t\n", **s))
		++*s;
	while (*end > *s && strchr(" \t\n", (*end)[-1]))
		--*end;
}

void
scrub_trim(const char **s, const char **end)
{
	size_t n;

	trim_blanks(s, end);
	n = (size_t)(*end - *s);
	if (n == 4 && (strncasecmp(*s, "null", n) == 0 || strncasecmp(*s, "none", n) == 0))
		*s = *end;
}

/* Where text stands first in [s, end), or NULL. */
static const char *
scrub_find(const char *s, const char *end, const char *text)
{
	return s < end ? memmem(s, (size_t)(end - s), text, strlen(text)) : NULL;
}

/*
 * Behind the thinking at s.  Its start may be of the prompt, and then its end, which
 * ends a line, is all there is of it.
 */
static const char *
behind_thought(const char *s, const char *end)
{
	static const char open[] = "<think>", close[] = "</think>";
	const char *p = scrub_find(s, end, close);

	if (scrub_starts(s, end, open))
		return p ? p + strlen(close) : end;
	if (!p || p + strlen(close) == end || p[strlen(close)] != '\n' || scrub_find(s, p, open))
		return s;
	return p + strlen(close);
}

static bool
wraps_all(const char *info, size_t n)
{
	static const char *const words[] = { "markdown", "md", "html", "json", "text", "txt",
		"yaml", "plaintext", "latex" };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (n == strlen(words[i]) && strncasecmp(info, words[i], n) == 0)
			return true;
	return false;
}

/* Lines that begin with a fence. */
static size_t
count_fences(const char *s, const char *end)
{
	size_t n = 0;

	while ((s = scrub_find(s, end, "\n```"))) {
		n++;
		s += 4;
	}
	return n;
}

/* One that is closed before the end, as where each that follows has its like, is around a part. */
static void
unwrap_fence(const char **s, const char **end)
{
	const char *line = memchr(*s, '\n', (size_t)(*end - *s)), *info = *s + 3, *first, *last;
	bool named;

	if (!scrub_starts(*s, *end, "```") || !line)
		return;
	named = wraps_all(info, (size_t)(line - info));
	if (!named && line > info)
		return;
	last = *end - 4;
	first = scrub_find(line, *end, "\n```");
	if (last >= line && scrub_starts(last, *end, "\n```") && (named || first == last))
		*end = last;
	else if (first && (!named || count_fences(line, *end) % 2 == 1))
		return;
	*s = line;
	trim_blanks(s, end);
}

void
scrub_unwrap(const char **s, const char **end)
{
	trim_blanks(s, end);
	*s = behind_thought(*s, *end);
	trim_blanks(s, end);
	if (*s < *end)
		unwrap_fence(s, end);
	scrub_trim(s, end);
}
