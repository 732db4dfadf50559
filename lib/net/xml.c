#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <expat.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/mem.h"
#include "net/xml.h"

enum {
	SLICE = 16 * 1024,        /* bytes given to expat at a time */
	SLOTS = 2 * XML_NAMES_MAX /* a power of two */
};

struct xml {
	XML_Parser parser;
	const struct xml_ops *ops;
	void *arg;
	int depth;
	bool leaf;             /* the innermost open element has no child yet */
	struct buf text;       /* of that element */
	size_t quiet;          /* bytes since expat last said something */
	uint64_t names[SLOTS]; /* hashes, by open addressing; 0 is free */
	int nnames;
	bool failed;
	struct err err;
};

static int
xml_bad(struct xml *x, const char *what)
{
	x->failed = true;
	return err_set(&x->err, ERR_TRANSIENT, CODE_S3_BAD_ANSWER,
	    "the answer is not XML as S3 writes it: %s", what);
}

/* To be used by the handlers alone: expat stops after the one that runs. */
static void
xml_stop(struct xml *x)
{
	x->failed = true;
	XML_StopParser(x->parser, XML_FALSE);
}

/* expat keeps every name until the parser is freed, so they are counted. */
static bool
name_fits(struct xml *x, const char *name)
{
	uint64_t h = hash_text(name);
	size_t i = h % SLOTS;

	while (x->names[i] && x->names[i] != h)
		i = (i + 1) % SLOTS;
	if (x->names[i])
		return true;
	x->names[i] = h;
	return ++x->nnames <= XML_NAMES_MAX;
}

static const char *
local(const char *name)
{
	const char *colon = strchr(name, ':');

	return colon ? colon + 1 : name;
}

static void XMLCALL
xml_on_start(void *arg, const XML_Char *name, const XML_Char **attributes)
{
	struct xml *x = arg;
	bool fits;

	x->quiet = 0;
	if (x->failed)
		return;
	fits = name_fits(x, name);
	for (; fits && *attributes; attributes += 2)
		fits = name_fits(x, *attributes);
	x->leaf = true;
	buf_clear(&x->text, XML_TEXT_MAX + 1);
	if (!fits)
		xml_bad(x, "too many different names");
	else if (++x->depth > XML_DEPTH_MAX)
		xml_bad(x, "elements nested too deep");
	else if (x->ops->start(x->arg, local(name), &x->err) == 0)
		return;
	xml_stop(x);
}

static void XMLCALL
on_text(void *arg, const XML_Char *s, int len)
{
	struct xml *x = arg;

	x->quiet = 0;
	if (x->failed || !x->leaf)
		return;
	if (x->text.len + (size_t)len <= XML_TEXT_MAX && buf_add(&x->text, s, (size_t)len) == 0)
		return;
	xml_bad(x, "an element's text is too long");
	xml_stop(x);
}

static void XMLCALL
xml_on_end(void *arg, const XML_Char *name)
{
	struct xml *x = arg;
	size_t len;

	x->quiet = 0;
	if (x->failed)
		return;
	if (!x->leaf)
		buf_clear(&x->text, XML_TEXT_MAX + 1);
	len = x->text.len;
	if (buf_addc(&x->text, '\0') < 0)
		xml_bad(x, "an element's text is too long");
	else if (x->ops->end(x->arg, local(name), x->text.p, len, &x->err) == 0) {
		x->depth--;
		x->leaf = false;
		return;
	}
	xml_stop(x);
}

/* Comments and the like, which are of no interest but for being whole. */
static void XMLCALL
on_other(void *arg, const XML_Char *s, int len)
{
	struct xml *x = arg;

	(void)s;
	(void)len;
	x->quiet = 0;
}

static void XMLCALL
on_doctype(void *arg, const XML_Char *name, const XML_Char *sysid, const XML_Char *pubid,
    int has_internal_subset)
{
	struct xml *x = arg;

	(void)name;
	(void)sysid;
	(void)pubid;
	(void)has_internal_subset;
	if (x->failed)
		return;
	xml_bad(x, "it has a document type declaration");
	xml_stop(x);
}

/* What expat asks for is bounded by what we let it read. */
static void *
xml_more(size_t n)
{
	return mem_new(n, 1);
}

static void *
resized(void *p, size_t n)
{
	return mem_resize(p, n, 1);
}

struct xml *
xml_new(const struct xml_ops *ops, void *arg)
{
	static const XML_Memory_Handling_Suite memory = { xml_more, resized, free };
	struct xml *x = mem_new(1, sizeof(*x));

	x->parser = XML_ParserCreate_MM(NULL, &memory, NULL);
	if (!x->parser)
		abort(); /* it fails for want of memory alone, which ends in more() */
	x->ops = ops;
	x->arg = arg;
	buf_init(&x->text, XML_TEXT_MAX + 1);
	XML_SetUserData(x->parser, x);
	XML_SetElementHandler(x->parser, xml_on_start, xml_on_end);
	XML_SetCharacterDataHandler(x->parser, on_text);
	XML_SetStartDoctypeDeclHandler(x->parser, on_doctype);
	XML_SetDefaultHandler(x->parser, on_other);
	return x;
}

/* Debian 13's expat deprecates it for a function that Debian 12's does not have. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
static unsigned long
line_number(const struct xml *x)
{
	return (unsigned long)XML_GetCurrentLineNumber(x->parser);
}
#pragma GCC diagnostic pop

static void
expat_failed(struct xml *x)
{
	enum XML_Error code = XML_GetErrorCode(x->parser);
	char what[128];

	/* In expat's words a cut document has "no element". */
	if (code == XML_ERROR_NO_ELEMENTS || code == XML_ERROR_UNCLOSED_TOKEN ||
	    code == XML_ERROR_UNCLOSED_CDATA_SECTION || code == XML_ERROR_PARTIAL_CHAR) {
		xml_bad(x, "it ends too early");
		return;
	}
	snprintf(what, sizeof(what), "line %lu: %s", line_number(x), XML_ErrorString(code));
	xml_bad(x, what);
}

static void
parse(struct xml *x, const char *p, size_t n, bool last)
{
	x->quiet += n;
	if (XML_Parse(x->parser, p, (int)n, last) != XML_STATUS_OK) {
		if (!x->failed)
			expat_failed(x);
	} else if (x->quiet > XML_TAG_MAX && !x->failed)
		xml_bad(x, "a tag is too long");
}

static int
result(const struct xml *x, struct err *e)
{
	if (!x->failed)
		return 0;
	*e = x->err;
	return -1;
}

int
xml_feed(struct xml *x, const void *data, size_t n, struct err *e)
{
	const char *p = data;

	while (n > 0 && !x->failed) {
		size_t part = n < SLICE ? n : SLICE;

		parse(x, p, part, false);
		p += part;
		n -= part;
	}
	return result(x, e);
}

int
xml_end(struct xml *x, struct err *e)
{
	if (!x->failed)
		parse(x, "", 0, true);
	return result(x, e);
}

void
xml_free(struct xml *x)
{
	if (!x)
		return;
	XML_ParserFree(x->parser);
	buf_release(&x->text);
	free(x);
}
