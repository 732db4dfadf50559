#include <malloc.h>
#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "net/xml.h"

#define FEED xml_feed
#include "unit/xmlfeed.h"

/* What was said, as "(name" and "name=text)". */
struct said {
	struct buf text;
	const char *refuse; /* at the start of this element */
	const char *refuse_end;
	size_t elements;
	bool quiet;
};

static int
on_start(void *arg, const char *name, struct err *e)
{
	struct said *s = arg;

	s->elements++;
	if (s->refuse && strcmp(name, s->refuse) == 0)
		return err_set(e, ERR_VALIDATION, "test.no", "no %s", name);
	CHECK(s->quiet || buf_printf(&s->text, "(%s", name) == 0);
	return 0;
}

static int
on_end(void *arg, const char *name, const char *text, size_t len, struct err *e)
{
	struct said *s = arg;

	CHECK(text[len] == '\0' && strlen(text) == len);
	if (s->refuse_end && strcmp(name, s->refuse_end) == 0)
		return err_set(e, ERR_VALIDATION, "test.no", "no more %s", name);
	CHECK(s->quiet ||
	    (buf_printf(&s->text, "%s=", name) == 0 && buf_add(&s->text, text, len) == 0 &&
		buf_adds(&s->text, ")") == 0));
	return 0;
}

static const struct xml_ops ops = { on_start, on_end };

/* The result, with what was said in *s, whose text is to be released. */
static int
parse(const char *doc, size_t len, size_t step, struct said *s, struct err *e)
{
	struct xml *x = xml_new(&ops, s);
	uint32_t state = 2463534242u;
	int r;

	buf_init(&s->text, 1 << 20);
	e->code = NULL;
	FEED_PARTS(x, doc, len, step, state, e);
	r = xml_end(x, e);
	CHECK(r == 0 || e->code);
	xml_free(x);
	CHECK(buf_addc(&s->text, '\0') == 0);
	return r;
}

static const size_t steps[] = { 1, 2, 3, 7, 100000, 0 };

static void
says_bytes(const char *doc, size_t len, const char *want)
{
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		struct said s = { .quiet = false };
		struct err e;

		CHECK(parse(doc, len, steps[i], &s, &e) == 0);
		CHECK_STR(s.text.p, want);
		buf_release(&s.text);
	}
}

static void
says(const char *doc, const char *want)
{
	says_bytes(doc, strlen(doc), want);
}

static void
refuses_bytes(const char *doc, size_t len, const char *why)
{
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		struct said s = { .quiet = true };
		struct err e;

		CHECK(parse(doc, len, steps[i], &s, &e) == -1);
		CHECK(e.class == ERR_TRANSIENT);
		CHECK_STR(e.code, "s3.BadAnswer");
		if (!strstr(e.msg, why))
			CHECK_STR(e.msg, why);
		buf_release(&s.text);
	}
}

static void
refuses(const char *doc, const char *why)
{
	refuses_bytes(doc, strlen(doc), why);
}

static void
reads_elements_and_their_text(void)
{
	says("<a/>", "(aa=)");
	says("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\n<a>x</a>\n \n", "(aa=x)");
	says("<a><b>1</b> mixed <c>2</c></a>", "(a(bb=1)(cc=2)a=)");
	says("<a>\n  <b> 1\n </b>\n</a>", "(a(bb= 1\n )a=)");
	says("<a xmlns='urn:x' b='&lt;'>&lt;&amp;&gt;&quot;&apos;&#65;&#xe9;</a>",
	    "(aa=<&>\"'A\xc3\xa9)");
	says("<a><![CDATA[<b>&amp;]]>x</a>", "(aa=<b>&amp;x)");
	says("<a>1<!-- c -->2<?pi x?>3</a>", "(aa=123)");
	says("<s:a xmlns:s='urn:x'><s:b>1</s:b></s:a>", "(a(bb=1)a=)");
	says("<a>1\r\n2\r3&#13;</a>", "(aa=1\n2\n3\r)");
	says("<\xc3\xa9>\xf0\x9f\x98\x80</\xc3\xa9>", "(\xc3\xa9\xc3\xa9=\xf0\x9f\x98\x80)");
}

/* XML 1.0, section 4.3.3 and appendix F: what is declared or marked is read. */
static void
reads_encodings(void)
{
	static const char utf16le[] = "\xff\xfe<\0a\0>\0\xe9\0<\0/\0a\0>\0";
	static const char utf16be[] = "\xfe\xff\0<\0a\0>\0\xe9\0<\0/\0a\0>";

	says("\xef\xbb\xbf<a>\xc3\xa9</a>", "(aa=\xc3\xa9)");
	says("<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe9</a>", "(aa=\xc3\xa9)");
	says("<?xml version='1.0' encoding='us-ascii'?><a>e</a>", "(aa=e)");
	says_bytes(utf16le, sizeof(utf16le) - 1, "(aa=\xc3\xa9)");
	says_bytes(utf16be, sizeof(utf16be) - 1, "(aa=\xc3\xa9)");
	refuses("<?xml version='1.0' encoding='windows-1252'?><a>e</a>", "unknown encoding");
	refuses("<?xml version='1.0' encoding='EBCDIC-CP-US'?><a>e</a>", "unknown encoding");
	refuses("<?xml version='1.0' encoding='UTF-16'?><a>e</a>", "encoding");
	refuses("<?xml version='1.0' encoding='us-ascii'?><a>\xe9</a>", "token");
}

static void
refuses_what_is_not_xml(void)
{
	char doc[32];

	refuses("", "too early");
	refuses(" \n", "too early");
	refuses("Service Unavailable", "line 1");
	refuses("{\"error\":1}", "line 1");
	refuses("<a></b>", "mismatched tag");
	refuses("<a/><b/>", "junk after document element");
	refuses("<a/>x", "junk after document element");
	refuses("\n<?xml version='1.0'?><a/>", "line 2");
	refuses("<a>&nbsp;</a>", "undefined entity");
	refuses("<a b='1' b='2'/>", "duplicate attribute");
	refuses("<a>]]></a>", "token");
	/* UTF-8 that is none: RFC 3629, section 4 */
	refuses("<a>\xff</a>", "token");
	refuses("<a>\xc0\x80</a>", "token");
	refuses("<a>\xed\xa0\x80</a>", "token");
	refuses("<a>\xf4\x90\x80\x80</a>", "token");
	refuses("<a>\xc3</a>", "token");
	/* XML 1.0, section 2.2: no character, not even as a reference */
	for (int c = 0; c < 0x20; c++) {
		if (c == '\t' || c == '\n' || c == '\r')
			continue;
		snprintf(doc, sizeof(doc), "<a>.&#%d;</a>", c);
		refuses(doc, "line 1");
		memcpy(doc, "<a>.</a>", 8);
		doc[3] = (char)c;
		refuses_bytes(doc, 8, "line 1");
	}
	refuses("<a>&#xfffe;</a>", "line 1");
	refuses("<a>&#x110000;</a>", "line 1");
}

static void
refuses_document_types(void)
{
	refuses("<!DOCTYPE html><html></html>", "document type");
	refuses("<!DOCTYPE a SYSTEM 'http://127.0.0.1/x'><a/>", "document type");
	refuses("<!DOCTYPE a [<!ENTITY x SYSTEM '/etc/passwd'>]><a>&x;</a>", "document type");
	refuses("<?xml version='1.0'?><!DOCTYPE l [<!ENTITY l0 'lol'>"
		"<!ENTITY l1 '&l0;&l0;&l0;&l0;&l0;&l0;&l0;&l0;&l0;&l0;'>"
		"<!ENTITY l2 '&l1;&l1;&l1;&l1;&l1;&l1;&l1;&l1;&l1;&l1;'>"
		"<!ENTITY l3 '&l2;&l2;&l2;&l2;&l2;&l2;&l2;&l2;&l2;&l2;'>"
		"]><l>&l3;</l>",
	    "document type");
}

/* There is no end at which a part would pass for the whole. */
static void
refuses_a_cut_document(void)
{
	static const char doc[] = "<?xml version='1.0'?><!-- c --><a x='y'><b>\xc3\xa9&amp;</b>"
				  "<![CDATA[z]]><?p q?></a>";

	for (size_t n = 0; n < sizeof(doc) - 1; n++)
		refuses_bytes(doc, n, "too early");
	says(doc, "(a(bb=\xc3\xa9&)a=)");
}

static void
add_times(struct buf *b, size_t n, const char *s)
{
	while (n-- > 0)
		CHECK(buf_adds(b, s) == 0);
}

static void
bounds_depth(void)
{
	struct buf b = BUF_INIT(1 << 20);
	struct said s = { .quiet = true };
	struct err e;

	add_times(&b, XML_DEPTH_MAX, "<a>");
	add_times(&b, XML_DEPTH_MAX, "</a>");
	CHECK(parse(b.p, b.len, 0, &s, &e) == 0);
	CHECK(s.elements == XML_DEPTH_MAX);
	buf_release(&s.text);
	b.len = 0;
	add_times(&b, XML_DEPTH_MAX + 1, "<a>");
	refuses_bytes(b.p, b.len, "too deep");
	add_times(&b, 100000, "<a>");
	refuses_bytes(b.p, b.len, "too deep");
	b.len = 0;
	/* side by side is not deep */
	add_times(&b, 1, "<r>");
	add_times(&b, 1000, "<a><b/></a>");
	add_times(&b, 1, "</r>");
	CHECK(parse(b.p, b.len, 0, &s, &e) == 0);
	buf_release(&s.text);
	buf_release(&b);
}

static void
bounds_text(void)
{
	struct buf b = BUF_INIT(1 << 20);
	struct said s = { .quiet = true };
	struct err e;

	add_times(&b, 1, "<a>");
	add_times(&b, XML_TEXT_MAX - 1, "x");
	add_times(&b, 1, "&lt;</a>");
	CHECK(parse(b.p, b.len, 1000, &s, &e) == 0);
	buf_release(&s.text);
	b.len -= 4;
	add_times(&b, 1, "y</a>");
	refuses_bytes(b.p, b.len, "text is too long");
	b.len = 0;
	/* white space between children is nobody's text */
	add_times(&b, 1, "<a>");
	add_times(&b, XML_TEXT_MAX / 2, "  \n<b/>");
	add_times(&b, 1, "</a>");
	CHECK(parse(b.p, b.len, 1000, &s, &e) == 0);
	buf_release(&s.text);
	b.len = 0;
	add_times(&b, 1, "<a><b/>");
	add_times(&b, XML_TEXT_MAX + 1, " ");
	add_times(&b, 1, "</a>");
	CHECK(parse(b.p, b.len, 1000, &s, &e) == 0);
	buf_release(&s.text);
	buf_release(&b);
}

static void
bounds_a_tag(const char *before, const char *filler, const char *after)
{
	struct buf b = BUF_INIT(1 << 22);
	struct said s = { .quiet = true };
	struct err e;

	add_times(&b, 1, before);
	add_times(&b, XML_TAG_MAX - strlen(before) - strlen(after), filler);
	add_times(&b, 1, after);
	add_times(&b, 1, "</a>");
	CHECK(parse(b.p, b.len, 1024, &s, &e) == 0);
	buf_release(&s.text);
	b.len = 0;
	add_times(&b, 1, before);
	add_times(&b, 4 * XML_TAG_MAX, filler);
	add_times(&b, 1, after);
	CHECK(parse(b.p, b.len, 1024, &s, &e) == -1);
	CHECK(strstr(e.msg, "a tag is too long"));
	buf_release(&s.text);
	CHECK(parse(b.p, b.len, 100000000, &s, &e) == -1);
	buf_release(&s.text);
	buf_release(&b);
}

static void
bounds_names(void)
{
	struct buf b = BUF_INIT(1 << 22);
	struct said s = { .quiet = true };
	struct err e;

	CHECK(buf_adds(&b, "<a>") == 0);
	for (int i = 1; i < XML_NAMES_MAX; i++)
		CHECK(buf_printf(&b, "<a%d/><a%d/>", i, i) == 0);
	CHECK(buf_adds(&b, "<a1/><a2/></a>") == 0);
	CHECK(parse(b.p, b.len, 0, &s, &e) == 0);
	buf_release(&s.text);
	b.len -= 4;
	CHECK(buf_adds(&b, "<b/></a>") == 0);
	refuses_bytes(b.p, b.len, "different names");
	b.len = 0;
	CHECK(buf_adds(&b, "<a") == 0);
	for (int i = 1; i <= XML_NAMES_MAX; i++)
		CHECK(buf_printf(&b, " a%d='1'", i) == 0);
	CHECK(buf_adds(&b, "/>") == 0);
	refuses_bytes(b.p, b.len, "different names");
	buf_release(&b);
}

/* Bytes in use, by glibc; under ASan always 0. */
static size_t
in_use(void)
{
	return mallinfo2().uordblks;
}

static void
stays_flat_however_long_the_document(void)
{
	static const char part[] = "\n  <b c='d'>text &amp; more</b><!-- comment --><?pi x?>";
	struct said s = { .quiet = true };
	struct xml *x = xml_new(&ops, &s);
	struct err e;
	size_t before = 0;

	CHECK(xml_feed(x, "<a>", 3, &e) == 0);
	for (int i = 0; i < 1000000; i++) {
		if (i == 1000)
			before = in_use();
		CHECK(xml_feed(x, part, sizeof(part) - 1, &e) == 0);
	}
	CHECK(in_use() <= before + 64 * 1024);
	CHECK(xml_feed(x, "</a>", 4, &e) == 0);
	CHECK(xml_end(x, &e) == 0);
	CHECK(s.elements == 1000001);
	xml_free(x);
}

static void
passes_on_a_callbacks_error(void)
{
	static const char doc[] = "<a><b>1</b><c/><d/></a>";

	for (int at_end = 0; at_end < 2; at_end++)
		for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
			struct said s = { .refuse = at_end ? NULL : "c",
				.refuse_end = at_end ? "c" : NULL };
			struct err e;

			CHECK(parse(doc, sizeof(doc) - 1, steps[i], &s, &e) == -1);
			CHECK(e.class == ERR_VALIDATION);
			CHECK_STR(e.code, "test.no");
			CHECK_STR(s.text.p, at_end ? "(a(bb=1)(c" : "(a(bb=1)");
			buf_release(&s.text);
		}
}

static void
keeps_failing(void)
{
	struct said s = { .quiet = true };
	struct xml *x = xml_new(&ops, &s);
	struct err e, again = { .code = NULL };

	CHECK(xml_feed(x, "", 0, &e) == 0);
	CHECK(xml_feed(x, "<a></b>", 7, &e) == -1);
	CHECK(xml_feed(x, "<a/>", 4, &again) == -1);
	CHECK_STR(again.msg, e.msg);
	CHECK(xml_end(x, &again) == -1);
	CHECK_STR(again.code, "s3.BadAnswer");
	xml_free(x);
	/* what comes after the end is a mistake too */
	x = xml_new(&ops, &s);
	CHECK(xml_feed(x, "<a/>", 4, &e) == 0 && xml_end(x, &e) == 0);
	CHECK(xml_feed(x, " ", 1, &e) == -1);
	xml_free(x);
	xml_free(NULL);
}

int
main(void)
{
	reads_elements_and_their_text();
	reads_encodings();
	refuses_what_is_not_xml();
	refuses_document_types();
	refuses_a_cut_document();
	bounds_depth();
	bounds_text();
	bounds_a_tag("<a b='", "x", "'>");
	bounds_a_tag("<a><!--", "x", "-->");
	bounds_a_tag("<a><?p ", "x", "?>");
	bounds_names();
	stays_flat_however_long_the_document();
	passes_on_a_callbacks_error();
	keeps_failing();
	return 0;
}
