/* layout: what a record says of a page's lines and regions. */
#include "md/layout.h"

#include "base/err.h"
#include "unit/check.h"

static int
read_json(struct layout *l, const char *layout, const char *regions, struct err *e)
{
	return layout_read(l, jv_parse(layout), jv_parse(regions), e);
}

static void
reads_lines_and_regions(void)
{
	struct layout l;
	struct err e;

	CHECK(
	    read_json(&l,
		"{\"lines\":[{\"box\":[1,2,30,14],\"text\":\"one\",\"begins\":\"paragraph\"},"
		"{\"box\":[1,20,30,34],\"text\":\"two\",\"region\":2,\"check\":\"tw\"}],\"more\":1}",
		"[[0,50,40,60],[0,18,40,36]]", &e) == 0);
	CHECK(l.n == 2 && l.regions == 2);
	CHECK_STR(l.v[0].text, "one");
	CHECK(l.v[0].begins == LAYOUT_BEGINS_PARAGRAPH && l.v[0].region == 0 && !l.v[0].check);
	CHECK(
	    l.v[0].box.x0 == 1 && l.v[0].box.y0 == 2 && l.v[0].box.x1 == 30 && l.v[0].box.y1 == 14);
	CHECK(!l.v[1].begins && l.v[1].region == 2);
	CHECK_STR(l.v[1].check, "tw");
	CHECK(l.region[1].y0 == 18);
	layout_release(&l);
	CHECK(read_json(&l, "{\"lines\":[]}", "[[0,0,1,1]]", &e) == 0 && l.n == 0);
	layout_release(&l);
}

static void
refuses_what_is_none(void)
{
	static const char *const bad[][2] = { { "null", "[[0,0,9,9]]" },
		{ "{\"lines\":[]}", "null" }, { "{\"lines\":[]}", "[]" },
		{ "{\"lines\":[]}", "[[9,0,9,9]]" }, { "{\"lines\":[]}", "[[0,-1,9,9]]" },
		{ "{\"lines\":[]}", "[[0,0,9,9.5]]" }, { "{\"lines\":[]}", "[[0,0,9,1e300]]" },
		{ "{\"lines\":[]}", "[[0,0,9]]" }, { "{\"lines\":[]}", "[0]" },
		{ "{\"lines\":[1]}", "[[0,0,9,9]]" }, { "{\"lines\":{}}", "[[0,0,9,9]]" },
		{ "{\"lines\":[{\"text\":\"a\"}]}", "[[0,0,9,9]]" },
		{ "{\"lines\":[{\"box\":[0,0,9,9],\"text\":1}]}", "[[0,0,9,9]]" },
		{ "{\"lines\":[{\"box\":[0,0,9,9],\"text\":\"a\\u0000b\"}]}", "[[0,0,9,9]]" },
		{ "{\"lines\":[{\"box\":[0,0,9,9],\"text\":\"a\",\"region\":1}]}", "[[0,0,9,9]]" },
		{ "{\"lines\":[{\"box\":[0,0,9,9],\"text\":\"a\",\"check\":\"a\"}]}",
		    "[[0,0,9,9]]" },
		{ "{\"lines\":[{\"box\":[0,0,9,9],\"text\":\"a\",\"check\":\"a\",\"region\":2}]}",
		    "[[0,0,9,9]]" } };
	struct layout l;
	struct err e;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		CHECK(read_json(&l, bad[i][0], bad[i][1], &e) < 0);
		CHECK(err_is(&e, CODE_RECORD_MEMBER) && e.class == ERR_VALIDATION);
	}
}

int
main(void)
{
	reads_lines_and_regions();
	refuses_what_is_none();
	return 0;
}
