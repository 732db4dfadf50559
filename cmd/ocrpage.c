/* ocrpage - read page images as Markdown, by an engine: Tesseract */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/opt.h"
#include "base/secret.h"
#include "base/utf8.h"
#include "flow/filter.h"
#include "md/layout.h"
#include "ocr/agree.h"
#include "ocr/doubt.h"
#include "ocr/engine.h"
#include "ocr/merge.h"
#include "ocr/page.h"
#include "ocr/result.h"
#include "ocr/tongue.h"
#include "rec/rec.h"
#include "work/dir.h"

/* A page in hand. */
struct page {
	struct ocrpage *o;
	bool parts; /* it has a layout, and regions */
	struct layout layout;
};

struct ocrpage {
	const struct engine *engine;
	struct ocr *ocr;
	struct tongue *tongue;
	long dpi; /* 0: as the record or the file says */
	bool rm;
};

/* Only what lies in the document's own directory is ours to remove. */
static void
remove_image(struct rec *r)
{
	const char *work = rec_str(r, "work"), *image = rec_str(r, "image");
	struct err e;

	if (!work || !image || !work_name(work, image))
		return;
	if (work_remove_file(work, image, &e) < 0)
		log_event(LOG_LEVEL_WARN, rec_str(r, "id"), &e, "the page's image stays: %s",
		    e.msg);
	else
		rec_del(r, "image");
}

static bool
reads_poorly(const struct ocr_result *result)
{
	return (result->doubt & (DOUBT_CONFIDENCE | DOUBT_JUNK)) != 0;
}

/*
 * Whether the layer is better than what was read.  One that is drawn invisibly was
 * read off the same picture, perhaps in a script that was not asked for: it is taken
 * where we read poorly, and that does not speak against it.  Any other stays where a
 * reading says nothing against it, or too little where its letters are good.
 */
static bool
layer_serves(struct rec *r, enum agree a, const struct ocr_result *result)
{
	const char *why = rec_str(r, "why");

	if (why && !strcmp(why, "hidden"))
		return a != AGREE_NO && (reads_poorly(result) || result->len == 0) &&
		    !(result->notes && result->notes->blank);
	return a != AGREE_NO || result->len == 0 ||
	    (reads_poorly(result) && why && !strcmp(why, "scan"));
}

/* Whether letters that are said to be of another script read well as Latin ones. */
static bool
is_font_sure(struct rec *r, const struct ocr_result *result)
{
	const char *why = rec_str(r, "why");

	return why && !strcmp(why, "font") && result->confidence >= AGREE_SURE && !result->doubt;
}

/*
 * The text of the page's own layer, if it serves, or has letters of a language that
 * was not asked for; doubtful, where it could not be compared.
 */
static bool
take_layer(struct rec *r, const struct ocr_result *result)
{
	const char *layer = rec_str(r, "layer");
	enum agree a;
	bool broken, foreign, taken;

	if (!layer)
		return false;
	a = agree_texts(layer, strlen(layer), result->markdown, result->len);
	if (a == AGREE_UNKNOWN && is_font_sure(r, result))
		a = AGREE_NO;
	/* What is left of broken words is what is read; what is lost is not. */
	broken = utf8_is_broken(layer, strlen(layer));
	if (a == AGREE_YES && broken)
		a = AGREE_NO;
	foreign = !broken && agree_but_letters(layer, strlen(layer), result->markdown, result->len);
	taken = foreign || layer_serves(r, a, result);
	if (taken) {
		rec_set_str(r, "markdown", layer);
		rec_set_str(r, "engine", "text");
	}
	if (taken && a != AGREE_YES)
		rec_doubt(r, a == AGREE_UNKNOWN || foreign ? "language" : "font");
	rec_del(r, "layer");
	return taken;
}

static void
set_doubt(struct rec *r, unsigned doubt)
{
	for (unsigned one = 1; one <= doubt; one <<= 1)
		if (doubt & one)
			rec_doubt(r, doubt_word(one));
}

static void
set_reading(struct rec *r, const struct ocr_notes *n)
{
	rec_set(r, "ink_unread", jv_number(round(n->unread * 1000) / 1000));
	if (n->lean != 0)
		rec_set(r, "skew", jv_number(round(n->lean * 100) / 100));
	if (n->turned)
		rec_set_int(r, "turned", n->turned);
	if (n->blank)
		rec_set(r, "blank", jv_true());
	if (n->picture)
		rec_set(r, "picture", jv_true());
}

/* Whether what was read is of a language that was not asked for. */
static bool
is_foreign(const struct ocrpage *o, const char *text, size_t len)
{
	tongue_clear(o->tongue);
	tongue_add(o->tongue, text, len);
	return tongue_is_foreign(o->tongue);
}

/* All that was read. */
static void
set_whole(struct rec *r, const struct ocrpage *o, const struct ocr_result *result)
{
	rec_set(r, "markdown", jv_string_sized(result->markdown, (int)result->len));
	rec_set_str(r, "engine", o->engine->name);
	if (result->confidence >= 0)
		rec_set(r, "confidence", jv_number(result->confidence));
	if (result->notes)
		set_reading(r, result->notes);
	set_doubt(r, result->doubt);
	if (is_foreign(o, result->markdown, result->len))
		rec_doubt(r, "language");
}

/* The share of its ink that is not in a page's text, of which so much is left. */
static void
leave_unread(struct rec *r, double share)
{
	jv unread = rec_get(r, "ink_unread");

	if (jv_get_kind(unread) == JV_KIND_NUMBER)
		rec_set(r, "ink_unread",
		    jv_number(round(jv_number_value(unread) * share * 1000) / 1000));
	jv_free(unread);
}

static void
set_merged(struct rec *r, const struct ocrpage *o, const struct merged *m)
{
	char *both = mem_printf("text+%s", o->engine->name);

	rec_set_str(r, "engine", m->taken > 0 ? both : "text");
	free(both);
	if (m->confidence >= 0)
		rec_set(r, "confidence", jv_number(m->confidence));
	leave_unread(r, m->unread);
	if (m->ink)
		rec_doubt(r, "ink");
	if (m->font)
		rec_doubt(r, "font");
	if (m->language)
		rec_doubt(r, "language");
}

/* The page's own lines, with what was read of its regions. */
static int
set_parts(struct page *p, struct rec *r, const struct ocr_raw *readings, struct err *e)
{
	struct buf markdown = BUF_INIT(OCR_TEXT_MAX);
	struct merged merged;
	int status = 0;

	if (merge_markdown(&p->layout, readings, p->o->tongue, &markdown, &merged) < 0) {
		status = err_set(e, ERR_PERMANENT, CODE_OCR_LARGE,
		    "the page's Markdown exceeds %d bytes", OCR_TEXT_MAX);
	} else {
		rec_set(r, "markdown",
		    jv_string_sized(markdown.len ? markdown.p : "", (int)markdown.len));
		set_merged(r, p->o, &merged);
	}
	buf_release(&markdown);
	return status;
}

static int
set_result(struct page *p, struct rec *r, const struct ocr_result *result, struct err *e)
{
	if (result->nregions > 0 && set_parts(p, r, result->regions, e) < 0)
		return -1;
	if (result->nregions == 0 && !take_layer(r, result))
		set_whole(r, p->o, result);
	return 0;
}

/* A page whose parts nobody could read has its own lines all the same, doubtful. */
static int
set_unread(struct page *p, struct rec *r, const struct err *why, struct err *e)
{
	static const struct ocr_raw nothing[LAYOUT_REGIONS_MAX];

	*e = *why;
	if (!p->parts || why->class == ERR_FATAL || set_parts(p, r, nothing, e) < 0)
		return -1;
	log_event(LOG_LEVEL_WARN, rec_str(r, "id"), why, "page %ld: its parts are not read: %s",
	    rec_int(r, "page", 0), why->msg);
	return 0;
}

static void
page_free(struct page *p)
{
	if (p->parts)
		layout_release(&p->layout);
	free(p);
}

static void
ocrpage_answered(void *arg, const struct ocr_result *result, const struct err *why)
{
	struct task *t = arg;
	struct page *p = t->data;
	struct ocrpage *o = p->o;
	struct err e;
	int r = result ? set_result(p, t->rec, result, &e) : set_unread(p, t->rec, why, &e);

	page_free(p);
	if (r < 0) {
		task_fail(t, &e);
		return;
	}
	rec_del(t->rec, "layout");
	rec_del(t->rec, "regions");
	rec_doubt_empty(t->rec);
	if (o->rm)
		remove_image(t->rec);
	filter_count(t->filter, COUNT_PAGES, 1);
	task_pass(t);
}

static int
open_image(const char *path, struct err *e)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return err_sys(e, err_class_of(errno), CODE_PAGE_IMAGE, "%s", path);
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return fd;
	close(fd);
	return err_set(e, ERR_PERMANENT, CODE_PAGE_IMAGE, "%s: not a regular file", path);
}

static int
take_parts(struct page *p, struct rec *r, struct err *e)
{
	if (!rec_has(r, "regions"))
		return 0;
	if (layout_read(&p->layout, rec_get(r, "layout"), rec_get(r, "regions"), e) < 0)
		return -1;
	p->parts = true;
	return 0;
}

static int
ocrpage_start(struct task *t, struct page *p, struct err *e)
{
	struct ocrpage *o = p->o;
	const char *path = rec_need(t->rec, "image", e);
	struct ocr_ask ask = { .document = rec_str(t->rec, "id"),
		.page = rec_int(t->rec, "page", 0),
		.width = rec_int(t->rec, "width", 0),
		.height = rec_int(t->rec, "height", 0),
		.dpi = o->dpi ? o->dpi : rec_int(t->rec, "dpi", 0) };
	int r;

	if (!path || take_parts(p, t->rec, e) < 0)
		return -1;
	if (p->parts) {
		ask.regions = p->layout.region;
		ask.nregions = p->layout.regions;
	}
	ask.fd = open_image(path, e);
	if (ask.fd < 0)
		return -1;
	r = ocr_page(o->ocr, &ask, t, e);
	close(ask.fd);
	return r;
}

static void
ocrpage_begin(struct task *t, void *arg)
{
	struct page *p;
	struct err e;

	if (rec_has(t->rec, "markdown")) {
		task_pass(t);
		return;
	}
	p = mem_new(1, sizeof(*p));
	p->o = arg;
	t->data = p;
	if (ocrpage_start(t, p, &e) == 0)
		return;
	page_free(p);
	task_fail(t, &e);
}

static void
ocrpage_cancel(struct task *t, void *arg)
{
	struct ocrpage *o = arg;

	ocr_cancel(o->ocr, t);
	page_free(t->data);
}

static long
online_cpus(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n;
}

#define RM(v) OPT_FLAG(0, "rm", &(v), "remove each image once it has been read")
#define RECYCLE(v) \
	OPT_NUM(0, "recycle", "N", &(v), 0, 1000000, \
	    "replace who reads after so many pages (default 200; 0: never)")
#define ISOLATE(v) OPT_FLAG(0, "isolate", &(v), "let no process read pages of two documents")

int
main(int argc, char *argv[])
{
	struct ocrpage o = { .dpi = 0 };
	struct engine_conf engine = { .lang = "eng", .jobs = online_cpus(), .recycle = 200 };
	int named = 0;
	const struct opt opts[] = { OPT_GROUP("How pages are read"),
		OPT_WORD(0, "engine", "NAME", &named, engine_names,
		    "by whom: tesseract or mock (default tesseract)"),
		OPT_STR(0, "lang", "LANG", &engine.lang,
		    "their languages, as deu+eng (default eng)"),
		OPT_NUM(0, "dpi", "N", &o.dpi, 50, 2400,
		    "the images' resolution (default: what record or file say)"),
		OPT_GROUP("The work"),
		OPT_NUM('j', "jobs", "N", &engine.jobs, 1, 1024,
		    "read so many at once (default: the number of processors)"),
		RECYCLE(engine.recycle), ISOLATE(engine.isolate), RM(o.rm), OPT_END };
	const struct opt_spec spec = { opts, "", 0, 0,
		"read the images of pages with Tesseract, or another engine" };
	const struct filter_ops ops = { .begin = ocrpage_begin, .cancel = ocrpage_cancel };
	struct filter_conf conf = { .kind = "page", .names_files = true };
	struct err e;
	int status;

	engine_child(argc, argv);
	secret_forget();
	secret_no_core();
	opt_parse(argc, argv, &spec);
	conf.max_tasks = 2 * engine.jobs;
	engine.loop = loop_new();
	o.engine = engine_find(engine_names[named]);
	o.ocr = ocr_new(o.engine, &engine, ocrpage_answered, &e);
	if (!o.ocr)
		opt_usage(&spec, "%s", e.msg);
	o.tongue = tongue_new(engine.lang);
	status = work_root(&e) ? filter_run(engine.loop, &conf, &ops, &o) : opt_die(&e);
	tongue_free(o.tongue);
	ocr_free(o.ocr);
	loop_free(engine.loop);
	return status;
}
