/* doc2png - turn documents into pages: images, or their text */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/opt.h"
#include "base/ranges.h"
#include "base/secret.h"
#include "doc/choice.h"
#include "doc/pages.h"
#include "doc/passwords.h"
#include "doc/whole.h"
#include "flow/filter.h"
#include "ocr/wish.h"
#include "rec/jx.h"
#include "rec/rec.h"
#include "work/dir.h"
#include "work/doc.h"

/* One document in hand. */
struct doc {
	struct doc2png *d;
	struct task *task;
	struct pages *pages;
	struct doc *prev, *next;
	long count, wanted; /* of its pages */
	bool some;          /* the first was given */
	long long since_ms; /* when the last page was given */
};

/* When the engine's wish is not asked. */
enum { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER };

struct doc2png {
	struct loop *loop;
	struct pages_conf conf;
	struct choice choice;
	const char *pages, *types, *password_file; /* as the command line names them */
	struct passwords *passwords;
	struct opt_list sizes;
	int colour;
	bool whole;
	struct doc *docs;
};

static void
doc_free(struct doc *doc)
{
	if (doc->prev)
		doc->prev->next = doc->next;
	else
		doc->d->docs = doc->next;
	if (doc->next)
		doc->next->prev = doc->prev;
	pages_free(doc->pages);
	free(doc);
}

static void
set_notes(struct rec *r, const jv *notes)
{
	if (notes)
		jv_object_foreach(*notes, name, value)
		{
			rec_set(r, jv_string_value(name), value);
			jv_free(name);
		}
}

/* The document's record as one of its pages; what the page took is its own. */
static struct rec *
page_record(struct doc *doc, const struct pages_event *ev)
{
	struct rec *r = rec_clone(doc->task->rec);
	jv took = rec_get(r, "took_ms");

	if (jv_get_kind(took) != JV_KIND_OBJECT || doc->some) {
		jv_free(took);
		took = jv_object();
	}
	jx_set(&took, "doc2png", jv_number((double)(loop_now_ms() - doc->since_ms)));
	rec_set(r, "took_ms", took);
	rec_set_str(r, "kind", "page");
	rec_set_int(r, "page", ev->page);
	rec_set_int(r, "pages", doc->wanted);
	rec_set_int(r, "doc_pages", doc->count);
	set_notes(r, ev->notes);
	return r;
}

static struct rec *
good_page(struct doc *doc, const struct pages_event *ev)
{
	struct rec *r = page_record(doc, ev);
	char *image;

	if (!ev->image) {
		rec_set_str(r, "markdown", ev->markdown);
		rec_set_str(r, "engine", "text");
		rec_doubt_empty(r);
		return r;
	}
	if (ev->markdown)
		rec_set_str(r, "layer", ev->markdown);
	if (ev->layout) {
		rec_set(r, "layout", jv_copy(*ev->layout));
		rec_set(r, "regions", jv_copy(*ev->regions));
	}
	image = mem_printf("%s/%s", rec_str(r, "work"), ev->image);
	rec_set_str(r, "image", image);
	free(image);
	rec_set_int(r, "width", ev->width);
	rec_set_int(r, "height", ev->height);
	if (ev->dpi)
		rec_set_int(r, "dpi", ev->dpi);
	if (ev->pixels)
		rec_set_str(r, "pixels", ev->pixels);
	return r;
}

/* What was decided about a page. */
static void
say_page(const struct doc *doc, const struct pages_event *ev)
{
	const char *id = rec_str(doc->task->rec, "id");
	jv notes;

	if (!ev->image)
		log_event(LOG_LEVEL_DEBUG, id, NULL, "page %ld: its own text", (long)ev->page);
	else
		log_event(LOG_LEVEL_DEBUG, id, NULL, "page %ld: an image of %ld x %ld, dpi %ld%s%s",
		    (long)ev->page, (long)ev->width, (long)ev->height, (long)ev->dpi,
		    ev->pixels ? ", pixels " : "", ev->pixels ? ev->pixels : "");
	if (!ev->notes || jv_object_length(jv_copy(*ev->notes)) == 0)
		return;
	notes = jv_dump_string(jv_copy(*ev->notes), JV_PRINT_SORTED);
	log_event(LOG_LEVEL_DEBUG, id, NULL, "page %ld: %s", (long)ev->page,
	    jv_string_value(notes));
	jv_free(notes);
}

static bool
doc2png_give(struct doc *doc, const struct pages_event *ev)
{
	struct filter *f = doc->task->filter;
	bool good = ev->type == PAGES_PAGE, taken;
	struct rec *r = good ? good_page(doc, ev) : page_record(doc, ev);

	taken = good ? filter_emit(f, r) : filter_emit_error(f, r, ev->e);
	rec_free(r);
	if (!taken)
		return false;
	if (good)
		say_page(doc, ev);
	if (!good && ev->e->class == ERR_FATAL)
		filter_fatal(f, ev->e);
	filter_count(f, COUNT_PAGES, good);
	doc->since_ms = loop_now_ms();
	doc->some = true;
	return true;
}

/* What is the document's, now that it is open. */
static void
doc2png_opened(struct doc *doc, const struct pages_event *ev)
{
	struct rec *r = doc->task->rec;

	rec_set_str(r, "mime", ev->mime);
	rec_del(r, "only_pages");
	if (ev->only)
		rec_set_str(r, "only_pages", ev->only);
	doc->count = ev->count;
	doc->wanted = ev->wanted;
}

static bool
on_event(void *arg, const struct pages_event *ev)
{
	struct doc *doc = arg;

	switch (ev->type) {
	case PAGES_START:
		doc2png_opened(doc, ev);
		return true;
	case PAGES_PAGE:
	case PAGES_FAILED:
		return doc2png_give(doc, ev);
	case PAGES_END:
		if (ev->e)
			task_fail(doc->task, ev->e);
		else
			task_done(doc->task);
		doc_free(doc);
		return true;
	}
	return true;
}

/* What others make of documents, among them, is no document. */
static int
refuse_result(struct rec *r, struct err *e)
{
	const char *whose = rec_str(r, "result_of");

	return whose ? err_set(e, ERR_VALIDATION, CODE_JOB_DEST, "it is the result of %s", whose)
		     : 0;
}

static int
doc2png_start(struct doc *doc, struct err *e)
{
	struct rec *r = doc->task->rec;
	struct pages_conf conf = doc->d->conf;

	conf.choice = &doc->d->choice;
	if (doc->d->passwords)
		conf.password = passwords_for(doc->d->passwords, rec_str(r, "uri"));
	conf.path = rec_need(r, "path", e);
	if (!conf.path || refuse_result(r, e) < 0 || doc_work(r, e) < 0)
		return -1;
	conf.work = rec_str(r, "work");
	conf.id = rec_str(r, "id");
	conf.sha256 = rec_str(r, "sha256");
	conf.hint = texts_hint_of(r);
	doc->pages = pages_new(doc->d->loop, &conf, on_event, doc, e);
	return doc->pages ? 0 : -1;
}

static void
pass_whole(const struct doc2png *d, struct task *t)
{
	struct err e;

	if (refuse_result(t->rec, &e) < 0 || whole_page(t->rec, &d->choice, &e) < 0) {
		task_fail(t, &e);
		return;
	}
	log_event(LOG_LEVEL_DEBUG, rec_str(t->rec, "id"), NULL, "as it is, %s",
	    rec_str(t->rec, "mime"));
	task_pass(t);
}

static void
doc2png_begin(struct task *t, void *arg)
{
	struct doc2png *d = arg;
	struct doc *doc;
	struct err e;

	if (d->whole) {
		pass_whole(d, t);
		return;
	}
	doc = mem_new(1, sizeof(*doc));
	*doc = (struct doc){ .d = d, .task = t, .next = d->docs, .since_ms = loop_now_ms() };
	if (d->docs)
		d->docs->prev = doc;
	d->docs = doc;
	t->data = doc;
	if (doc2png_start(doc, &e) < 0) {
		task_fail(t, &e);
		doc_free(doc);
	}
}

static bool
doc2png_room(struct filter *f, void *arg)
{
	struct doc2png *d = arg;
	struct doc *doc;

	(void)f;
	for (doc = d->docs; doc; doc = doc->next)
		pages_resume(doc->pages);
	return false;
}

static void
doc2png_cancel(struct task *t, void *arg)
{
	(void)arg;
	if (t->data)
		doc_free(t->data);
}

/*
 * What the engines wish for, NULL: nobody says which; dpi: as the command line says, or
 * 0.  Documents that none of them takes whole would all fail.
 */
static int
take_wish(struct doc2png *d, const char *engines, struct err *e)
{
	struct pages_conf *conf = &d->conf;
	struct ocr_wish wish;

	if (ocr_wish(engines ? engines : OCR_ENGINE, &wish, e) < 0)
		return -1;
	if (d->whole && engines && !wish.whole)
		return err_set(e, ERR_FATAL, CODE_OCR_PROFILE,
		    "--whole: %s reads pages: --engine http:URL takes documents", engines);
	conf->dpi = conf->dpi ? conf->dpi : wish.dpi;
	conf->max_area = wish.area;
	conf->max_side = wish.side;
	conf->bands = wish.bands;
	conf->colour = d->colour == COLOUR_AUTO ? wish.colour : d->colour == COLOUR_ALWAYS;
	/* Fields are asked of pictures. */
	if (wish.fields && conf->text == PAGES_TEXT_AUTO)
		conf->text = PAGES_TEXT_NEVER;
	return 0;
}

/* Which documents, which of their pages, and how they are opened. */
static void
take_choice(struct doc2png *d, const struct opt_spec *spec)
{
	struct err e;

	if (d->pages && d->whole)
		opt_usage(spec, "--pages: --whole takes documents as they are, all of them");
	if (d->pages && ranges_read(&d->conf.only, d->pages) < 0)
		opt_usage(spec, "--pages %s: no list of pages, as 1-10,15,-1 is one, %d at most",
		    d->pages, RANGES_MAX);
	if (d->types && choice_take(&d->choice, NULL, d->types, &e) < 0)
		opt_usage(spec, "--types: %s", e.msg);
	for (size_t i = 0; i < d->sizes.n; i++)
		if (choice_limit(&d->choice, NULL, d->sizes.v[i], &e) < 0)
			opt_usage(spec, "--max-size: %s", e.msg);
	if (!d->password_file)
		return;
	secret_hold();
	d->passwords = passwords_read(d->password_file, &e);
	if (!d->passwords)
		opt_usage(spec, "--password-file: %s", e.msg);
}

static void
forget_choice(struct doc2png *d)
{
	passwords_free(d->passwords);
	free(d->sizes.v);
}

#define IMAGES(dpi, colour) \
	OPT_NUM(0, "dpi", "N", &(dpi), 36, 1200, \
	    "the resolution at which they are drawn (default 200)"), \
	    OPT_WORD(0, "colour", "WHEN", &(colour), colours, \
		"their images keep their colours where the engine wishes for them (auto, the " \
		"default), always, or never")

#define CHOICE(d) \
	OPT_GROUP("Which of them"), \
	    OPT_STR(0, "pages", "LIST", &(d).pages, \
		"only these of each document, as 1-10,15,-1: -1 is the last, 5- all from 5 on"), \
	    OPT_STR(0, "types", "LIST", &(d).types, \
		"only documents of these kinds, as pdf,image/tiff (quire-formats)"), \
	    OPT_LIST(0, "max-size", "TYPE=BYTES", &(d).sizes, \
		"refuse documents of that kind that are longer"), \
	    OPT_STR(0, "password-file", "FILE", &(d).password_file, \
		"the passwords of documents, lines {\"match\":GLOB,\"password\":TEXT}")

#define WORK(jobs, pages, seconds) \
	OPT_GROUP("The work"), \
	    OPT_NUM('j', "jobs", "N", &(jobs), 1, 1024, \
		"open so many documents at once (default 1)"), \
	    OPT_NUM(0, "max-pages", "N", &(pages), 1, 10000, \
		"refuse documents that have more (default 2000)"), \
	    OPT_NUM(0, "page-timeout", "SECONDS", &(seconds), 1, 600, \
		"give up a page that takes longer (default 30)")

int
main(int argc, char *argv[])
{
	static const char *const text[] = { "auto", "layer", "never", "only", NULL };
	static const char *const colours[] = { "auto", "always", "never", NULL };
	struct doc2png d = { .conf = { .max_pages = 2000, .page_s = 30 } };
	const char *engines = NULL;
	struct filter_conf conf = { .kind = "document", .max_tasks = 1, .names_files = true };
	const struct opt opts[] = { OPT_GROUP("How pages are made"),
		OPT_WORD(0, "text", "WHEN", &d.conf.text, text,
		    "use text layers that the page bears out (auto, the default), that look right "
		    "(layer), none (never), or draw nothing else (only)"),
		IMAGES(d.conf.dpi, d.colour),
		OPT_STR(0, "engine", "NAME[,NAME...]", &engines,
		    "who is to read them: as large as that wishes (default tesseract)"),
		OPT_FLAG(0, "whole", &d.whole,
		    "make none: documents go as they are to --engine http:URL"),
		CHOICE(d), WORK(conf.max_tasks, d.conf.max_pages, d.conf.page_s), OPT_END };
	const struct opt_spec spec = { opts, "", 0, 0,
		"turn documents into pages: text where it can be trusted, else an image" };
	const struct filter_ops ops = { .begin = doc2png_begin,
		.room = doc2png_room,
		.cancel = doc2png_cancel };
	struct err e;
	int status;

	pages_child(argc, argv);
	secret_forget(false);
	secret_no_core();
	opt_parse(argc, argv, &spec);
	d.loop = loop_new();
	take_choice(&d, &spec);
	if (take_wish(&d, engines, &e) < 0)
		opt_usage(&spec, "%s", e.msg);
	if (!work_root(&e))
		return opt_die(&e);
	status = filter_run(d.loop, &conf, &ops, &d);
	loop_free(d.loop);
	forget_choice(&d);
	return status;
}
