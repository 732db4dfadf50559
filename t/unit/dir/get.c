#include "unit/folder.h"

#include "base/err.h"
#include "base/loop.h"
#include "dir/get.h"
#include "dir/open.h"

/* Of "hello", by sha256sum (coreutils). */
#define HELLO "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"

enum { MIB = 1 << 20 };

static struct loop *loop;

struct get {
	struct store_get *get;
	struct store_got got;
	struct err e; /* code NULL: it went well */
	int over;
};

static void
done(void *arg, const struct store_got *got, const struct err *e)
{
	struct get *g = arg;

	CHECK(!got == !!e);
	g->over++;
	g->e.code = NULL;
	if (e)
		g->e = *e;
	else
		g->got = *got;
}

static void
start(struct get *g, const char *path, const char *etag, long long max_size)
{
	const struct store_get_conf conf = { .path = path,
		.etag = etag,
		.max_size = max_size,
		.dir = AT_FDCWD,
		.file = "source",
		.done = done,
		.arg = g };

	memset(g, 0, sizeof(*g));
	g->get = store_get_start(loop, &conf, &g->e);
}

static void
go_on(struct get *g)
{
	const int64_t end = loop_now_ms() + 30000;

	while (!g->over) {
		CHECK(loop_now_ms() < end);
		loop_turn(loop, 1000);
	}
}

static struct get
get_of(const char *path, const char *etag, long long max_size)
{
	int fds = folder_fds();
	struct get g;

	start(&g, path, etag, max_size);
	if (g.get)
		go_on(&g);
	CHECK(folder_fds() == fds);
	/* The copy is there when it is whole, and only then. */
	CHECK(access("source.part", F_OK) < 0);
	CHECK((access("source", F_OK) == 0) == (g.get && !g.e.code));
	return g;
}

static void
reads_what_was_listed(void)
{
	char etag[48];
	struct stat st;
	struct get g;

	folder_write("a", "hello");
	CHECK(stat("a", &st) == 0);
	store_etag(etag, st.st_size, store_mtime_ns(&st));
	g = get_of("a", etag, 5);
	CHECK(!g.e.code && g.got.size == 5);
	CHECK_STR(g.got.sha256, HELLO);
	CHECK_STR(folder_read("source"), "hello");
	CHECK(unlink("source") == 0);
	g = get_of("a", NULL, 5);
	CHECK(!g.e.code);
	CHECK_STR(g.got.sha256, HELLO);
	CHECK(unlink("source") == 0);
	g = get_of("a", "5-1", 5);
	CHECK(!g.get && g.e.class == ERR_TRANSIENT);
	CHECK_STR(g.e.code, "document.changed");
	g = get_of("a", etag, 4);
	CHECK(!g.get && g.e.class == ERR_VALIDATION);
	CHECK_STR(g.e.code, "document.large");
	g = get_of("none", NULL, 4);
	CHECK(!g.get);
	CHECK_STR(g.e.code, "document.missing");
	g = get_of(".", NULL, 4);
	CHECK(!g.get);
	CHECK_STR(g.e.code, "document.type");
}

/* A file of n MiB in which nothing is written. */
static void
make_large(const char *name, int n)
{
	folder_write(name, "");
	CHECK(truncate(name, (off_t)n * MIB) == 0);
}

static void
leaves_others_their_turns(void)
{
	struct get g;

	make_large("large", 3);
	start(&g, "large", NULL, 3 * MIB);
	for (int i = 0; i < 3; i++) {
		CHECK(loop_turn(loop, 1000) == 1);
		CHECK(!g.over);
	}
	go_on(&g);
	CHECK(!g.e.code && g.got.size == 3 * MIB);
	CHECK(unlink("source") == 0);
}

static void
notices_what_happens_meanwhile(void)
{
	struct stat st;
	struct get g;
	char etag[48];

	make_large("grows", 2);
	start(&g, "grows", NULL, 3 * MIB);
	CHECK(loop_turn(loop, 1000) == 1);
	CHECK(truncate("grows", 4 * MIB) == 0);
	go_on(&g);
	CHECK_STR(g.e.code, "document.large");
	make_large("changes", 2);
	CHECK(stat("changes", &st) == 0);
	store_etag(etag, st.st_size, store_mtime_ns(&st));
	start(&g, "changes", etag, 3 * MIB);
	CHECK(loop_turn(loop, 1000) == 1);
	CHECK(truncate("changes", 2 * MIB - 1) == 0);
	go_on(&g);
	CHECK_STR(g.e.code, "document.changed");
}

/* Whatever is put in its place, what was opened is what is hashed and copied. */
static void
is_opened_once(void)
{
	struct get g;

	make_large("one", 2);
	folder_write("another", "hello");
	start(&g, "one", NULL, 3 * MIB);
	CHECK(loop_turn(loop, 1000) == 1);
	CHECK(unlink("one") == 0 && symlink("another", "one") == 0);
	go_on(&g);
	CHECK(!g.e.code && g.got.size == 2 * MIB);
	CHECK(strcmp(g.got.sha256, HELLO) != 0);
	CHECK(unlink("source") == 0);
	/* A link of another's in the place of the copy is not followed. */
	CHECK(symlink("another", "source.part") == 0);
	start(&g, "another", NULL, 5);
	CHECK(!g.get);
	CHECK_STR(g.e.code, "io.write");
	CHECK(unlink("source.part") == 0);
}

static void
is_cancelled(void)
{
	int fds = folder_fds();
	struct get g;

	start(&g, "large", NULL, 3 * MIB);
	CHECK(loop_turn(loop, 1000) == 1);
	store_get_cancel(g.get);
	store_get_cancel(NULL);
	CHECK(loop_turn(loop, 0) == 0 && !g.over && folder_fds() == fds);
	CHECK(access("source", F_OK) < 0 && access("source.part", F_OK) < 0);
}

int
main(void)
{
	folder_begin();
	loop = loop_new();
	reads_what_was_listed();
	leaves_others_their_turns();
	notices_what_happens_meanwhile();
	is_opened_once();
	is_cancelled();
	loop_free(loop);
	folder_end();
	return 0;
}
