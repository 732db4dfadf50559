#include <ctype.h>
#include <string.h>

#include "doc/texts.h"
#include "rec/rec.h"

enum {
	ENDING_BYTES = 16,
	FIELDS_NEEDED = 2,
	WORDS_FOR_ODD = 50 /* bytes to each control character that no text should have */
};

static const char *const plain[] = { "txt", "text", "asc", "log", "nfo", NULL };
static const char *const markdown[] = { "md", "markdown", "mdown", "mkd", "mkdn", NULL };
static const char *const table[] = { "csv", "tsv", "tab", NULL };
/* Of kinds that are no text: words under such a name are not what they should be. */
static const char *const others[] = { "pdf", "png", "apng", "jpg", "jpeg", "jpe", "tif", "tiff",
	"webp", "gif", "bmp", "jp2", "j2k", "jpx", "heic", "heif", "avif", "djvu", "djv", "doc",
	"docx", "docm", "dot", "dotx", "xls", "xlsx", "xlsm", "ppt", "pptx", "pps", "ppsx", "odt",
	"ods", "odp", "rtf", "epub", "zip", "gz", "tar", "tgz", "7z", NULL };

/* The ending of a name in small letters; "" where there is none. */
static void
ending_of(const char *name, char ending[ENDING_BYTES])
{
	const char *base = name ? strrchr(name, '/') : NULL, *dot;
	size_t n = 0;

	base = base ? base + 1 : name;
	dot = base ? strrchr(base, '.') : NULL;
	if (dot && dot > base)
		while (dot[n + 1] && n < ENDING_BYTES - 1) {
			ending[n] = (char)tolower((unsigned char)dot[n + 1]);
			n++;
		}
	ending[n] = '\0';
}

struct texts_hint
texts_hint_of(struct rec *r)
{
	const char *rel = rec_str(r, "rel");

	return (struct texts_hint){ rel ? rel : rec_str(r, "uri"), rec_str(r, "content_type") };
}

static bool
ending_is_of(const char *word, const char *const *list)
{
	while (*list && strcmp(*list, word) != 0)
		list++;
	return *list != NULL;
}

/* Whether the type, but for its parameters, is that. */
static bool
is_type(const char *type, const char *what)
{
	const size_t n = strlen(what);

	return type && !strncasecmp(type, what, n) && (!type[n] || strchr("; \t", type[n]));
}

/* By its ending, or without one by its type. */
static bool
is_called(const struct texts_hint *h, const char *const *endings, const char *const *types)
{
	char ending[ENDING_BYTES];

	ending_of(h->name, ending);
	if (*ending)
		return ending_is_of(ending, endings);
	while (*types && !is_type(h->type, *types))
		types++;
	return *types != NULL;
}

bool
texts_may_be_markdown(const struct texts_hint *h)
{
	static const char *const types[] = { "text/markdown", "text/x-markdown", NULL };

	return is_called(h, markdown, types);
}

bool
texts_may_be_table(const struct texts_hint *h)
{
	static const char *const types[] = { "text/csv", "text/tab-separated-values", NULL };

	return is_called(h, table, types);
}

bool
texts_may_be_other(const struct texts_hint *h)
{
	static const char *const types[] = { "application/pdf", "application/zip", NULL };

	return !is_called(h, others, types) && (!h->type || strncasecmp(h->type, "image/", 6) != 0);
}

bool
texts_may_be_any(const struct texts_hint *h)
{
	(void)h;
	return true;
}

bool
texts_may_be_plain(const struct texts_hint *h)
{
	const char *base = h->name ? strrchr(h->name, '/') : NULL;
	char ending[ENDING_BYTES];

	base = base ? base + 1 : h->name;
	ending_of(h->name, ending);
	if (*ending)
		return ending_is_of(ending, plain);
	/* What is hidden is a program's. */
	return (!base || *base != '.') && texts_may_be_other(h);
}

bool
texts_charset(const char *type, char *text, size_t size)
{
	const char *p = type ? strcasestr(type, "charset=") : NULL;
	size_t n = 0;

	if (!p)
		return false;
	p += strlen("charset=");
	if (*p == '"' || *p == '\'')
		p++;
	while (n + 1 < size && (isalnum((unsigned char)p[n]) || (p[n] && strchr("-_.:+", p[n])))) {
		text[n] = p[n];
		n++;
	}
	text[n] = '\0';
	return n > 0;
}

/* Behind a byte order mark and blanks. */
static const char *
past_blanks(const char *p, const char *end)
{
	if (end - p >= 3 && !memcmp(p, "\xef\xbb\xbf", 3))
		p += 3;
	while (p < end && isspace((unsigned char)*p))
		p++;
	return p;
}

static bool
begins_with(const char *p, const char *end, const char *what)
{
	const size_t n = strlen(what);

	return (size_t)(end - p) >= n && !strncasecmp(p, what, n);
}

/* Behind what, which ends in close; NULL where that does not come. */
static const char *
past(const char *p, const char *end, const char *open, const char *close)
{
	const char *q =
	    begins_with(p, end, open) ? memmem(p, (size_t)(end - p), close, strlen(close)) : NULL;

	return q ? past_blanks(q + strlen(close), end) : NULL;
}

/* As browsers do it (WHATWG MIME Sniffing, 7.1), and behind an XML declaration and comments. */
bool
texts_is_html(const char *head, size_t n)
{
	static const char *const tags[] = { "<!doctype html", "<html", "<head", "<body", "<title",
		"<meta", "<h1", "<div", "<table", "<p", "<a", "<b", "<br", "<font", "<style",
		"<script", "<iframe", NULL };
	const char *end = head + n, *p = past_blanks(head, end), *q = past(p, end, "<?xml", "?>");

	if (q)
		p = q;
	while ((q = past(p, end, "<!--", "-->")))
		p = q;
	for (const char *const *t = tags; *t; t++) {
		q = p + strlen(*t);
		if (begins_with(p, end, *t) &&
		    (q == end || *q == '>' || isspace((unsigned char)*q)))
			return true;
	}
	return false;
}

/* The length of a field's name at p; 0 where none stands there. */
static size_t
field_name(const char *p, const char *end)
{
	const char *q = p;

	while (q<end && * q> ' ' && *q < 0x7f && *q != ':')
		q++;
	return q < end && *q == ':' ? (size_t)(q - p) : 0;
}

static bool
is_usual_field(const char *name, size_t n)
{
	static const char *const usual[] = { "From", "To", "Date", "Subject", "Received",
		"Return-Path", "Message-ID", "MIME-Version", "Delivered-To", "Cc", "Reply-To",
		"X-Mailer", NULL };
	const char *const *u = usual;

	while (*u && (strlen(*u) != n || strncasecmp(*u, name, n) != 0))
		u++;
	return *u != NULL;
}

bool
texts_is_mail(const char *head, size_t n)
{
	const char *p = head, *end = head + n, *nl;
	int usual = 0;

	for (; p < end && *p != '\r' && *p != '\n'; p = nl + 1) {
		const size_t name = field_name(p, end);

		nl = memchr(p, '\n', (size_t)(end - p));
		if (name == 0 && (p == head || (*p != ' ' && *p != '\t')))
			return nl == NULL && usual >= FIELDS_NEEDED;
		usual += name > 0 && is_usual_field(p, name);
		if (!nl)
			break;
	}
	return usual >= FIELDS_NEEDED;
}

/* What is written for machines, though it is text. */
static bool
is_machines(const char *p, const char *end)
{
	static const char *const magic[] = { "%!", "%PDF", "<?xml", "<svg", "<!doctype", "{\\rtf",
		"#!", "-----BEGIN ", NULL };
	const char *q;

	for (const char *const *m = magic; *m; m++)
		if (begins_with(p, end, *m))
			return true;
	if (p == end || (*p != '{' && *p != '['))
		return false;
	q = past_blanks(p + 1, end);
	return q < end && (*q == '"' || *q == '{' || (*p == '{' && *q == '}'));
}

bool
texts_is_words(const char *head, size_t n)
{
	const char *end = head + n;
	size_t odd = 0;

	if (n >= 2 && (!memcmp(head, "\xff\xfe", 2) || !memcmp(head, "\xfe\xff", 2)))
		return n % 2 == 0 && n > 2;
	for (const char *p = head; p < end; p++) {
		odd += (unsigned char)*p < ' ' && !strchr("\t\r\n\f\b\x1a\x1b", *p);
		if (*p == '\0')
			return false;
	}
	return odd <= n / WORDS_FOR_ODD && !is_machines(past_blanks(head, end), end);
}
