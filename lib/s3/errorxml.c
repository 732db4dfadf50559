#include <string.h>

#include "base/err.h"
#include "base/utf8.h"
#include "net/xml.h"
#include "s3/listxml.h"

struct field {
	const char *name;
	size_t at, size;   /* in struct s3_error */
	const char *marks; /* what may be in it beside letters and digits */
};

#define FIELD(name, member, marks) \
	{ \
		name, offsetof(struct s3_error, member), sizeof(((struct s3_error *)0)->member), \
		    marks \
	}

static const struct field whole[] = {
	FIELD("RequestId", request_id, "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"),
	FIELD("Region", region, "-_"),
	FIELD("Endpoint", endpoint, ".-_:"),
};

static bool
errorxml_is_alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* All of it or nothing: a part would be another's. */
static void
take_whole(struct s3_error *to, const struct field *f, const char *s, size_t len)
{
	char *out = (char *)to + f->at;

	*out = '\0';
	for (size_t i = 0; i < len; i++)
		if (!errorxml_is_alnum(s[i]) && !strchr(f->marks, s[i]))
			return;
	if (len < f->size)
		memcpy(out, s, len + 1);
}

static void
take_code(struct s3_error *to, const char *s)
{
	size_t n = 0;

	for (; *s && n < sizeof(to->code) - 1; s++)
		if (errorxml_is_alnum(*s))
			to->code[n++] = *s;
	to->code[n] = '\0';
}

/* Controls, spaces, and what turns or breaks lines (Unicode Bidi_Control, Zl, Zp). */
static bool
unprintable(uint32_t cp)
{
	return utf8_is_control(cp) || cp == ' ' || cp == 0xa0 || cp == 0x61c || cp == 0x200e ||
	    cp == 0x200f || (cp >= 0x2028 && cp <= 0x202e) || (cp >= 0x2066 && cp <= 0x2069) ||
	    cp == 0xfeff;
}

static void
take_message(struct s3_error *to, const char *s, size_t len)
{
	size_t n = 0;
	bool space = false;

	while (len > 0) {
		uint32_t cp = 0;
		size_t w = utf8_get(s, len, &cp);

		if (w == 0 || unprintable(cp)) {
			w = w ? w : 1;
			space = n > 0;
		} else {
			if (n + space + w > sizeof(to->message) - 1)
				break;
			if (space)
				to->message[n++] = ' ';
			memcpy(to->message + n, s, w);
			n += w;
			space = false;
		}
		s += w;
		len -= w;
	}
	to->message[n] = '\0';
}

void
s3xml_error_field(struct s3_error *to, const char *name, const char *text, size_t len)
{
	if (strcmp(name, "Code") == 0)
		take_code(to, text);
	else if (strcmp(name, "Message") == 0)
		take_message(to, text, len);
	for (size_t i = 0; i < sizeof(whole) / sizeof(*whole); i++)
		if (strcmp(name, whole[i].name) == 0)
			take_whole(to, &whole[i], text, len);
}

struct reader {
	struct s3_error *error;
	int depth;
};

static int
errorxml_on_start(void *arg, const char *name, struct err *e)
{
	struct reader *r = arg;

	if (++r->depth > 1 || strcmp(name, "Error") == 0)
		return 0;
	return err_set(e, ERR_TRANSIENT, CODE_S3_BAD_ANSWER, "not an error of S3");
}

static int
errorxml_on_end(void *arg, const char *name, const char *text, size_t len, struct err *e)
{
	struct reader *r = arg;

	(void)e;
	if (r->depth-- == 2)
		s3xml_error_field(r->error, name, text, len);
	return 0;
}

void
s3xml_error(struct s3_error *to, const void *body, size_t n)
{
	static const struct xml_ops ops = { errorxml_on_start, errorxml_on_end };
	struct reader r = { .error = to };
	struct xml *x = xml_new(&ops, &r);
	struct err e;

	memset(to, 0, sizeof(*to));
	/* The status of the request has said already that it failed. */
	(void)xml_feed(x, body, n < S3_ERROR_MAX ? n : S3_ERROR_MAX, &e);
	xml_free(x);
}
