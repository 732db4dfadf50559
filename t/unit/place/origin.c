#include "place/origin.h"
#include "unit/place/mem.h"

/* Of "text", by sha256sum (coreutils). */
#define SUM "982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1"

struct got {
	struct rec *rec;
	struct origin_get *get;
	struct err e; /* code NULL: it went well */
	long long bytes;
	int over;
};

static void
got_it(void *arg, long long bytes, const struct err *e)
{
	struct got *g = arg;

	g->over++;
	g->bytes = bytes;
	g->e.code = NULL;
	if (e)
		g->e = *e;
}

static void
start(struct got *g, const char *uri, bool no_local)
{
	struct origin_conf conf = { .max_size = 100,
		.no_local = no_local,
		.done = got_it,
		.arg = g };

	if (!g->rec)
		g->rec = rec_new();
	if (uri)
		rec_set_str(g->rec, "uri", uri);
	conf.rec = g->rec;
	g->over = 0;
	g->get = origin_get(mem_places, &conf, &g->e);
	CHECK(g->get || g->e.code);
}

/* Of a new record; its end is waited for. */
static struct got
fetch(const char *uri, bool no_local)
{
	struct got g = { .rec = NULL };

	start(&g, uri, no_local);
	if (g.get)
		mem_until(&g.over, 1);
	return g;
}

static void
is_bad(struct got *g, const char *code)
{
	CHECK_STR(g->e.code, code);
	CHECK(!rec_has(g->rec, "path") && !rec_has(g->rec, "sha256"));
	CHECK(!rec_has(g->rec, "work") && folder_count("work") == 0);
	rec_free(g->rec);
}

static char *
uri_of(const char *name)
{
	return mem_printf("file://%s/%s", folder, name);
}

static void
fetches_from_a_folder_and_from_a_row_of_another_kind(void)
{
	char *uri = uri_of("a"), *path;
	struct got g;

	mem_places_begin();
	mem_docs[0] = (struct mem_thing){ "one", "12345" };
	g = fetch(uri, false);
	CHECK(!g.e.code && g.bytes == 4);
	path = mem_printf("%s/source", rec_str(g.rec, "work"));
	CHECK_STR(rec_str(g.rec, "path"), path);
	CHECK_STR(folder_read(path), "text");
	CHECK_STR(rec_str(g.rec, "sha256"), SUM);
	CHECK(!rec_has(g.rec, "content_type") && rec_str(g.rec, "id"));
	doc_remove_work(g.rec);
	rec_free(g.rec);
	/* That files are not taken is of no matter to another. */
	g = fetch("mem://one", true);
	CHECK(!g.e.code && g.bytes == 5);
	CHECK_STR(rec_str(g.rec, "path"), "mem");
	CHECK_STR(rec_str(g.rec, "sha256"), "sum");
	CHECK_STR(rec_str(g.rec, "content_type"), "text/x-mem");
	doc_remove_work(g.rec);
	rec_free(g.rec);
	CHECK(folder_count("work") == 0);
	free(uri);
	free(path);
	mem_places_end();
}

static void
refuses_files_where_they_are_not_taken(void)
{
	char *uri = uri_of("a");
	struct got g;

	mem_places_begin();
	g = fetch(uri, true);
	is_bad(&g, "store.local");
	free(uri);
	mem_places_end();
}

static void
removes_what_was_made_for_one_that_failed(void)
{
	struct got g;

	mem_places_begin();
	mem_docs[0].rel = "lost";
	g = fetch("mem://gone", false);
	is_bad(&g, "document.missing");
	g = fetch("mem://lost", false);
	is_bad(&g, "mem.lost");
	/* Not what it came with. */
	g = (struct got){ .rec = rec_new() };
	CHECK(doc_work(g.rec, &g.e) == 0);
	start(&g, "mem://lost", false);
	mem_until(&g.over, 1);
	CHECK_STR(g.e.code, "mem.lost");
	CHECK(access(rec_str(g.rec, "work"), X_OK) == 0);
	doc_remove_work(g.rec);
	rec_free(g.rec);
	mem_places_end();
}

static void
is_cancelled(void)
{
	char *uri = uri_of("a");
	const char *const uris[] = { "mem://one", uri };
	int fds = folder_fds();

	mem_places_begin();
	mem_docs[0] = (struct mem_thing){ "one", "12345" };
	for (int i = 0; i < 2; i++) {
		struct got g = { .rec = NULL };

		start(&g, uris[i], false);
		CHECK(g.get);
		origin_cancel(g.get);
		loop_turn(mem_loop, 0);
		CHECK(g.over == 0 && folder_count("work") == 0 && !rec_has(g.rec, "work"));
		rec_free(g.rec);
	}
	mem_places_end();
	CHECK(folder_fds() == fds);
	free(uri);
}

static void
wants_what_was_listed(void)
{
	char *uri = uri_of("a");
	struct got g = { .rec = rec_new() };

	mem_places_begin();
	rec_set_str(g.rec, "etag", "4-1");
	start(&g, uri, false);
	CHECK(!g.get);
	is_bad(&g, "document.changed");
	free(uri);
	uri = uri_of("large");
	g = fetch(uri, false);
	is_bad(&g, "document.large");
	free(uri);
	mem_places_end();
}

static void
wants_members_that_are_texts(void)
{
	static const char *const names[] = { "uri", "id", "work", "etag" };
	struct got g = { .rec = NULL };

	mem_places_begin();
	start(&g, NULL, false);
	is_bad(&g, "record.member");
	for (int i = 0; i < 4; i++) {
		g = (struct got){ .rec = rec_new() };
		rec_set_int(g.rec, names[i], 7);
		start(&g, i == 0 ? NULL : "mem://one", false);
		CHECK(!g.get);
		rec_del(g.rec, "work");
		is_bad(&g, "record.member");
	}
	mem_places_end();
}

static void
leaves_what_no_row_knows_to_the_first(void)
{
	static const char *const uris[] = { "nothing://x", "https://host/x", "mem:/x", "xmem://one",
		"mem", "" };
	struct got g;

	mem_places_begin();
	for (size_t i = 0; i < sizeof(uris) / sizeof(*uris); i++) {
		g = fetch(uris[i], false);
		CHECK(g.e.class == ERR_VALIDATION);
		is_bad(&g, "store.uri");
	}
	mem_places_end();
}

static void
takes_a_path_that_is_not_utf8(void)
{
	char *uri = uri_of("%E9");
	struct got g;

	mem_places_begin();
	folder_write("\xe9", "text");
	g = fetch(uri, false);
	CHECK(!g.e.code);
	CHECK_STR(folder_read("\xe9"), "text");
	CHECK(strncmp(rec_str(g.rec, "path"), rec_str(g.rec, "work"),
		  strlen(rec_str(g.rec, "work"))) == 0);
	CHECK(access(rec_str(g.rec, "path"), R_OK) == 0);
	doc_remove_work(g.rec);
	rec_free(g.rec);
	free(uri);
	mem_places_end();
}

int
main(void)
{
	char large[102] = "";

	folder_begin();
	CHECK(mkdir("work", 0700) == 0);
	CHECK(setenv("QUIRE_WORK", "work", 1) == 0);
	folder_write("a", "text");
	memset(large, 'x', 101);
	folder_write("large", large);
	fetches_from_a_folder_and_from_a_row_of_another_kind();
	refuses_files_where_they_are_not_taken();
	removes_what_was_made_for_one_that_failed();
	is_cancelled();
	wants_what_was_listed();
	wants_members_that_are_texts();
	leaves_what_no_row_knows_to_the_first();
	takes_a_path_that_is_not_utf8();
	folder_end();
	return 0;
}
