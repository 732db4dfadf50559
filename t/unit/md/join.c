#include <limits.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "md/join.h"
#include "rec/rec.h"
#include "work/dir.h"

#include "unit/asan.h"
#include "unit/folder.h"
#include "unit/scratch.h"

static void
forget(struct join *j, const char *id)
{
	struct rec *r = rec_new();

	rec_set_str(r, "id", id);
	join_forget(j, r);
	rec_free(r);
}

static struct rec *record(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

static struct rec *
record(const char *fmt, ...)
{
	struct buf b = BUF_INIT(1 << 20);
	struct rec *r;
	struct err e;
	va_list ap;

	va_start(ap, fmt);
	CHECK(buf_vprintf(&b, fmt, ap) == 0);
	va_end(ap);
	r = rec_parse(b.p, b.len, &e);
	CHECK(r);
	buf_release(&b);
	return r;
}

static char *
make_work(const char *id)
{
	struct err e;
	char *work = work_make(id, &e);

	CHECK(work);
	return work;
}

/* A page that was read well, of the document whose directory is work. */
static struct rec *
page(const char *id, const char *work, long no, long of)
{
	return record("{\"v\":1,\"kind\":\"page\",\"id\":\"%s\",\"work\":\"%s\","
		      "\"page\":%ld,\"pages\":%ld,\"markdown\":\"text %ld\","
		      "\"engine\":\"%s\",\"took_ms\":{\"ocrpage\":%ld,\"s3get\":1}}",
	    id, work, no, of, no, no % 2 ? "text" : "tesseract", 10 * no);
}

static struct rec *
failed(const char *work, long no, long of, const char *class, const char *code)
{
	return record("{\"v\":1,\"kind\":\"page\",\"id\":\"d\",\"work\":\"%s\","
		      "\"page\":%ld,\"pages\":%ld,\"error\":{\"stage\":\"ocrpage\","
		      "\"class\":\"%s\",\"code\":\"%s\",\"message\":\"why %ld\"}}",
	    work, no, of, class, code, no);
}

static enum join_result
give(struct join *j, struct rec *r, struct rec **doc, struct err *e)
{
	enum join_result got;

	*doc = NULL;
	got = join_page(j, r, doc, e);
	CHECK((*doc != NULL) == (got == JOIN_DOCUMENT || got == JOIN_FAILED));
	rec_free(r);
	return got;
}

static void
gives(struct join *j, struct rec *r, enum join_result want)
{
	struct rec *doc;
	struct err e;

	CHECK(give(j, r, &doc, &e) == want);
	CHECK(!doc);
}

static struct rec *
completes(struct join *j, struct rec *r)
{
	struct rec *doc;
	struct err e;

	CHECK(give(j, r, &doc, &e) == JOIN_DOCUMENT);
	return doc;
}

/* The last page comes, and the document fails: code, and all it left. */
static void
fails(struct join *j, struct rec *r, enum err_class class, const char *code)
{
	struct rec *doc;
	struct err e;

	CHECK(give(j, r, &doc, &e) == JOIN_FAILED);
	CHECK(e.class == class);
	CHECK_STR(e.code, code);
	CHECK_STR(rec_str(doc, "kind"), "document");
	CHECK(!rec_has(doc, "page") && !rec_has(doc, "markdown") && !rec_has(doc, "original"));
	rec_free(doc);
}

static void
check_member(struct rec *r, const char *name, const char *want)
{
	jv text = jv_dump_string(rec_get(r, name), JV_PRINT_SORTED);

	CHECK_STR(jv_string_value(text), want);
	jv_free(text);
}

static void
check_file(struct rec *doc, const char *want)
{
	char hex[DIGEST_HEX + 1];
	struct digest *d = digest_new();

	CHECK_STR(folder_read(rec_str(doc, "path")), want);
	digest_add(d, want, strlen(want));
	digest_end(d, hex);
	CHECK_STR(rec_str(doc, "sha256"), hex);
	digest_free(d);
}

static void
end(struct rec *doc, char *work)
{
	struct err e;

	rec_free(doc);
	CHECK(work_remove(work, &e) == 0);
	CHECK(access(work, F_OK) < 0);
	free(work);
}

static void
pages_in_any_order_become_a_document(void)
{
	struct join *j = join_new(JOIN_AUTO, DOUBT_PASS);
	char *work = make_work("d");
	struct rec *doc;

	gives(j, page("d", work, 3, 3), JOIN_MORE);
	gives(j, page("d", work, 1, 3), JOIN_MORE);
	doc = completes(j, page("d", work, 2, 3));
	check_file(doc,
	    "text 1\n\n---\n\n<!-- Page 2 -->\n\ntext 2"
	    "\n\n---\n\n<!-- Page 3 -->\n\ntext 3\n");
	check_member(doc, "engines", "{\"tesseract\":1,\"text\":2}");
	check_member(doc, "took_ms", "{\"ocrpage\":60,\"s3get\":3}");
	CHECK(!rec_has(doc, "failed_pages") && !rec_has(doc, "error"));
	end(doc, work);
	join_free(j);
	join_free(NULL);
}

static void
the_record_is_the_first_page_less_what_is_a_page_s(void)
{
	struct join *j = join_new(JOIN_AUTO, DOUBT_PASS);
	char *work = make_work("d"), want[PATH_MAX];
	struct rec *first, *doc;

	first = record("{\"v\":1,\"kind\":\"page\",\"id\":\"d\",\"work\":\"%s\",\"page\":"
		       "2,"
		       "\"pages\":2,\"doc_pages\":2,\"image\":\"i\",\"width\":1,"
		       "\"height\":2,"
		       "\"dpi\":3,\"pixels\":\"p\",\"markdown\":\"b\",\"engine\":"
		       "\"tesseract\","
		       "\"confidence\":0.5,\"mime\":\"image/tiff\",\"path\":\"/in/a.tif\","
		       "\"sha256\":\"00\",\"rel\":\"a.tif\",\"meta\":{\"big\":"
		       "12345678901234567890}}",
	    work);
	gives(j, first, JOIN_MORE);
	doc = completes(j, page("d", work, 1, 2));
	CHECK_STR(rec_str(doc, "kind"), "document");
	CHECK_STR(rec_str(doc, "rel"), "a.tif");
	snprintf(want, sizeof(want), "%s/out.md", work);
	CHECK_STR(rec_str(doc, "path"), want);
	CHECK_STR(rec_str(doc, "work"), work);
	CHECK(rec_int(doc, "doc_pages", 0) == 2);
	check_member(doc, "original",
	    "{\"mime\":\"image/tiff\",\"path\":\"/in/"
	    "a.tif\",\"sha256\":\"00\"}");
	for (const char *const *p = (const char *const[]){ "page", "pages", "image", "width",
		 "height", "dpi", "pixels", "markdown", "engine", NULL };
	     *p; p++)
		CHECK(!rec_has(doc, *p));
	check_member(doc, "confidence", "0.5");
	{
		struct buf b = BUF_INIT(1 << 16);
		struct err e;

		CHECK(rec_write(doc, &b, REC_DOC_MAX, &e) == 0 && buf_addc(&b, '\0') == 0);
		CHECK(strstr(b.p, "\"meta\":{\"big\":12345678901234567890}"));
		buf_release(&b);
	}
	end(doc, work);
	join_free(j);
}

static void
several_documents_at_once(void)
{
	struct join *j = join_new(JOIN_AUTO, DOUBT_PASS);
	char *w[3] = { make_work("a"), make_work("b"), make_work("c") };
	static const char *const ids[] = { "a", "b", "c" };

	for (int n = 1; n <= 3; n++)
		for (int d = 0; d < 3; d++)
			gives(j, page(ids[d], w[d], n, 4), JOIN_MORE);
	for (int d = 2; d >= 0; d--) {
		struct rec *doc = completes(j, page(ids[d], w[d], 4, 4));

		CHECK_STR(rec_str(doc, "id"), ids[d]);
		CHECK(!strncmp(rec_str(doc, "path"), w[d], strlen(w[d])));
		check_member(doc, "took_ms", "{\"ocrpage\":100,\"s3get\":4}");
		end(doc, w[d]);
	}
	join_free(j);
}

static void
what_comes_twice_or_late_is_dropped(void)
{
	struct join *j = join_new(JOIN_AUTO, DOUBT_PASS);
	char *work = make_work("d");
	struct rec *doc;

	gives(j, page("d", work, 1, 2), JOIN_MORE);
	gives(j, page("d", work, 1, 2), JOIN_DROPPED);
	gives(j, failed(work, 1, 2, "permanent", "ocr.failed"), JOIN_DROPPED);
	doc = completes(j, page("d", work, 2, 2));
	check_member(doc, "took_ms", "{\"ocrpage\":30,\"s3get\":2}");
	check_member(doc, "engines", "{\"tesseract\":1,\"text\":1}");
	gives(j, page("d", work, 1, 2), JOIN_DROPPED);
	gives(j, page("d", work, 9, 9), JOIN_DROPPED);
	end(doc, work);
	forget(j, "other");
	gives(j, page("other", "/none", 1, 2), JOIN_DROPPED);
	join_free(j);
}

static void
a_bad_page_record_is_said(void)
{
	static const char *const lines[] = { "{\"page\":1,\"pages\":1,\"markdown\":\"\"}",
		"{\"id\":7,\"page\":1,\"pages\":1}", "{\"id\":\"d\",\"pages\":1}",
		"{\"id\":\"d\",\"page\":1}", "{\"id\":\"d\",\"page\":0,\"pages\":1}",
		"{\"id\":\"d\",\"page\":-1,\"pages\":1}", "{\"id\":\"d\",\"page\":1,\"pages\":0}",
		"{\"id\":\"d\",\"page\":1.5,\"pages\":2}",
		"{\"id\":\"d\",\"page\":\"1\",\"pages\":2}",
		"{\"id\":\"d\",\"page\":1,\"pages\":100001}" };
	struct join *j = join_new(JOIN_AUTO, DOUBT_PASS);
	struct rec *doc;
	struct err e;

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		CHECK(give(j, record("%s", lines[i]), &doc, &e) == JOIN_BAD);
		CHECK(e.class == ERR_VALIDATION);
		CHECK_STR(e.code, "record.member");
	}
	CHECK(!join_lost(j, &e));
	join_free(j);
}

static void
a_page_without_text_fails_its_document(void)
{
	struct join *j = join_new(JOIN_MARK, DOUBT_PASS);
	char *work = make_work("d");

	gives(j, page("d", work, 1, 3), JOIN_MORE);
	fails(j, record("{\"id\":\"d\",\"work\":\"%s\",\"page\":2,\"pages\":3}", work),
	    ERR_VALIDATION, "record.member");
	gives(j, page("d", work, 3, 3), JOIN_DROPPED);
	join_free(j);
	CHECK(folder_count(work) == 0);
	end(NULL, work);
}

/* on_error, errors of pages 1 and 2 of three, attempts_left; NULL: becomes
 * gaps. */
static void
two_of_three(enum join_on_error on_error, const char *const errors[4], long attempts_left,
    const char *want)
{
	struct join *j = join_new(on_error, DOUBT_PASS);
	char *work = make_work("d"), text[512];
	struct rec *r, *doc;
	struct err e;

	for (int i = 0; i < 2; i++) {
		r = failed(work, i + 1, 3, errors[2 * i], errors[2 * i + 1]);
		if (attempts_left >= 0)
			rec_set_int(r, "attempts_left", attempts_left);
		gives(j, r, JOIN_MORE);
	}
	if (want) {
		CHECK(give(j, page("d", work, 3, 3), &doc, &e) == JOIN_FAILED);
		CHECK_STR(e.code, want);
		CHECK(access(rec_str(doc, "work"), F_OK) == 0 && folder_count(work) <= 1);
	} else {
		doc = completes(j, page("d", work, 3, 3));
		snprintf(text, sizeof(text),
		    "> **Page 1 could not be read** (%s)"
		    "\n\n---\n\n<!-- Page 2 -->\n\n> **Page 2 could not be "
		    "read** (%s)"
		    "\n\n---\n\n<!-- Page 3 -->\n\ntext 3\n",
		    errors[1], errors[3]);
		check_file(doc, text);
		check_member(doc, "failed_pages", "[1,2]");
		check_member(doc, "engines", "{\"text\":1}");
		CHECK(!rec_has(doc, "error"));
	}
	rec_free(doc);
	join_free(j);
	end(NULL, work);
}

static void
a_failed_page_is_a_gap_or_fails_the_document(void)
{
	static const char *const final[] = { "permanent", "ocr.failed", "validation",
		"page.image" };
	static const char *const later[] = { "permanent", "ocr.failed", "transient",
		"page.timeout" };
	static const char *const stopped[] = { "permanent", "ocr.failed", "transient",
		"stage.stopped" };
	static const char *const both[] = { "transient", "page.timeout", "transient",
		"stage.stopped" };
	static const char *const cancelled[] = { "transient", "page.timeout", "cancelled",
		"job.cancelled" };

	two_of_three(JOIN_AUTO, final, -1, NULL);
	two_of_three(JOIN_AUTO, final, 3, NULL);
	two_of_three(JOIN_AUTO, later, -1, NULL);
	two_of_three(JOIN_AUTO, later, 0, NULL);
	two_of_three(JOIN_AUTO, later, 1, "page.timeout");
	two_of_three(JOIN_MARK, later, 1, NULL);
	two_of_three(JOIN_MARK, final, 1, NULL);
	two_of_three(JOIN_AUTO, stopped, -1, "stage.stopped");
	two_of_three(JOIN_MARK, stopped, -1, "stage.stopped");
	two_of_three(JOIN_MARK, both, 1, "stage.stopped");
	two_of_three(JOIN_AUTO, cancelled, 0, "job.cancelled");
}

static void
any_failed_page_fails_it_where_that_is_asked(void)
{
	struct join *j = join_new(JOIN_FAIL, DOUBT_PASS);
	char *work = make_work("d");

	gives(j, page("d", work, 1, 3), JOIN_MORE);
	gives(j, failed(work, 3, 3, "validation", "page.image"), JOIN_MORE);
	fails(j, page("d", work, 2, 3), ERR_VALIDATION, "page.image");
	join_free(j);
	CHECK(folder_count(work) == 0);
	end(NULL, work);
}

static void
no_good_page_is_no_document(void)
{
	static const enum join_on_error all[] = { JOIN_AUTO, JOIN_FAIL, JOIN_MARK };

	for (int i = 0; i < 3; i++) {
		struct join *j = join_new(all[i], DOUBT_PASS);
		char *work = make_work("d");

		fails(j, failed(work, 1, 1, "permanent", "ocr.failed"), ERR_PERMANENT,
		    "ocr.failed");
		join_free(j);
		CHECK(folder_count(work) == 0);
		end(NULL, work);
		/* Of several it is the first page's error, whenever that came.
		 */
		j = join_new(all[i], DOUBT_PASS);
		work = make_work("d");
		gives(j, failed(work, 3, 3, "validation", "page.image"), JOIN_MORE);
		gives(j, failed(work, 1, 3, "permanent", "ocr.failed"), JOIN_MORE);
		fails(j, failed(work, 2, 3, "transient", "page.timeout"), ERR_PERMANENT,
		    "ocr.failed");
		join_free(j);
		end(NULL, work);
	}
}

static void
the_failed_ones_are_in_order(void)
{
	struct join *j = join_new(JOIN_AUTO, DOUBT_PASS);
	char *work = make_work("d");
	struct rec *doc;

	gives(j, failed(work, 10, 4, "permanent", "ocr.failed"), JOIN_MORE);
	gives(j, failed(work, 9, 4, "permanent", "ocr.failed"), JOIN_MORE);
	gives(j, failed(work, 2, 4, "permanent", "ocr.failed"), JOIN_MORE);
	doc = completes(j, page("d", work, 5, 4));
	check_member(doc, "failed_pages", "[2,9,10]");
	end(doc, work);
	join_free(j);
}

static void
an_error_of_any_shape_is_an_error(void)
{
	static const char *const shapes[] = { "false", "7", "\"x\"", "{}", "[]",
		"{\"code\":7,\"class\":8}", "{\"code\":\"a\\u0000b\"}" };
	struct join *j = join_new(JOIN_AUTO, DOUBT_PASS);
	char *work = make_work("d");
	struct rec *doc;
	int n = (int)(sizeof(shapes) / sizeof(*shapes));

	for (int i = 0; i < n; i++)
		gives(j,
		    record("{\"id\":\"d\",\"work\":\"%s\",\"page\":%d,"
			   "\"pages\":%d,\"error\":%s}",
			work, i + 2, n + 1, shapes[i]),
		    JOIN_MORE);
	/* But null is none. */
	doc = completes(j,
	    record("{\"id\":\"d\",\"work\":\"%s\",\"page\":1,\"pages\":%d,"
		   "\"markdown\":\"x\",\"error\":null}",
		work, n + 1));
	check_member(doc, "failed_pages", "[2,3,4,5,6,7,8]");
	CHECK(strstr(folder_read(rec_str(doc, "path")), "**Page 8 could not be read** (unknown)"));
	end(doc, work);
	join_free(j);
}

static void
what_did_not_come_is_lost(void)
{
	struct join *j = join_new(JOIN_AUTO, DOUBT_PASS);
	char *a = make_work("a"), *b = make_work("b");
	struct rec *doc;
	struct err e;
	int n = 0;

	gives(j, page("a", a, 1, 2), JOIN_MORE);
	gives(j, page("b", b, 3, 7), JOIN_MORE);
	gives(j, page("b", b, 4, 7), JOIN_MORE);
	while ((doc = join_lost(j, &e))) {
		bool is_b = rec_is(doc, "id", "b");

		CHECK(e.class == ERR_TRANSIENT);
		CHECK_STR(e.code, "page.lost");
		CHECK_STR(e.msg, is_b ? "2 of 7 pages came" : "1 of 2 pages came");
		CHECK_STR(rec_str(doc, "kind"), "document");
		rec_free(doc);
		n++;
	}
	CHECK(n == 2);
	join_free(j);
	CHECK(folder_count(a) == 0 && folder_count(b) == 0);
	end(NULL, a);
	end(NULL, b);
}

static void
what_is_forgotten_leaves_nothing(void)
{
	struct join *j = join_new(JOIN_AUTO, DOUBT_PASS);
	char *work = make_work("d");
	struct err e;

	gives(j, page("d", work, 1, 2), JOIN_MORE);
	CHECK(folder_count(work) == 1);
	forget(j, "d");
	gives(j, page("d", work, 2, 2), JOIN_DROPPED);
	CHECK(!join_lost(j, &e));
	join_free(j);
	CHECK(folder_count(work) == 0);
	/* Nor does what was in hand at the end. */
	j = join_new(JOIN_AUTO, DOUBT_PASS);
	gives(j, page("d", work, 1, 2), JOIN_MORE);
	join_free(j);
	CHECK(folder_count(work) == 0);
	end(NULL, work);
}

static void
a_document_without_work_gets_one(void)
{
	struct join *j = join_new(JOIN_AUTO, DOUBT_PASS);
	struct rec *doc;
	char *work;

	doc = completes(j,
	    record("{\"id\":\"../"
		   "x\",\"page\":1,\"pages\":1,\"markdown\":\"hello\"}"));
	check_file(doc, "hello\n");
	work = mem_dup(rec_str(doc, "work"));
	CHECK(!strncmp(rec_str(doc, "path"), work, strlen(work)));
	end(doc, work);
	join_free(j);
}

static int
join_many(void *arg)
{
	const int *documents = arg;
	struct join *j = join_new(JOIN_AUTO, DOUBT_PASS);
	char text[8001] = "";
	struct err e;

	memset(text, 'x', sizeof(text) - 1);
	for (int i = 0; i < *documents; i++) {
		char id[16], *work;
		struct rec *doc, *r;

		snprintf(id, sizeof(id), "d%d", i);
		work = work_make(id, &e);
		r = page(id, work, 1, 1);
		rec_set_str(r, "markdown", text);
		if (join_page(j, r, &doc, &e) != JOIN_DOCUMENT)
			return 1;
		rec_free(doc);
		rec_free(r);
		if (work_remove(work, &e) < 0)
			return 1;
		free(work);
	}
	join_free(j);
	return 0;
}

static void
memory_is_flat_in_the_number_of_documents(void)
{
	int documents = 20;
	long little = scratch_peak(join_many, &documents), much;

	documents = 300;
	much = scratch_peak(join_many, &documents);
	CHECK(ASAN || much < little + 512);
}

int
main(void)
{
	folder_begin();
	CHECK(setenv("QUIRE_WORK", "work", 1) == 0 && setenv("QUIRE_LOG", "error", 1) == 0);
	log_init("join");
	pages_in_any_order_become_a_document();
	the_record_is_the_first_page_less_what_is_a_page_s();
	several_documents_at_once();
	what_comes_twice_or_late_is_dropped();
	a_bad_page_record_is_said();
	a_page_without_text_fails_its_document();
	a_failed_page_is_a_gap_or_fails_the_document();
	any_failed_page_fails_it_where_that_is_asked();
	no_good_page_is_no_document();
	the_failed_ones_are_in_order();
	an_error_of_any_shape_is_an_error();
	what_did_not_come_is_lost();
	what_is_forgotten_leaves_nothing();
	a_document_without_work_gets_one();
	memory_is_flat_in_the_number_of_documents();
	folder_end();
	return 0;
}
