/* ocrpage - read page images as Markdown, by an engine: Tesseract */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/opt.h"
#include "flow/filter.h"
#include "ocr/agree.h"
#include "ocr/doubt.h"
#include "ocr/engine.h"
#include "ocr/page.h"
#include "ocr/result.h"
#include "rec/rec.h"
#include "work/dir.h"

struct ocrpage {
	const struct engine *engine;
	struct ocr *ocr;
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

/*
 * The text of the page's own layer, where it says what was read, or is of a
 * script that was not asked for.
 */
static bool
take_layer(struct rec *r, const struct ocr_result *result)
{
	const char *layer = rec_str(r, "layer");
	enum agree a;

	if (!layer)
		return false;
	a = agree_texts(layer, strlen(layer), result->markdown, result->len);
	if (a != AGREE_NO) {
		rec_set_str(r, "markdown", layer);
		rec_set_str(r, "engine", "text");
	}
	if (a == AGREE_UNKNOWN)
		rec_doubt(r, "language");
	rec_del(r, "layer");
	return a != AGREE_NO;
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

static void
ocrpage_finish(struct task *t, struct ocrpage *o, const struct ocr_result *result)
{
	struct rec *r = t->rec;

	if (!take_layer(r, result)) {
		rec_set(r, "markdown", jv_string_sized(result->markdown, (int)result->len));
		rec_set_str(r, "engine", o->engine->name);
		if (result->confidence >= 0)
			rec_set(r, "confidence", jv_number(result->confidence));
		if (result->notes)
			set_reading(r, result->notes);
		set_doubt(r, result->doubt);
	}
	if (o->rm)
		remove_image(r);
	filter_count(t->filter, COUNT_PAGES, 1);
	task_pass(t);
}

static void
ocrpage_answered(void *arg, const struct ocr_result *result, const struct err *e)
{
	struct task *t = arg;

	if (result)
		ocrpage_finish(t, t->data, result);
	else
		task_fail(t, e);
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
ocrpage_start(struct task *t, struct ocrpage *o, struct err *e)
{
	const char *path = rec_need(t->rec, "image", e);
	struct ocr_ask ask = { .page = rec_int(t->rec, "page", 0),
		.width = rec_int(t->rec, "width", 0),
		.height = rec_int(t->rec, "height", 0),
		.dpi = o->dpi ? o->dpi : rec_int(t->rec, "dpi", 0) };
	int r;

	if (!path)
		return -1;
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
	struct err e;

	t->data = arg;
	if (rec_has(t->rec, "markdown"))
		task_pass(t);
	else if (ocrpage_start(t, arg, &e) < 0)
		task_fail(t, &e);
}

static void
ocrpage_cancel(struct task *t, void *arg)
{
	struct ocrpage *o = arg;

	ocr_cancel(o->ocr, t);
}

static long
online_cpus(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n;
}

int
main(int argc, char *argv[])
{
	struct ocrpage o = { .dpi = 0 };
	struct engine_conf engine = { .lang = "eng", .jobs = online_cpus() };
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
		OPT_FLAG(0, "rm", &o.rm, "remove each image once it has been read"), OPT_END };
	const struct opt_spec spec = { opts, "", 0, 0,
		"read the images of pages with Tesseract, or another engine" };
	const struct filter_ops ops = { .begin = ocrpage_begin, .cancel = ocrpage_cancel };
	struct filter_conf conf = { .kind = "page", .names_files = true };
	struct err e;
	int status;

	opt_parse(argc, argv, &spec);
	conf.max_tasks = 2 * engine.jobs;
	engine.loop = loop_new();
	o.engine = engine_find(engine_names[named]);
	o.ocr = ocr_new(o.engine, &engine, ocrpage_answered, &e);
	if (!o.ocr)
		opt_usage(&spec, "%s", e.msg);
	status = filter_run(engine.loop, &conf, &ops, &o);
	ocr_free(o.ocr);
	loop_free(engine.loop);
	return status;
}
