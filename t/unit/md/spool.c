#include <sys/resource.h>

#include <limits.h>
#include <signal.h>
#include <time.h>

#include "base/digest.h"
#include "base/err.h"
#include "base/mem.h"
#include "md/spool.h"
#include "work/dir.h"

#include "unit/folder.h"
#include "unit/scratch.h"

static char *
make_work(void)
{
	struct err e;
	char *work = work_make("doc", &e);

	CHECK(work);
	return work;
}

static int
add(struct spool *s, long page, const char *text, bool failed, struct err *e)
{
	struct spool_page p = { .page = page, .len = strlen(text), .failed = failed };

	return spool_add(s, &p, text, e);
}

static void
good(struct spool *s, long page, const char *text)
{
	struct err e;

	CHECK(!spool_has(s, page));
	CHECK(add(s, page, text, false, &e) == 0);
	CHECK(spool_has(s, page));
}

static void
bad(struct spool *s, long page, const char *code)
{
	struct err e;

	CHECK(add(s, page, code, true, &e) == 0);
}

static const char *
in_work(const char *work, const char *name)
{
	static char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", work, name);
	return path;
}

/* Finish, and see that the file holds want and nothing else is left. */
static void
check_finish(struct spool *s, const char *want)
{
	char hex[DIGEST_HEX + 1], right[DIGEST_HEX + 1];
	struct err e;
	struct digest *d = digest_new();
	int fds = folder_fds();
	struct stat st;

	CHECK(spool_finish(s, hex, &e) == 0);
	CHECK_STR(folder_read(in_work(s->work, "out.md")), want);
	CHECK(folder_count(s->work) == 1);
	CHECK(stat(in_work(s->work, "out.md"), &st) == 0 && (st.st_mode & 0777) == 0600);
	digest_add(d, want, strlen(want));
	digest_end(d, right);
	CHECK_STR(hex, right);
	digest_free(d);
	CHECK(s->n == 0 && !s->v && s->end == 0);
	CHECK(folder_fds() == fds);
	spool_drop(s);
}

static void
done(char *work)
{
	struct err e;

	CHECK(work_remove(work, &e) == 0);
	free(work);
}

static void
pages_come_out_in_order(void)
{
	char *work = make_work();
	struct spool s = { .work = work };

	CHECK(!spool_has(&s, 1));
	good(&s, 3, "three");
	good(&s, 1, "one\n\ntwo lines");
	good(&s, 4, "four");
	good(&s, 2, "caf\xc3\xa9");
	CHECK(s.n == 4 && !spool_has(&s, 0) && !spool_has(&s, 5));
	check_finish(&s,
	    "one\n\ntwo lines"
	    "\n\n---\n\n<!-- Page 2 -->\n\ncaf\xc3\xa9"
	    "\n\n---\n\n<!-- Page 3 -->\n\nthree"
	    "\n\n---\n\n<!-- Page 4 -->\n\nfour\n");
	done(work);
}

/* What other readers would take for metadata is text; what comes later is as it was. */
static void
a_document_does_not_begin_with_metadata(void)
{
	static const char *const v[][2] = { { "Title: a: b\nx: y", "Title\\: a: b\nx: y\n" },
		{ "% A title", "\\% A title\n" }, { "+++\na = 1", "\\+++\na = 1\n" },
		{ "{\"a\":1}", "\\{\"a\":1}\n" }, { "@name, hello", "\\@name, hello\n" },
		{ "\xc3\x9c"
		  "ber: a",
		    "\xc3\x9c"
		    "ber\\: a\n" },
		{ "https://a.b/c", "https://a.b/c\n" }, { "a\nb: c", "a\nb: c\n" },
		{ "a\\: b", "a\\: b\n" }, { ": a", ": a\n" }, { "# a: b", "# a: b\n" },
		{ "5 % of it", "5 % of it\n" }, { "++ a", "++ a\n" }, { "", "\n" },
		{ "\n% a", "\n% a\n" } };
	char *work = make_work();
	struct spool s = { .work = work };

	for (size_t i = 0; i < sizeof(v) / sizeof(*v); i++) {
		good(&s, 1, v[i][0]);
		check_finish(&s, v[i][1]);
	}
	good(&s, 1, "");
	good(&s, 2, "Title: a");
	check_finish(&s, "\n\n---\n\n<!-- Page 2 -->\n\nTitle: a\n");
	done(work);
}

/* In whatever order they come. */
static void
many_pages_cost_no_more_each(void)
{
	char *work = make_work();
	struct spool s = { .work = work };
	const clock_t began = clock();

	for (long page = 100000; page > 0; page--)
		good(&s, page, "");
	CHECK(spool_has(&s, 1) && spool_has(&s, 100000) && !spool_has(&s, 100001));
	CHECK((clock() - began) / CLOCKS_PER_SEC < 8);
	spool_drop(&s);
	done(work);
}

static void
one_page_has_no_mark_and_an_empty_one_is_empty(void)
{
	char *work = make_work();
	struct spool s = { .work = work };

	good(&s, 1, "alone");
	check_finish(&s, "alone\n");
	good(&s, 1, "");
	CHECK(folder_count(work) == 1);
	check_finish(&s, "\n");
	good(&s, 2, "second");
	good(&s, 1, "");
	check_finish(&s, "\n\n---\n\n<!-- Page 2 -->\n\nsecond\n");
	/* A part of a document that begins later. */
	good(&s, 7, "x");
	check_finish(&s, "\n\n---\n\n<!-- Page 7 -->\n\nx\n");
	done(work);
}

static void
a_failed_page_is_a_gap_that_can_be_seen(void)
{
	char *work = make_work();
	struct spool s = { .work = work };

	bad(&s, 3, "page.timeout");
	good(&s, 2, "two");
	bad(&s, 1, "page.image");
	check_finish(&s,
	    "> **Page 1 could not be read** (page.image)"
	    "\n\n---\n\n<!-- Page 2 -->\n\ntwo"
	    "\n\n---\n\n<!-- Page 3 -->\n\n"
	    "> **Page 3 could not be read** (page.timeout)\n");
	done(work);
}

static void
texts_longer_than_any_buffer(void)
{
	enum { LEN = 300000 };
	char *work = make_work(), *text = mem_new(LEN + 1, 1), *all;
	struct spool s = { .work = work };
	char hex[DIGEST_HEX + 1];
	struct stat st;
	struct err e;
	int fd;

	for (int i = 0; i < 5; i++) {
		memset(text, 'a' + i, LEN);
		good(&s, 5 - i, text);
	}
	CHECK(spool_finish(&s, hex, &e) == 0);
	fd = open(in_work(work, "out.md"), O_RDONLY | O_CLOEXEC);
	CHECK(fd >= 0 && fstat(fd, &st) == 0);
	CHECK(st.st_size == 5 * LEN + 4 * (off_t)strlen("\n\n---\n\n<!-- Page 2 -->\n\n") + 1);
	all = mem_new((size_t)st.st_size + 1, 1);
	CHECK(read(fd, all, (size_t)st.st_size) == st.st_size);
	for (int i = 0; i < 5; i++) {
		size_t at = (size_t)i * (LEN + strlen("\n\n---\n\n<!-- Page 2 -->\n\n"));
		const char letter[] = { (char)('a' + 4 - i), '\0' };

		CHECK(strspn(all + at, letter) == LEN);
	}
	close(fd);
	free(all);
	free(text);
	done(work);
}

static int
spool_many(void *arg)
{
	const int *pages = arg;
	char *work = make_work(), *text = mem_new(20001, 1);
	struct spool s = { .work = work };
	char hex[DIGEST_HEX + 1];
	struct err e;

	memset(text, 'x', 20000);
	for (int i = 1; i <= *pages; i++)
		if (add(&s, i, text, false, &e) < 0)
			return 1;
	if (spool_finish(&s, hex, &e) < 0)
		return 1;
	free(text);
	done(work);
	return 0;
}

static void
pages_do_not_sit_in_memory(void)
{
	int pages = 10;
	long little = scratch_peak(spool_many, &pages), much;

	pages = 3000; /* 60 MB */
	much = scratch_peak(spool_many, &pages);
	CHECK(much < little + 2048);
}

static void
dropping_removes_the_file(void)
{
	char *work = make_work();
	struct spool s = { .work = work };

	good(&s, 1, "text");
	CHECK(folder_count(work) == 1);
	spool_drop(&s);
	CHECK(folder_count(work) == 0 && s.n == 0 && !spool_has(&s, 1));
	/* What an earlier one left behind is not taken over. */
	folder_write(in_work(work, "pages.md"), "something longer than that");
	good(&s, 1, "short");
	check_finish(&s, "short\n");
	done(work);
}

static void
a_link_in_its_place_is_not_followed(void)
{
	char *work = make_work();
	struct spool s = { .work = work };
	struct err e;

	folder_write("precious", "mine");
	CHECK(symlinkat("../../precious", AT_FDCWD, in_work(work, "pages.md")) == 0);
	CHECK(add(&s, 1, "x", false, &e) == -1);
	CHECK_STR(e.code, "io.write");
	CHECK(s.n == 0 && !spool_has(&s, 1));
	CHECK_STR(folder_read("precious"), "mine");
	CHECK(unlink(in_work(work, "pages.md")) == 0);
	good(&s, 1, "x");
	CHECK(symlinkat("../../precious", AT_FDCWD, in_work(work, "out.md")) == 0);
	check_finish(&s, "x\n");
	CHECK_STR(folder_read("precious"), "mine");
	done(work);
}

static void
a_work_that_is_gone_or_not_ours_is_refused(void)
{
	char *work = make_work(), hex[DIGEST_HEX + 1];
	struct spool s = { .work = work }, not_ours = { .work = "/etc" };
	struct err e;

	good(&s, 1, "x");
	CHECK(work_remove(work, &e) == 0);
	CHECK(add(&s, 2, "y", false, &e) == -1);
	CHECK_STR(e.code, "work.gone");
	CHECK(e.class == ERR_PERMANENT && s.n == 1);
	CHECK(spool_finish(&s, hex, &e) == -1);
	CHECK_STR(e.code, "work.gone");
	spool_drop(&s);
	free(work);
	CHECK(add(&not_ours, 1, "x", false, &e) == -1);
	CHECK_STR(e.code, "work.path");
	CHECK(e.class == ERR_VALIDATION);
	spool_drop(&not_ours);
}

/* Where a file may have no more than 50 bytes, as on a full disk. */
static void
fill_up(void)
{
	const struct rlimit limit = { 50, 50 };
	char *work = make_work(), hex[DIGEST_HEX + 1];
	struct spool s = { .work = work };
	struct err e;

	CHECK(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
	CHECK(setrlimit(RLIMIT_FSIZE, &limit) == 0);
	good(&s, 1, "0123456789012345678901234567890123456789");
	CHECK(add(&s, 2, "0123456789x", false, &e) == -1);
	CHECK(e.class == ERR_TRANSIENT);
	CHECK_STR(e.code, "io.write");
	CHECK(s.n == 1 && s.end == 40);
	/* What did not fit is not in the way of what does. */
	good(&s, 2, "0123456789");
	CHECK(spool_finish(&s, hex, &e) == -1);
	CHECK(e.class == ERR_TRANSIENT);
	CHECK_STR(e.code, "io.write");
	CHECK(access(in_work(work, "out.md"), F_OK) < 0);
	CHECK(folder_count(work) <= 1);
	spool_drop(&s);
	CHECK(folder_count(work) == 0);
	done(work);
}

int
main(void)
{
	folder_begin();
	CHECK(setenv("QUIRE_WORK", "work", 1) == 0);
	pages_come_out_in_order();
	many_pages_cost_no_more_each();
	a_document_does_not_begin_with_metadata();
	one_page_has_no_mark_and_an_empty_one_is_empty();
	a_failed_page_is_a_gap_that_can_be_seen();
	texts_longer_than_any_buffer();
	pages_do_not_sit_in_memory();
	dropping_removes_the_file();
	a_link_in_its_place_is_not_followed();
	a_work_that_is_gone_or_not_ours_is_refused();
	folder_child(fill_up, 0);
	folder_end();
	return 0;
}
