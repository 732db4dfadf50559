/* mdjoin - join the pages of documents to Markdown files */
#include "base/err.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/opt.h"
#include "base/secret.h"
#include "flow/filter.h"
#include "md/join.h"
#include "rec/rec.h"
#include "work/dir.h"

struct mdjoin {
	struct join *join;
	struct rec *lost; /* a document to be given up: the output was full */
	struct err e;     /* why */
};

/* The words of the document's doubt, with commas. */
static jv
reasons(const struct rec *doc)
{
	jv words = rec_get(doc, "doubt"), all = jv_string("");
	const int n = jv_get_kind(words) == JV_KIND_ARRAY ? jv_array_length(jv_copy(words)) : 0;

	for (int i = 0; i < n; i++)
		all = jv_string_concat(i ? jv_string_concat(all, jv_string(", ")) : all,
		    jv_array_get(jv_copy(words), i));
	jv_free(words);
	return all;
}

/* Pages that may not say all that the paper says: the file does not show it. */
static void
say_doubtful(struct task *t)
{
	jv pages = rec_get(t->rec, "doubtful_pages");
	const char *rel = rec_str(t->rec, "rel");
	int n = jv_get_kind(pages) == JV_KIND_ARRAY ? jv_array_length(jv_copy(pages)) : 0;
	jv first = n > 0 ? jv_array_get(jv_copy(pages), 0) : jv_number(0);
	jv words = reasons(t->rec);

	if (n > 0) {
		log_event(LOG_LEVEL_WARN, rec_str(t->rec, "id"), NULL,
		    "%s: %d of its pages doubtful, the first is page %.0f: %s", rel ? rel : "?", n,
		    jv_number_value(first), jv_string_value(words));
		filter_count(t->filter, COUNT_DOUBTFUL, n);
	}
	jv_free(words);
	jv_free(first);
	jv_free(pages);
}

static void
mdjoin_begin(struct task *t, void *arg)
{
	struct mdjoin *m = arg;
	struct rec *doc;
	struct err e;
	enum join_result r = join_page(m->join, t->rec, &doc, &e);

	if (r == JOIN_MORE || r == JOIN_DROPPED) {
		task_done(t);
		return;
	}
	if (doc) {
		rec_free(t->rec);
		t->rec = doc;
	}
	if (r == JOIN_DOCUMENT) {
		say_doubtful(t);
		task_pass(t);
	} else {
		task_fail(t, &e);
	}
}

/* A document that failed before all its pages were made. */
static void
mdjoin_failed(struct rec *r, void *arg)
{
	struct mdjoin *m = arg;

	if (rec_is(r, "kind", "document"))
		join_forget(m->join, r);
}

static void
eof(struct filter *f, void *arg)
{
	struct mdjoin *m = arg;

	if (!m->lost)
		m->lost = join_lost(m->join, &m->e);
	if (!m->lost || !filter_emit_error(f, m->lost, &m->e))
		return;
	rec_free(m->lost);
	m->lost = NULL;
}

int
main(int argc, char *argv[])
{
	static const char *const words[] = { "auto", "fail", "mark", NULL };
	static const char *const doubts[] = { "pass", "mark", "fail", NULL };
	int on_error = JOIN_AUTO, on_doubt = DOUBT_PASS;
	const struct opt opts[] = { OPT_WORD(0, "on-page-error", "HOW", &on_error, words,
					"what a page that carries an error does to its document"),
		OPT_WORD(0, "on-doubt", "HOW", &on_doubt, doubts,
		    "what a page that is doubtful does to its document (default pass)"),
		OPT_END };
	const struct opt_spec spec = { opts, "", 0, 0, "join pages into documents" };
	const struct filter_conf conf = { .kind = "page",
		.failed_too = true,
		.keeps_on = true,
		.max_tasks = 1,
		.names_files = true };
	const struct filter_ops ops = { .begin = mdjoin_begin,
		.failed = mdjoin_failed,
		.eof = eof };
	struct mdjoin m = { 0 };
	struct loop *loop;
	struct err e;
	int status;

	secret_forget(false);
	secret_no_core();
	opt_parse(argc, argv, &spec);
	if (!work_root(&e))
		return opt_die(&e);
	m.join = join_new(on_error, on_doubt);
	loop = loop_new();
	status = filter_run(loop, &conf, &ops, &m);
	rec_free(m.lost);
	join_free(m.join);
	loop_free(loop);
	return status;
}
