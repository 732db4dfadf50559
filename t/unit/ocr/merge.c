/* merge: a layer's lines and what was read of regions, as one text. */
#include "ocr/merge.h"

#include "base/buf.h"
#include "md/layout.h"
#include "ocr/result.h"
#include "ocr/tongue.h"
#include "unit/check.h"

/* Lines of 12 pixels, each 20 below the one before. */
static struct layout_line
line_at(long x0, long y0, const char *text)
{
	return (struct layout_line){ .box = { x0, y0, x0 + 200, y0 + 12 }, .text = text };
}

static struct ocr_raw
reading(const char *text, double confidence)
{
	return (struct ocr_raw){ .kind = OCR_TEXT,
		.text = text,
		.len = strlen(text),
		.confidence = confidence };
}

static struct merged found;

static void
check_merged(const struct layout *l, const struct ocr_raw *readings, const char *want)
{
	struct buf out = BUF_INIT(4000);
	struct tongue *eng = tongue_new("eng");

	CHECK(merge_markdown(l, readings, eng, &out, &found) == 0 && buf_addc(&out, '\0') == 0);
	tongue_free(eng);
	CHECK_STR(out.p, want);
	buf_release(&out);
}

static void
what_is_read_stands_where_it_is_seen(void)
{
	struct layout_line v[] = { line_at(0, 0, "one of"), line_at(0, 20, "the two"),
		line_at(0, 100, "and three"), line_at(300, 0, "uno"), line_at(300, 100, "due") };
	struct layout l = { .v = v, .n = 5, .regions = 1 };
	struct ocr_raw r = reading("a stamp\n\n", 0.9);

	v[3].begins = LAYOUT_BEGINS_PARAGRAPH;
	l.region[0] = (struct layout_box){ 20, 50, 120, 80 };
	check_merged(&l, &r, "one of the two\n\na stamp\n\nand three\n\nuno due");
	CHECK(found.taken == 1 && found.unread == 0 && !found.ink && found.confidence == 0.9);
	l.region[0] = (struct layout_box){ 320, 50, 420, 80 };
	check_merged(&l, &r, "one of the two and three\n\nuno\n\na stamp\n\ndue");
	l.region[0] = (struct layout_box){ 320, -40, 420, -10 };
	check_merged(&l, &r, "one of the two and three\n\na stamp\n\nuno due");
	/* In no column: by its height. */
	l.region[0] = (struct layout_box){ 600, 50, 700, 80 };
	check_merged(&l, &r, "one of the two\n\na stamp\n\nand three\n\nuno due");
	l.region[0] = (struct layout_box){ 20, -40, 120, -10 };
	check_merged(&l, &r, "a stamp\n\none of the two and three\n\nuno due");
	l.n = 0;
	check_merged(&l, &r, "a stamp");
}

static void
what_is_no_text_is_left_out(void)
{
	static const struct ocr_notes picture = { .picture = 1 }, letters = { .unread = 1 };
	struct layout_line v[] = { line_at(0, 0, "one") };
	struct layout l = { .v = v,
		.n = 1,
		.region = { { 0, 50, 100, 60 }, { 0, 80, 100, 110 } },
		.regions = 2 };
	struct ocr_raw r[] = { reading("Il|", 0.4), reading("seen well", 0.9) };

	r[0].notes = &letters;
	check_merged(&l, r, "one\n\nseen well");
	CHECK(found.ink && found.unread == 0.25 && found.taken == 1);
	r[0].notes = &picture;
	check_merged(&l, r, "one\n\nseen well");
	CHECK(!found.ink && found.unread == 0.25);
	r[0] = reading("", 0);
	r[1] = reading("a1B ;:. x9Y 1a2 ,,, B3c ''' 4dE 5f6 ;;; !!! ???", 0.9);
	check_merged(&l, r, "one");
	CHECK(found.taken == 0 && found.confidence < 0);
}

static void
what_nobody_read_is_doubtful(void)
{
	static const struct ocr_notes half = { .unread = 0.5 };
	static const struct ocr_raw nothing[2];
	struct layout_line v[] = { line_at(0, 0, "Yzetnpd zq esp slcmzfc"),
		line_at(0, 100, "one") };
	struct layout l = { .v = v,
		.n = 2,
		.region = { { 0, 50, 100, 60 }, { 0, 0, 200, 14 } },
		.regions = 2 };
	struct ocr_raw r[] = { reading("seen well", 0.9), reading("Yzetnpd zq esp slcmzfc", 0.9) };

	v[0].region = 2;
	v[0].check = v[0].text;
	check_merged(&l, nothing, "Yzetnpd zq esp slcmzfc one");
	CHECK(found.ink && found.font && found.unread == 1 && found.taken == 0);
	r[0].notes = &half;
	check_merged(&l, r, "Yzetnpd zq esp slcmzfc\n\nseen well\n\none");
	CHECK(found.ink && !found.font && found.unread == 0.5 && found.taken == 1);
}

static void
odd_lines_are_compared(void)
{
	struct layout_line v[] = { line_at(0, 0, "Yzetnpd zq esp slcmzfc"),
		line_at(0, 20, "the office keeps a book") };
	struct layout l = { .v = v, .n = 2, .region = { { 0, 0, 200, 14 } }, .regions = 1 };
	struct ocr_raw r = reading("Notices of the harbour\n", 0.9);

	v[0].region = 1;
	v[0].check = v[0].text;
	check_merged(&l, &r, "Notices of the harbour\n\nthe office keeps a book");
	CHECK(found.taken == 1 && !found.font && found.unread == 0);
	r = reading("Yzetnpd zq esp s1cmzfc", 0.5);
	check_merged(&l, &r, "Yzetnpd zq esp slcmzfc the office keeps a book");
	CHECK(found.taken == 0 && !found.font);
	/* Neither to be believed: it stays, and is doubtful. */
	r = reading("Notices of the harbour\n", 0.6);
	check_merged(&l, &r, "Yzetnpd zq esp slcmzfc the office keeps a book");
	CHECK(found.font);
	r = reading("Notices", 0.9);
	check_merged(&l, &r, "Yzetnpd zq esp slcmzfc the office keeps a book");
	CHECK(found.font);
	v[0].text = v[0].check = "\xd0\x93\xd0\xbb\xd0\xb0\xd0\xb2\xd0\xb0";
	r = reading("Tnasa", 0.9);
	check_merged(&l, &r, "\xd0\x93\xd0\xbb\xd0\xb0\xd0\xb2\xd0\xb0 the office keeps a book");
	CHECK(found.language && !found.font);
}

static void
lines_of_one_region_are_replaced_once(void)
{
	struct layout_line v[] = { line_at(0, 0, "first"), line_at(0, 20, "Yzetnpd zq"),
		line_at(0, 40, "esp slcmzfc"), line_at(0, 60, "last") };
	struct layout l = { .v = v, .n = 4, .region = { { 0, 20, 200, 54 } }, .regions = 1 };
	struct ocr_raw r = reading("Notices of\nthe harbour", 0.9);

	v[1].region = v[2].region = 1;
	v[1].check = v[1].text;
	v[2].check = v[2].text;
	check_merged(&l, &r, "first\n\nNotices of the harbour\n\nlast");
}

/* A region beside the end of a paragraph does not cut it in two. */
static void
a_paragraph_goes_on_beside_a_region(void)
{
	struct layout_line v[] = { line_at(0, 0, "a line with an"), line_at(0, 20, "end"),
		line_at(0, 100, "and three") };
	struct layout l = { .v = v, .n = 3, .region = { { 150, 40, 200, 80 } }, .regions = 1 };
	struct ocr_raw r = reading("a stamp", 0.9);

	v[1].box.x1 = 40;
	v[2].begins = LAYOUT_BEGINS_PARAGRAPH;
	check_merged(&l, &r, "a line with an end\n\na stamp\n\nand three");
	/* Unless the region is above its end. */
	l.region[0] = (struct layout_box){ 150, 4, 200, 20 };
	check_merged(&l, &r, "a line with an\n\na stamp\n\nend\n\nand three");
}

/* Two notes below each other are read behind the lines to their left, or before those behind. */
static void
a_column_of_regions_is_read_by_itself(void)
{
	struct layout_line v[] = { line_at(0, 0, "Head"), line_at(0, 40, "one"),
		line_at(0, 60, "two"), line_at(0, 80, "three"), line_at(0, 100, "four"),
		line_at(0, 120, "five") };
	struct layout l = { .v = v,
		.n = 6,
		.region = { { 240, 40, 420, 64 }, { 240, 74, 420, 110 } },
		.regions = 2 };
	struct ocr_raw r[] = { reading("first", 0.9), reading("second", 0.9) };

	v[0].box.x1 = 440;
	v[1].begins = LAYOUT_BEGINS_PARAGRAPH;
	check_merged(&l, r, "Head\n\none  \ntwo  \nthree  \nfour  \nfive\n\nfirst\n\nsecond");
	for (size_t i = 1; i < l.n; i++) {
		v[i].box.x0 += 240;
		v[i].box.x1 += 240;
	}
	l.region[0].x0 = l.region[1].x0 = 0;
	l.region[0].x1 = l.region[1].x1 = 180;
	check_merged(&l, r, "Head\n\nfirst\n\nsecond\n\none  \ntwo  \nthree  \nfour  \nfive");
}

static void
a_sign_in_a_good_line_is_a_trifle(void)
{
	struct layout_line v[] = { line_at(0, 0, "compile (e) into the book") };
	struct layout l = { .v = v, .n = 1, .region = { { 0, 0, 200, 14 } }, .regions = 1 };
	struct ocr_raw r = reading("cornpile (c) into the book", 0.9);

	v[0].region = 1;
	v[0].check = "(e)";
	check_merged(&l, &r, "compile (e) into the book");
	CHECK(found.taken == 0 && found.font);
	/* A sign that is none has to be read; so has what is most of the line. */
	v[0].check = "(\xef\xbf\xbd)";
	check_merged(&l, &r, "cornpile (c) into the book");
	v[0].check = "(e) ovgp uif cppl";
	check_merged(&l, &r, "cornpile (c) into the book");
	v[0].text = v[0].check = "Opujdf";
	r = reading("Notice", 0.9);
	check_merged(&l, &r, "Notice");
}

static void
confidence_has_two_places(void)
{
	struct layout l = { .region = { { 0, 50, 100, 60 }, { 0, 80, 100, 110 } }, .regions = 2 };
	struct ocr_raw r[] = { reading("seen", 0.93), reading("well seen", 0.94) };

	check_merged(&l, r, "seen\n\nwell seen");
	CHECK(found.confidence == 0.94);
}

int
main(void)
{
	what_is_read_stands_where_it_is_seen();
	what_is_no_text_is_left_out();
	what_nobody_read_is_doubtful();
	odd_lines_are_compared();
	lines_of_one_region_are_replaced_once();
	a_paragraph_goes_on_beside_a_region();
	a_column_of_regions_is_read_by_itself();
	a_sign_in_a_good_line_is_a_trifle();
	confidence_has_two_places();
	return 0;
}
