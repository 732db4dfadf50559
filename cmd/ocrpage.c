/* ocrpage - read page images as Markdown, by engines */
#include <sys/resource.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/lines.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/opt.h"
#include "base/secret.h"
#include "base/utf8.h"
#include "flow/filter.h"
#include "md/layout.h"
#include "model/batchin.h"
#include "model/batchout.h"
#include "ocr/cache.h"
#include "ocr/doubt.h"
#include "ocr/engine.h"
#include "ocr/merge.h"
#include "ocr/own.h"
#include "ocr/page.h"
#include "ocr/result.h"
#include "ocr/scripts.h"
#include "ocr/tell.h"
#include "ocr/tongue.h"
#include "ocr/wish.h"
#include "rec/jx.h"
#include "rec/rec.h"
#include "work/dir.h"
#include "work/docfile.h"

enum { OPEN_FILES = 65536 };

/* A page in hand. */
struct page {
	struct ocrpage *o;
	bool parts; /* it has a layout, and regions */
	struct layout layout;
};

struct ocrpage {
	struct ocr *ocr;
	struct cache *cache; /* NULL: none */
	struct batch_in *batch_in;
	struct batch_out *batch_out;
	struct tongue *tongue;
	long dpi; /* 0: as the record or the file says */
	bool rm;
	bool fields; /* its engines are asked for fields, not text */
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

/* Whether what was read is of a language that was not asked for. */
static bool
is_foreign(const struct ocrpage *o, const struct ocr_result *r)
{
	if (!r->tied)
		return false;
	tongue_clear(o->tongue);
	tongue_add(o->tongue, r->markdown, r->len);
	return tongue_is_foreign(o->tongue);
}

/* All that was read. */
static void
set_whole(struct rec *r, const struct ocrpage *o, const struct ocr_result *result)
{
	rec_set(r, "markdown", jv_string_sized(result->markdown, (int)result->len));
	rec_set_str(r, "engine", result->engine);
	if (result->confidence >= 0)
		rec_set(r, "confidence", jv_number(result->confidence));
	if (result->notes)
		tell_reading(r, result->notes);
	tell_doubt(r, result->doubt);
	if (is_foreign(o, result))
		rec_doubt(r, "language");
}

/* The page's own lines, with what was read of its regions. */
static int
set_parts(struct page *p, struct rec *r, const char *engine, const struct ocr_raw *readings,
    struct err *e)
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
		tell_merged(r, engine, &merged);
	}
	buf_release(&markdown);
	return status;
}

static int
set_result(struct page *p, struct rec *r, const struct ocr_result *result, struct err *e)
{
	tell_gate(r, result);
	tell_boxes(r, result);
	if (tell_fields(r, result) || (result->nregions == 0 && own_layer(r, result)))
		return 0;
	if (result->lang) {
		rec_set_str(r, "lang", result->lang);
		tongue_ask(p->o->tongue, result->lang);
	}
	if (result->nregions > 0)
		return set_parts(p, r, result->engine, result->regions, e);
	set_whole(r, p->o, result);
	return 0;
}

/* A page whose parts nobody could read has its own lines all the same, doubtful. */
static int
set_unread(struct page *p, struct rec *r, const struct err *why, struct err *e)
{
	static const struct ocr_raw nothing[LAYOUT_REGIONS_MAX];

	*e = *why;
	if (p->o->fields && rec_has(r, "markdown") && !ocr_ends_all(why)) {
		rec_doubt(r, "fields");
		log_event(LOG_LEVEL_WARN, rec_str(r, "id"), why,
		    "page %ld: it has its text, and no fields: %s", rec_int(r, "page", 0),
		    why->msg);
		return 0;
	}
	if (!p->parts || ocr_ends_all(why) || set_parts(p, r, "text", nothing, e) < 0)
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

/* Who read the page, and who could not. */
static void
count_engines(struct filter *f, struct rec *r, const struct ocr_result *result)
{
	char word[COUNTS_CODE_MAX]; /* as much as is counted by */

	for (size_t i = 0; i < result->nbefore; i++) {
		snprintf(word, sizeof(word), "%s %s", result->before[2 * i],
		    result->before[2 * i + 1]);
		filter_count_engine(f, word);
	}
	snprintf(word, sizeof(word), "%s", rec_is(r, "engine", "text") ? "text" : result->engine);
	filter_count_engine(f, word);
}

/* It is not read: one that is asked for in a batch's file goes on as it came. */
static void
page_unread(struct task *t, const struct err *why)
{
	if (err_is(why, CODE_OCR_WRITTEN))
		task_pass(t);
	else
		task_fail(t, why);
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
	if (r == 0 && result)
		count_engines(t->filter, t->rec, result);
	if (r < 0) {
		page_unread(t, &e);
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

/* Of a record whose page is a whole document: that, and what it is. */
static int
open_whole(struct rec *r, struct ocr_ask *ask, struct err *e)
{
	const char *path = rec_need(r, "path", e), *name = rec_str(r, "rel"), *work;
	struct docfile_want want = { .path = path, .sha256 = rec_str(r, "sha256") };
	char *at;

	if (!path || !(work = rec_need(r, "work", e)))
		return -1;
	want.work = want.scratch = work;
	ask->fd = docfile_open(&want, &at, e);
	if (ask->fd < 0)
		return -1;
	free(at);
	ask->whole = rec_str(r, "mime");
	ask->whole = ask->whole ? ask->whole : "application/octet-stream";
	name = name ? name : path;
	ask->name = strrchr(name, '/') ? strrchr(name, '/') + 1 : name;
	return 0;
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
open_page(struct rec *r, struct ocr_ask *ask, struct err *e)
{
	jv v = rec_get(r, "whole");
	const bool whole = jv_get_kind(v) == JV_KIND_TRUE;
	const char *path;

	jv_free(v);
	if (whole)
		return open_whole(r, ask, e);
	path = rec_need(r, "image", e);
	ask->fd = path ? open_image(path, e) : -1;
	return ask->fd < 0 ? -1 : 0;
}

static int
ocrpage_start(struct task *t, struct page *p, struct err *e)
{
	struct ocrpage *o = p->o;
	struct ocr_ask ask = { .document = rec_str(t->rec, "id"),
		.page = rec_int(t->rec, "page", 0),
		.width = rec_int(t->rec, "width", 0),
		.height = rec_int(t->rec, "height", 0),
		.dpi = o->dpi ? o->dpi : rec_int(t->rec, "dpi", 0) };
	int r;

	if (take_parts(p, t->rec, e) < 0 || open_page(t->rec, &ask, e) < 0)
		return -1;
	if (p->parts) {
		ask.regions = p->layout.region;
		ask.nregions = p->layout.regions;
	}
	r = ocr_page(o->ocr, &ask, t, e);
	close(ask.fd);
	return r;
}

static void
ocrpage_begin(struct task *t, void *arg)
{
	struct ocrpage *o = arg;
	struct page *p;
	struct err e;

	if (rec_has(t->rec, "markdown") && !(o->fields && rec_has(t->rec, "image"))) {
		/* There is no picture to ask for its fields by. */
		if (o->fields && !rec_has(t->rec, "fields"))
			rec_doubt(t->rec, "fields");
		filter_count_engine(t->filter, "text");
		task_pass(t);
		return;
	}
	p = mem_new(1, sizeof(*p));
	p->o = o;
	t->data = p;
	if (ocrpage_start(t, p, &e) == 0)
		return;
	page_free(p);
	page_unread(t, &e);
}

static void
ocrpage_cancel(struct task *t, void *arg)
{
	struct ocrpage *o = arg;

	ocr_cancel(o->ocr, t);
	page_free(t->data);
}

static void
ocrpage_stopping(void *arg)
{
	struct ocrpage *o = arg;

	ocr_stop(o->ocr);
}

/* Programs of the operator's may have children, which know of no parent's end. */
static void
ocrpage_ending(void *arg)
{
	struct ocrpage *o = arg;

	ocr_free(o->ocr);
	o->ocr = NULL;
}

/* The command line. */
struct options {
	const char *engines;
	struct opt_list server, set, batch_in;
	const char *key_file, *cache, *batch_out;
	long patience, page_timeout, tries, cache_max;
	struct engine_conf engine;
	bool cache_optional;
	int tables;
};

/* Of a file of the operator's: its first line. NULL: there is none, or *e. */
static char *
read_key(const char *path, struct err *e)
{
	struct lines in;
	const char *line;
	size_t len;
	char *key = NULL;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0) {
		err_sys(e, ERR_FATAL, CODE_OCR_KEY, "%s", path);
		return NULL;
	}
	lines_init(&in, fd, 4096, 4096);
	err_set(e, ERR_FATAL, CODE_OCR_KEY, "%s: there is no key in its first line", path);
	if (lines_fill(&in, e) == 0 && lines_next(&in, &line, &len) > 0 && len > 0)
		key = mem_printf("%.*s", (int)len, line);
	lines_release(&in);
	close(fd);
	return key;
}

/* The servers and the key, of options or the environment. */
static int
find_servers(struct options *o, struct err *e)
{
	static const char *only[1];
	const char *key = getenv("VLLM_API_KEY"), *url = getenv("VLLM_URL");

	/* Who works by batches pays for no more than is said. */
	url = o->batch_in.n || o->batch_out ? NULL : url;
	/* A copy: secret_forget overwrites an address with a user in it. */
	only[0] = url ? mem_dup(url) : NULL;
	o->engine.server = o->server.n ? o->server.v : only;
	o->engine.servers = o->server.n ? o->server.n : only[0] && *only[0];
	o->engine.set = o->set.v;
	o->engine.sets = o->set.n;
	o->engine.patience_ms = o->patience * 1000;
	o->engine.page_ms = o->page_timeout * 1000;
	o->engine.html_tables = o->tables == 0;
	o->engine.ca_bundle = getenv("QUIRE_CA_BUNDLE");
	o->engine.key = NULL;
	if (o->key_file)
		return (o->engine.key = read_key(o->key_file, e)) ? 0 : -1;
	o->engine.key = key && *key ? mem_dup(key) : NULL;
	return 0;
}

/* A page at a server takes some descriptors, and there may be hundreds. */
static void
raise_open_files(void)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) < 0 || files.rlim_cur >= OPEN_FILES)
		return;
	files.rlim_cur = files.rlim_max < OPEN_FILES ? files.rlim_max : OPEN_FILES;
	(void)setrlimit(RLIMIT_NOFILE, &files);
}

static void
forget_key(struct options *o)
{
	char *key = (char *)o->engine.key;

	if (key)
		explicit_bzero(key, strlen(key));
	free(key);
	o->engine.key = NULL;
}

/* The files of batches. */
static int
open_batches(struct ocrpage *p, const struct ocr_conf *conf, struct options *o, struct err *e)
{
	if (!o->batch_in.n && !o->batch_out)
		return 0;
	if (!ocr_conf_has_model(conf))
		return err_set(e, ERR_FATAL, CODE_OCR_BATCH,
		    "batches are for models: --engine names one");
	if (o->batch_out && o->server.n)
		return err_set(e, ERR_FATAL, CODE_OCR_BATCH,
		    "--batch-out sends nothing: it goes with no --server");
	if (o->batch_in.n && !(p->batch_in = batch_in_open(o->batch_in.v, o->batch_in.n, e)))
		return -1;
	if (o->batch_out && !(p->batch_out = batch_out_open(o->batch_out, e)))
		return -1;
	o->engine.batch_in = p->batch_in;
	o->engine.batch_out = p->batch_out;
	return 0;
}

/* Where all pages have come their requests are complete. */
static int
end_batch(const struct ocrpage *p, const char *path, int status)
{
	struct err e;

	if (!p->batch_out || (status != XOK && status != XSOME))
		return status;
	if (batch_out_end(p->batch_out, &e) < 0)
		return opt_die(&e);
	log_info("%s: requests for %zu pages", path, batch_out_count(p->batch_out));
	return status;
}

static void
ocrpage_close(struct ocrpage *p)
{
	tongue_free(p->tongue);
	ocr_free(p->ocr);
	cache_close(p->cache);
	batch_in_free(p->batch_in);
	batch_out_free(p->batch_out);
}

/* Ready the engines: 0, or what is wrong with the command line. */
static int
open_engines(struct ocrpage *p, struct options *o, struct err *e)
{
	struct ocr_conf conf = { .tries = o->tries, .done = ocrpage_answered };
	int r = ocr_conf_engines(&conf, o->engines, e);
	struct ocr_wish wish;
	bool sends;

	if (r == 0)
		r = scripts_check(o->engine.lang, e);
	if (r == 0 && (r = ocr_wish(o->engines, &wish, e)) == 0)
		p->fields = wish.fields;
	if (r == 0)
		r = ocr_conf_sets(&conf, o->set.v, o->set.n, e);
	if (r == 0)
		r = find_servers(o, e);
	sends = r == 0 && ocr_conf_sends(&conf, o->engine.servers);
	secret_forget(sends);
	if (sends) {
		secret_hold();
		raise_open_files();
	}
	if (r == 0)
		r = open_batches(p, &conf, o, e);
	if (r == 0 && o->cache)
		r = cache_open(&p->cache, o->cache, o->cache_max << 20, !o->cache_optional, e);
	o->engine.cache = p->cache;
	if (r == 0)
		p->ocr = ocr_new(&conf, &o->engine, e);
	ocr_conf_release(&conf);
	forget_key(o);
	if (p->ocr)
		return 0;
	batch_out_free(p->batch_out);
	return -1;
}

#define READING(o, dpi) \
	OPT_GROUP("How pages are read"), \
	    OPT_STR(0, "engine", "NAME[,NAME...]", &(o).engines, \
		"by whom: tesseract (the default), mock, a model's profile, exec:CMD, a " \
		"program, or http:URL, a converter; where one cannot, by the next"), \
	    OPT_STR(0, "lang", "LANG", &(o).engine.lang, \
		"their languages, as deu+eng, or auto: by each page's script (default eng)"), \
	    OPT_NUM(0, "dpi", "N", &(dpi), 50, 2400, \
		"the images' resolution (default: what record or file say)"), \
	    OPT_NUM(0, "tries", "N", &(o).tries, 1, 100, \
		"ask so often for a page, of all engines, before it fails (default 8)")
#define MODELS(o) \
	OPT_GROUP("Models behind servers, and programs"), \
	    OPT_LIST(0, "server", "URL", &(o).server, \
		"a server of theirs, or another one (default: VLLM_URL)"), \
	    OPT_STR(0, "key-file", "FILE", &(o).key_file, \
		"whose first line is the servers' key (default: VLLM_API_KEY)"), \
	    OPT_LIST(0, "set", "PATH=VALUE", &(o).set, "of a profile: what it says otherwise"), \
	    OPT_NUM(0, "page-timeout", "SECONDS", &(o).page_timeout, 1, 86400, \
		"what a page may take (default: as the profile says; of exec:CMD 300)"), \
	    OPT_NUM(0, "patience", "SECONDS", &(o).patience, 1, 86400, \
		"wait so long while no server takes pages (default 600)"), \
	    OPT_WORD(0, "tables", "FORM", &(o).tables, table_forms, \
		"leave tables html, or make simple ones pipe tables (default pipe)"), \
	    OPT_STR(0, "batch-out", "FILE", &(o).batch_out, \
		"write requests there, for a batch, and send nothing"), \
	    OPT_LIST(0, "batch-in", "FILE", &(o).batch_in, \
		"take answers from there, as batches give them; or another one")
#define WORK(o, rm) \
	OPT_GROUP("The work"), \
	    OPT_NUM('j', "jobs", "N", &(o).engine.jobs, 1, 1024, \
		"read so many at once (default: the number of processors, or as the profile " \
		"says)"), \
	    OPT_NUM(0, "recycle", "N", &(o).engine.recycle, 0, 1000000, \
		"replace who reads after so many pages (default 200; 0: never)"), \
	    OPT_FLAG(0, "isolate", &(o).engine.isolate, "none reads pages of two documents"), \
	    OPT_STR(0, "cache", "DIR", &(o).cache, "keep there what was answered"), \
	    OPT_FLAG(0, "cache-optional", &(o).cache_optional, "or go on without it"), \
	    OPT_NUM(0, "cache-max", "MIB", &(o).cache_max, 1, 1 << 20, \
		"at most so much of it (default 1024)"), \
	    OPT_FLAG(0, "rm", &(rm), "remove each image once it has been read")

int
main(int argc, char *argv[])
{
	static const char *const table_forms[] = { "html", "pipe", NULL };
	struct ocrpage p = { .dpi = 0 };
	struct options o = { .engines = OCR_ENGINE,
		.patience = 600,
		.tries = 8,
		.cache_max = 1024,
		.engine = { .lang = "eng", .recycle = 200 },
		.tables = 1 };
	const struct opt opts[] = { READING(o, p.dpi), MODELS(o), WORK(o, p.rm), OPT_END };
	const struct opt_spec spec = { opts, "", 0, 0,
		"read the images of pages with Tesseract, or another engine" };
	const struct filter_ops ops = { .begin = ocrpage_begin,
		.stopping = ocrpage_stopping,
		.cancel = ocrpage_cancel,
		.ending = ocrpage_ending };
	struct filter_conf conf = { .kind = "page", .names_files = true };
	struct err e;
	int status;

	engine_child(argc, argv);
	secret_no_core();
	opt_parse(argc, argv, &spec);
	o.engine.loop = loop_new();
	if (open_engines(&p, &o, &e) < 0)
		opt_usage(&spec, "%s", e.msg);
	conf.max_tasks = 2 * ocr_jobs(p.ocr);
	p.tongue = tongue_new(o.engine.lang);
	status = work_root(&e) ? filter_run(o.engine.loop, &conf, &ops, &p) : opt_die(&e);
	status = end_batch(&p, o.batch_out, status);
	ocrpage_close(&p);
	loop_free(o.engine.loop);
	return status;
}
