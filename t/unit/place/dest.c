#include "place/dest.h"
#include "unit/place/mem.h"

struct sent {
	struct rec *rec;
	struct dest_put *put;
	char uri[512];
	struct err e; /* code NULL: it went well */
	int over;
};

static void
is_sent(void *arg, const char *uri, const struct err *e)
{
	struct sent *s = arg;

	s->over++;
	CHECK(!uri == !!e);
	s->e.code = NULL;
	if (e)
		s->e = *e;
	else
		snprintf(s->uri, sizeof(s->uri), "%s", uri);
}

static void
start(struct sent *s, struct dest *d, const char *rel, const char *path)
{
	struct dest_conf conf = { .rec = rec_new(), .done = is_sent, .arg = s };

	*s = (struct sent){ .rec = conf.rec };
	if (rel)
		rec_set_str(s->rec, "rel", rel);
	if (path)
		rec_set_str(s->rec, "path", path);
	s->put = dest_put(d, &conf, &s->e);
	/* It is never over at once. */
	CHECK(s->over == 0 && (s->put || s->e.code));
}

/* The uri, or the code. */
static const char *
put(struct dest *d, const char *rel, const char *path)
{
	static struct sent s;
	int fds = folder_fds();

	start(&s, d, rel, path);
	if (s.put)
		mem_until(&s.over, 1);
	rec_free(s.rec);
	CHECK(folder_fds() == fds);
	return s.e.code ? s.e.code : s.uri;
}

static struct dest *
begin(const char *operand)
{
	struct err e;
	struct dest *d;

	mem_places_begin();
	d = dest_open(mem_places, operand, &e);
	CHECK(d);
	return d;
}

static void
puts_into_a_folder(void)
{
	struct dest *d = begin("out");
	char *uri = mem_printf("file://%s/out/d/x.md", folder);

	CHECK_STR(put(d, "d/x", "result"), uri);
	CHECK_STR(folder_read("out/d/x.md"), "text");
	CHECK_STR(put(d, "%zz", "result"), "record.member");
	CHECK(mem_begun == 0);
	dest_close(d);
	mem_places_end();
	free(uri);
}

static void
puts_into_a_row_of_another_kind(void)
{
	struct dest *d = begin("mem://out");

	CHECK_STR(put(d, "d/x", "result"), "mem://d/x");
	CHECK(mem_nresults == 1);
	CHECK_STR(mem_results[0].rel, "d/x");
	CHECK_STR(mem_results[0].text, "text");
	/* At once, and later. */
	CHECK_STR(put(d, "!", "result"), "dest.name");
	CHECK_STR(put(d, "empty", "empty"), "mem.nothing");
	CHECK(mem_nresults == 1);
	dest_close(d);
	mem_places_end();
}

static void
wants_a_result_and_its_name(void)
{
	struct dest *d = begin("mem://out");

	CHECK_STR(put(d, NULL, "result"), "record.member");
	CHECK_STR(put(d, "x", NULL), "record.member");
	CHECK_STR(put(d, "x", "no/such/result"), "io.read");
	CHECK(mem_nresults == 0);
	dest_close(d);
	mem_places_end();
}

static void
is_cancelled(void)
{
	static const char *const operands[] = { "none", "mem://out" };
	int fds = folder_fds();

	for (int i = 0; i < 2; i++) {
		struct dest *d = begin(operands[i]);
		struct sent s;

		start(&s, d, "x", "result");
		CHECK(s.put);
		dest_cancel(s.put);
		loop_turn(mem_loop, 0);
		CHECK(s.over == 0 && mem_nresults == 0);
		rec_free(s.rec);
		dest_close(d);
		mem_places_end();
	}
	CHECK(folder_count("none") == 0 && folder_fds() == fds);
}

static void
says_where_nothing_can_be_put(void)
{
	static const struct {
		const char *operand, *code;
		enum err_class class;
	} bad[] = { { "result", "dest.open", ERR_FATAL }, { "mem://full", "mem.full", ERR_BUSY },
		{ "nothing://x", "store.uri", ERR_FATAL } };
	struct err e;

	mem_places_begin();
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		CHECK(!dest_open(mem_places, bad[i].operand, &e));
		CHECK(e.class == bad[i].class);
		CHECK_STR(e.code, bad[i].code);
	}
	dest_close(NULL);
	mem_places_end();
}

int
main(void)
{
	folder_begin();
	folder_write("result", "text");
	folder_write("empty", "");
	puts_into_a_folder();
	puts_into_a_row_of_another_kind();
	wants_a_result_and_its_name();
	is_cancelled();
	says_where_nothing_can_be_put();
	folder_end();
	return 0;
}
