#include "place/source.h"
#include "unit/place/mem.h"

static const struct source_conf all;

/* The rels in a row, "E" before one that failed, then "." or the code. */
static const char *
text_of(struct source *s)
{
	static char text[1024];
	const int64_t end = loop_now_ms() + 30000;
	size_t n = 0;
	struct rec *r;
	struct err e;

	for (;;) {
		CHECK(loop_now_ms() < end);
		while ((r = source_next(s, &e))) {
			CHECK_STR(rec_str(r, "kind"), e.code ? "error" : "document");
			n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s ",
			    e.code ? "E" : "", rec_str(r, "rel"));
			rec_free(r);
		}
		if (e.code || source_ended(s))
			break;
		loop_turn(mem_loop, 1000);
	}
	CHECK(source_ended(s));
	if (e.code)
		CHECK(e.class == ERR_FATAL || e.class == ERR_BUSY);
	snprintf(text + n, sizeof(text) - n, "%s", e.code ? e.code : ".");
	/* It stays so. */
	CHECK(!source_next(s, &e) && source_ended(s));
	return text;
}

static const char *
list(const struct source_conf *conf, const char *const operands[])
{
	struct err e;
	struct source *s = source_new(mem_places, conf, (char *const *)(size_t)operands, &e);
	const char *text;

	CHECK(s);
	text = text_of(s);
	source_free(s);
	return text;
}

static const char *
refusal(const struct source_conf *conf, const char *const operands[])
{
	static struct err e;

	CHECK(!source_new(mem_places, conf, (char *const *)(size_t)operands, &e));
	CHECK(e.class == ERR_VALIDATION && mem_begun == 0);
	CHECK_STR(e.code, "store.uri");
	return e.msg;
}

static void
lists_a_folder_and_a_row_of_another_kind(void)
{
	const char *const operands[] = { "in", "mem://", "in/a", "mem://", NULL };

	mem_places_begin();
	mem_docs[0].rel = "one";
	mem_docs[1].rel = "two";
	CHECK_STR(list(&all, operands), "a one two a one two .");
	CHECK_STR(list(&all, operands + 3), "one two .");
	CHECK(mem_begun == 1 && mem_ended == 0);
	mem_places_end();
}

static void
begins_no_row_that_is_not_used(void)
{
	const char *const operands[] = { "in", NULL }, *const none[] = { NULL };

	mem_places_begin();
	CHECK_STR(list(&all, operands), "a .");
	CHECK_STR(list(&all, none), ".");
	CHECK(mem_begun == 0);
	mem_places_end();
}

static void
says_that_the_next_is_not_here_yet(void)
{
	char *const operands[] = { (char *)(size_t) "mem://", NULL };
	struct source *s;
	struct rec *r;
	struct err e;

	mem_places_begin();
	mem_docs[0].rel = "one";
	s = source_new(mem_places, &all, operands, &e);
	CHECK(!source_next(s, &e) && !e.code && !source_ended(s));
	CHECK(!source_next(s, &e) && !e.code && !source_ended(s));
	loop_turn(mem_loop, 1000);
	r = source_next(s, &e);
	CHECK(r && !e.code && !source_ended(s));
	rec_free(r);
	CHECK(!source_next(s, &e) && !e.code && !source_ended(s));
	/* Given up on the way. */
	source_free(s);
	source_free(NULL);
	mem_places_end();
}

static void
goes_on_after_what_it_cannot_list(void)
{
	const char *const operands[] = { "mem://", "in", NULL };

	mem_places_begin();
	mem_docs[0].rel = "!bad";
	mem_docs[1].rel = "good";
	CHECK_STR(list(&all, operands), "E!bad good a .");
	mem_places_end();
}

static void
ends_where_a_listing_fails(void)
{
	const char *const operands[] = { "mem://", "in", NULL };
	const char *const gone[] = { "in", "gone", "in", NULL };

	mem_places_begin();
	mem_docs[0].rel = "one";
	mem_breaks = true;
	CHECK_STR(list(&all, operands), "one mem.broken");
	mem_breaks = false;
	CHECK_STR(list(&all, gone), "a store.read");
	mem_places_end();
	/* Whatever class it has: nothing further can be listed. */
	mem_places_begin();
	mem_closed = true;
	CHECK_STR(list(&all, operands), "mem.closed");
	mem_closed = false;
	mem_places_end();
}

static void
lets_a_row_refuse_what_it_cannot_do(void)
{
	const char *const mem[] = { "in", "mem://", NULL }, *const in[] = { "in", NULL };
	const char *const nothing[] = { "in", "nothing://x", NULL };
	struct source_conf update = { .newer_in = "out" }, to_mem = { .newer_in = "mem://out" };
	struct source_conf skip = { .skip_dir = "mem://" };

	mem_places_begin();
	CHECK_STR(refusal(&update, mem), "not in mem");
	CHECK_STR(refusal(&to_mem, in), "not in mem");
	CHECK_STR(list(&update, in), "a .");
	CHECK_STR(refusal(&skip, in), "skips all");
	CHECK_STR(refusal(&all, nothing), "nothing://x: no documents can be listed there");
	mem_places_end();
}

static void
gives_a_row_no_folder_of_another_to_skip(void)
{
	const char *const operands[] = { "tree", "mem://", NULL };
	struct source_conf conf = { .skip_dir = "tree/b" };

	mem_places_begin();
	CHECK(mkdir("tree", 0755) == 0 && mkdir("tree/b", 0755) == 0);
	folder_write("tree/b/x", "");
	CHECK_STR(list(&conf, operands), ".");
	CHECK(!mem_skip);
	conf.skip_dir = "mem://b";
	CHECK_STR(list(&conf, operands), "b/x .");
	CHECK_STR(mem_skip, "mem://b");
	mem_places_end();
}

static void
counts_what_was_passed_over_in_all_lists(void)
{
	char *const operands[] = { (char *)(size_t) "in", (char *)(size_t) "tree",
		(char *)(size_t) "in", NULL };
	struct source_conf conf = { .newer_in = "out" };
	struct source *s;
	struct err e;

	mem_places_begin();
	CHECK(mkdir("out", 0755) == 0);
	folder_write("out/a.md", "");
	s = source_new(mem_places, &conf, operands, &e);
	CHECK(source_skipped(s) == 0);
	CHECK_STR(text_of(s), "b/x .");
	CHECK(source_skipped(s) == 2);
	source_free(s);
	mem_places_end();
}

int
main(void)
{
	folder_begin();
	CHECK(mkdir("in", 0755) == 0);
	folder_write("in/a", "text");
	lists_a_folder_and_a_row_of_another_kind();
	begins_no_row_that_is_not_used();
	says_that_the_next_is_not_here_yet();
	goes_on_after_what_it_cannot_list();
	ends_where_a_listing_fails();
	lets_a_row_refuse_what_it_cannot_do();
	gives_a_row_no_folder_of_another_to_skip();
	counts_what_was_passed_over_in_all_lists();
	folder_end();
	return 0;
}
