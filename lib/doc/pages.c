#include <sys/stat.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/mem.h"
#include "doc/choice.h"
#include "doc/event.h"
#include "doc/kind.h"
#include "doc/maker.h"
#include "doc/note.h"
#include "doc/pages.h"
#include "work/docfile.h"
#include "doc/taken.h"
#include "pdf/pdf.h"
#include "pdf/tool.h"
#include "proc/child.h"
#include "proc/role.h"
#include "proc/usage.h"
#include "rec/rec.h"
#include "work/dir.h"

enum { DEATHS_MAX = 3, SILENT_PAGES = 24, BECOME_MAX = 3, DISK_MIB = 1024 };

enum state {
	OPENING, /* its child has not said yet how many pages it has */
	MAKING,  /* its child makes them */
	LOST,    /* its child has gone before the end; the event due of it was refused */
	OVER     /* END was given */
};

struct pages {
	struct loop *loop;
	struct pages_conf conf;
	char *id;          /* the document's */
	char *name, *type; /* what it is called: those of conf.hint */
	char *path;        /* the document */
	char *work;        /* a directory of the children's own: what they write is there */
	char *into;        /* the document's, which they cannot write to */
	pages_fn *fn;
	void *arg;
	const struct kind *kind;
	const char *mime; /* of the document, whatever it has become */
	jv all;           /* notes of all its pages, from before that */
	struct child child;
	int source; /* the document, open */
	int became; /* how often it has become another */
	enum state state;
	struct watch *retry;
	long count;         /* pages of the document; -1: not known yet */
	long next;          /* the page whose event is due */
	int deaths;         /* in a row, without a word between them */
	int64_t given;      /* bytes in work that were there first */
	long spent_ms;      /* CPU time of all children, as they say */
	struct taken taken; /* the image of the page taken_of (0: of none), */
	struct err untaken; /* or, with a code, why there is none */
	long taken_of;
	struct pages_event due; /* LOST: to be given */
	struct err why;         /* its e */
};

static long
silence_ms(const struct pages *p)
{
	return SILENT_PAGES * p->conf.page_s * 1000;
}

/* What it finds the tools by. */
static const char *const maker_env[] = { "PATH", "QUIRE_POPPLER", NULL };

/* OPENING or LOST: start a child at the next page. */
static int
pages_start(struct pages *p, struct err *e)
{
	struct kind_jail kj;
	struct maker m = { .kind = p->kind,
		.path = p->path,
		.work = p->work,
		.hint = p->conf.hint,
		.password = p->became > 0 ? NULL : p->conf.password,
		.text = p->conf.text,
		.dpi = p->conf.dpi,
		.max_area = p->conf.max_area,
		.max_side = p->conf.max_side,
		.bands = p->conf.bands,
		.colour = p->conf.colour,
		.max_pages = p->conf.max_pages,
		.page_s = p->conf.page_s,
		.spent_ms = p->spent_ms,
		.first = p->next,
		.only = p->conf.only,
		.source = p->source };
	struct buf told = BUF_INIT(ROLE_TOLD_MAX);
	struct child_conf conf = { .name = "page maker",
		.role = "maker",
		.env = maker_env,
		.file = p->source,
		.jail = &kj.jail,
		.tools = p->kind->programs ? &pdftool_jail : NULL,
		.frame_max = MAKER_LINE_MAX };
	int rc;

	kind_jail(p->kind, p->path, p->work, &kj);
	kj.jail.cpu_s = 60 * p->conf.page_s;
	if (maker_tell(&told, &m) < 0)
		rc = err_set(e, ERR_PERMANENT, CODE_WORKER_LARGE, "%s: too long a name", p->path);
	else {
		conf.told = told.p;
		conf.told_len = told.len;
		rc = child_start(&p->child, &conf, e);
	}
	if (told.len > 0)
		explicit_bzero(told.p, told.len);
	buf_release(&told);
	if (rc == 0)
		child_allow(&p->child, 0, silence_ms(p));
	return rc;
}

/* The one behind it that is wanted, or is none of the document any more. */
static long
page_after(const struct pages *p, long page)
{
	const long next = p->count < 0 ? page + 1 : ranges_next(&p->conf.only, page + 1);

	return next > 0 ? next : p->count + 1;
}

void
pages_child(int argc, char *argv[])
{
	static const struct role roles[] = { MAKER_ROLE(kind_all), { .name = NULL } };

	role_enter(argc, argv, roles);
}

/* What the child was writing when it was ended: another makes it again. */
static void
drop_unwritten(const struct pages *p)
{
	long page = p->next;

	for (int i = 0; i <= MAKER_AHEAD; i++, page = page_after(p, page)) {
		char *temp = mem_printf("%s/" MAKER_TEMP, p->work, page);

		(void)unlink(temp);
		free(temp);
	}
	pdf_forget(p->work);
}

/* With all that is in it, whatever that is. */
static void
drop_scratch(struct pages *p)
{
	struct err e;

	if (p->work &&
	    (work_remove_below(p->work, MAKER_TREE, &e) < 0 || work_remove(p->work, &e) < 0))
		log_event(LOG_LEVEL_WARN, p->id, &e, "%s", e.msg);
}

/* true: END was taken, and p may be gone. */
static bool
pages_give_end(struct pages *p, const struct err *why)
{
	const struct pages_event ev = { .type = PAGES_END, .page = p->next, .e = why };
	const enum state was = p->state;

	p->state = OVER;
	if (p->fn(p->arg, &ev))
		return true;
	p->state = was;
	return false;
}

static bool
pages_give(struct pages *p, const struct pages_event *ev)
{
	if (!p->fn(p->arg, ev))
		return false;
	if (ev->type == PAGES_START)
		return true;
	p->next = page_after(p, ev->page);
	p->deaths = p->state == LOST ? p->deaths + 1 : 0;
	if (p->state == MAKING) {
		child_allow(&p->child, 0, silence_ms(p));
		/* When it has gone, that is seen elsewhere. */
		(void)child_tell(&p->child, "", 0, -1);
	}
	return true;
}

/* The first word of how many pages the document has: which of them are wanted is known now. */
static bool
give_count(struct pages *p, long count)
{
	struct pages_event ev = { .type = PAGES_START, .count = count, .mime = p->mime };
	struct ranges only = p->conf.only;
	char text[RANGES_TEXT];
	struct err e;

	ranges_resolve(&only, count);
	ev.page = ranges_next(&only, 1);
	ev.wanted = ranges_count(&only);
	if (ev.wanted == 0) {
		err_set(&e, ERR_VALIDATION, CODE_DOCUMENT_RANGE,
		    "it has %ld page%s, and none of those that --pages names", count,
		    count == 1 ? "" : "s");
		return pages_give_end(p, &e);
	}
	ranges_text(&only, text);
	ev.only = ev.wanted < count ? text : NULL;
	if (!pages_give(p, &ev))
		return false;
	p->conf.only = only;
	p->count = count;
	p->next = ev.page;
	p->state = MAKING;
	return true;
}

static bool
give_start(struct pages *p, struct rec *r)
{
	const long count = rec_int(r, "pages", 0);

	if (count < 1 || count > p->conf.max_pages ||
	    (p->kind->pages_max && count > p->kind->pages_max) ||
	    (p->count >= 0 && count != p->count))
		return true;
	if (p->count < 0)
		return give_count(p, count);
	p->state = MAKING;
	return true;
}

static bool
give_image(struct pages *p, struct rec *r, const struct pages_event *bare, const struct taken *t)
{
	struct pages_event ev = *bare;
	jv layout = jv_null(), regions = jv_null();
	bool taken;

	ev.width = t->width;
	ev.height = t->height;
	ev.dpi = t->dpi;
	ev.pixels = t->pixels;
	if (p->kind->text && event_layout(r, t, &layout, &regions)) {
		ev.layout = &layout;
		ev.regions = &regions;
	}
	taken = pages_give(p, &ev);
	jv_free(layout);
	jv_free(regions);
	return taken;
}

/* Of the page that is due, outside the child: it has failed. */
static bool
give_failed(struct pages *p, const jv *notes, const struct err *e)
{
	const struct pages_event ev = { .type = PAGES_FAILED,
		.page = p->next,
		.notes = notes,
		.e = e };

	return pages_give(p, &ev);
}

/* Take the image of the page that is due; once, as its event may be refused and come again. */
static int
take_image(struct pages *p, const char *name, struct err *e)
{
	if (p->taken_of != p->next) {
		p->untaken.code = NULL;
		(void)taken_image(&p->taken, p->work, p->into, name, &p->untaken);
		p->taken_of = p->next;
	}
	if (!p->untaken.code)
		return 0;
	*e = p->untaken;
	return -1;
}

/* Its image is the one that it must be, and is taken; or it is text alone. */
static bool
give_page(struct pages *p, struct rec *r, const jv *notes)
{
	struct buf md = BUF_INIT(MAKER_TEXT_MAX);
	char name[32];
	struct pages_event ev = { .type = PAGES_PAGE, .page = p->next, .notes = notes };
	struct err e = { .code = NULL };
	bool taken = true;

	snprintf(name, sizeof(name), MAKER_IMAGE, p->next);
	if (p->kind->text || kind_is_text(p->kind))
		ev.markdown = event_markdown(r, kind_is_text(p->kind), &md, &e);
	if (rec_is(r, "image", name)) {
		ev.image = name;
		taken = take_image(p, name, &e) < 0 ? give_failed(p, notes, &e)
						    : give_image(p, r, &ev, &p->taken);
	} else if (!rec_has(r, "image") && (ev.markdown || e.code)) {
		taken = ev.markdown ? pages_give(p, &ev) : give_failed(p, notes, &e);
	}
	buf_release(&md);
	return taken;
}

/* Of the page that is due: it is made, or has failed. */
static bool
give_due(struct pages *p, struct rec *r, bool failed)
{
	jv notes = note_merged(jv_copy(p->all), note_checked(rec_get(r, "notes")));
	struct err e;
	bool taken = true;

	if (!failed)
		taken = give_page(p, r, &notes);
	else if (event_error(r, CODE_PAGE_CRASHED, &e))
		taken = give_failed(p, &notes, &e);
	jv_free(notes);
	return taken;
}

/* OPENING: the document is from now on what it has become. */
static int
pages_turn(struct pages *p, struct err *e)
{
	char *path = mem_printf("%s/" MAKER_BECOME, p->work);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
	struct stat st;

	free(p->path);
	p->path = path;
	close(p->source);
	p->source = fd;
	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || ++p->became > BECOME_MAX)
		return err_set(e, ERR_VALIDATION, CODE_DOCUMENT_DAMAGED,
		    "it becomes nothing that can be opened");
	p->kind = kind_of(p->conf.kinds, fd, path, NULL, e);
	return p->kind ? pages_start(p, e) : -1;
}

static bool
give_become(struct pages *p, struct rec *r)
{
	struct err e;

	p->all = note_merged(p->all, note_checked(rec_get(r, "notes")));
	child_stop(&p->child);
	if (pages_turn(p, &e) == 0)
		return true;
	p->why = e;
	p->due = (struct pages_event){ .type = PAGES_END, .e = &p->why };
	p->state = LOST;
	watch_again(p->retry, 0);
	return true;
}

/*
 * One event from the child, which may be in an attacker's hands: what does
 * not fit is passed over, and the page counts as not made.
 */
static bool
give_event(struct pages *p, struct rec *r)
{
	const char *type = rec_str(r, "event");
	const bool due =
	    p->state == MAKING && p->next <= p->count && rec_int(r, "page", 0) == p->next;
	long spent_ms = rec_int(r, "cpu_ms", 0);
	struct err e;
	bool bad;

	if (spent_ms > p->spent_ms)
		p->spent_ms = spent_ms;
	if (!type)
		return true;
	if (!strcmp(type, "page") || !strcmp(type, "failed"))
		return !due || give_due(p, r, *type == 'f');
	if (!strcmp(type, "start"))
		return p->state != OPENING || give_start(p, r);
	if (!strcmp(type, "become"))
		return p->state != OPENING || p->count >= 0 || give_become(p, r);
	if (strcmp(type, "end") != 0)
		return true;
	bad = event_error(r, CODE_DOCUMENT_CRASHED, &e);
	return (!bad && (p->count < 0 || p->next <= p->count)) ||
	    pages_give_end(p, bad ? &e : NULL);
}

static bool
pages_said(void *arg, const char *frame, size_t len)
{
	struct pages *p = arg;
	struct err e;
	struct rec *r = p->state == OVER ? NULL : rec_parse(frame, len, &e);
	bool taken = !r || give_event(p, r);

	rec_free(r);
	return taken;
}

/* Why the child ended, for its page or (whole) its document. */
static void
obituary(const struct pages *p, bool whole, const struct child_end *end, struct err *e)
{
	if (end->fate == CHILD_SILENT)
		err_set(e, ERR_TRANSIENT, whole ? CODE_DOCUMENT_TIMEOUT : CODE_PAGE_TIMEOUT,
		    "its decoder said nothing for %ld s", silence_ms(p) / 1000);
	else if (end->fate == CHILD_SPENT)
		err_set(e, ERR_TRANSIENT, whole ? CODE_DOCUMENT_TIMEOUT : CODE_PAGE_TIMEOUT,
		    "its decoder used more than %ld s of CPU time", p->conf.page_s);
	else if (end->fate == CHILD_LARGE)
		err_set(e, ERR_TRANSIENT, whole ? CODE_DOCUMENT_CRASHED : CODE_PAGE_CRASHED,
		    "its decoder wrote more than %d MiB", DISK_MIB);
	else
		err_set(e, ERR_TRANSIENT, whole ? CODE_DOCUMENT_CRASHED : CODE_PAGE_CRASHED,
		    "its decoder died: %s", end->why);
}

/* LOST: give what is due, and go on behind it with a new child. */
static void
pages_go_on(struct pages *p)
{
	while (p->due.type == PAGES_FAILED) {
		if (!pages_give(p, &p->due))
			return;
		if (p->next > p->count) {
			p->due = (struct pages_event){ .type = PAGES_END };
		} else if (pages_start(p, &p->why) < 0) {
			p->due = (struct pages_event){ .type = PAGES_END, .e = &p->why };
		} else {
			p->state = OPENING;
			return;
		}
	}
	(void)pages_give_end(p, p->due.e);
}

/*
 * The child has gone without having said the end.  The page it was at has
 * failed, and a new child goes on behind it, unless that happens again and again.
 */
static void
pages_ended(void *arg, const struct child_end *end)
{
	struct pages *p = arg;
	const bool whole = p->count < 0 || p->deaths == DEATHS_MAX || end->unready;

	if (p->state == OVER)
		return;
	drop_unwritten(p);
	if (end->unready)
		p->why = *end->unready;
	else
		obituary(p, whole, end, &p->why);
	if (end->fate == CHILD_SPENT)
		p->spent_ms += p->conf.page_s * 1000;
	p->due = (struct pages_event){ .type = PAGES_FAILED, .page = p->next, .e = &p->why };
	if (whole || p->next > p->count)
		p->due = (struct pages_event){ .type = PAGES_END, .e = whole ? &p->why : NULL };
	p->state = LOST;
	pages_go_on(p);
}

static bool
pages_fits(void *arg)
{
	const struct pages *p = arg;

	return usage_bytes(p->work, child_pid(&p->child)) <= p->given + ((int64_t)DISK_MIB << 20);
}

static const struct child_ops pages_ops = { .said = pages_said,
	.fits = pages_fits,
	.ended = pages_ended };

/* Not from within the caller's own callback, but on the next turn. */
static void
on_retry(void *arg, short revents)
{
	struct pages *p = arg;

	(void)revents;
	if (p->state == LOST)
		pages_go_on(p);
}

void
pages_resume(struct pages *p)
{
	child_resume(&p->child);
	if (p->state == LOST)
		watch_again(p->retry, 0);
}

/* Whether its user wants one of that kind and length. */
static int
pages_choose(const struct pages *p, struct err *e)
{
	struct stat st;

	if (!p->conf.choice)
		return 0;
	if (fstat(p->source, &st) < 0)
		return err_sys(e, ERR_TRANSIENT, CODE_IO_READ, "%s", p->conf.path);
	return choice_allows(p->conf.choice, p->conf.kinds, p->kind, st.st_size, e);
}

/* OPENING: the document, and a directory for its children. */
static int
pages_open(struct pages *p, struct err *e)
{
	struct docfile_want w = { .path = p->conf.path,
		.work = p->conf.work,
		.sha256 = p->conf.sha256 };

	p->work = work_make(p->conf.id, e);
	w.scratch = p->work;
	p->source = p->work ? docfile_open(&w, &p->path, e) : -1;
	if (p->work)
		p->given = usage_bytes(p->work, 0);
	if (p->source >= 0)
		p->kind = kind_of(p->conf.kinds, p->source, p->conf.path, &p->conf.hint, e);
	p->mime = p->kind ? p->kind->mime : NULL;
	return p->kind ? pages_choose(p, e) : -1;
}

struct pages *
pages_new(struct loop *l, const struct pages_conf *conf, pages_fn *fn, void *arg, struct err *e)
{
	struct pages *p = mem_new(1, sizeof(*p));

	*p = (struct pages){ .loop = l,
		.conf = *conf,
		.source = -1,
		.id = mem_dup(conf->id),
		.name = conf->hint.name ? mem_dup(conf->hint.name) : NULL,
		.type = conf->hint.type ? mem_dup(conf->hint.type) : NULL,
		.into = mem_dup(conf->work),
		.fn = fn,
		.arg = arg,
		.all = jv_object(),
		.state = OPENING,
		.count = -1,
		.next = 1 };
	p->conf.hint = (struct texts_hint){ p->name, p->type };
	if (!p->conf.kinds)
		p->conf.kinds = kind_all;
	child_init(&p->child, l, &pages_ops, p);
	p->retry = loop_timer(l, 0, on_retry, p);
	if (pages_open(p, e) == 0 && pages_start(p, e) == 0)
		return p;
	pages_free(p);
	return NULL;
}

void
pages_free(struct pages *p)
{
	if (!p)
		return;
	child_stop(&p->child);
	drop_scratch(p);
	watch_free(p->retry);
	if (p->source >= 0)
		close(p->source);
	jv_free(p->all);
	free(p->path);
	free(p->work);
	free(p->into);
	free(p->id);
	free(p->name);
	free(p->type);
	free(p);
}
