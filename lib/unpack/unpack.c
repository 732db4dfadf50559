#include <sys/stat.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/err.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/mem.h"
#include "proc/child.h"
#include "proc/jail.h"
#include "proc/relay.h"
#include "proc/role.h"
#include "proc/usage.h"
#include "rec/name.h"
#include "rec/rec.h"
#include "unpack/names.h"
#include "unpack/unpack.h"
#include "work/copy.h"
#include "work/dir.h"
#include "work/doc.h"

enum {
	CPU_S = 600,     /* for an archive */
	SILENCE_S = 600, /* from one member to the next */
	ROOM = 16 << 20  /* bytes in the child's directory, besides a member */
};

#define AS_BYTES (1L << 30)

struct unpack {
	struct loop *loop;
	struct unpack_conf conf;
	struct reader reader;
	struct child child;
	char *dir;  /* the child's */
	int source; /* the archive, open */
	struct names *names;
	struct watch *turn;
	long n;          /* the last entry that was said */
	long long total; /* bytes of members */
	struct rec *due; /* a member that was not given yet, */
	struct err bad;  /* and, with a code, why it cannot be had */
	bool copying;    /* it, by: */
	struct copy copy;
	int from, into;
	bool ended; /* nothing more comes: */
	enum unpack_end end;
	struct unpack_passed passed;
	struct err why;
};

void
unpack_child(int argc, char *argv[])
{
	static const struct role roles[] = { READER_ROLE, { .name = NULL } };

	role_enter(argc, argv, roles);
}

static void
unpack_allow(struct unpack *u)
{
	child_allow(&u->child, 0, SILENCE_S * 1000L);
}

static int
unpack_start(struct unpack *u, struct err *e)
{
	const struct jail_path paths[] = { { u->dir, JAIL_READ | JAIL_WRITE }, { NULL, 0 } };
	const struct jail jail = { .paths = paths,
		.calls = JAIL_CALLS_DECODER,
		.cpu_s = CPU_S,
		.as_bytes = AS_BYTES,
		.fsize_bytes = (long)u->conf.limits.size + ROOM };
	struct buf told = BUF_INIT(ROLE_TOLD_MAX);
	struct child_conf conf = { .name = "unpacker",
		.role = "unpacker",
		.file = u->source,
		.jail = &jail,
		.frame_max = READER_SAID_MAX };
	int r;

	if (reader_tell(&told, &u->reader) < 0)
		r = err_set(e, ERR_PERMANENT, CODE_WORKER_LARGE, "%s: too long a name", u->dir);
	else {
		conf.told = told.p;
		conf.told_len = told.len;
		r = child_start(&u->child, &conf, e);
	}
	buf_release(&told);
	if (r == 0)
		unpack_allow(u);
	return r;
}

/* Nothing more comes from the child; what is due is given first. */
static void
unpack_set_end(struct unpack *u, enum unpack_end end, const struct err *e)
{
	if (u->ended)
		return;
	u->ended = true;
	u->end = end;
	if (e)
		u->why = *e;
	watch_again(u->turn, 0);
}

static void
close_copy(struct unpack *u)
{
	if (u->from >= 0)
		close(u->from);
	if (u->into >= 0)
		close(u->into);
	u->from = u->into = -1;
}

/* The member that is due cannot be had: what was made for it goes. */
static void
due_failed(struct unpack *u, const struct err *e)
{
	struct err ignored;

	u->bad = *e;
	close_copy(u);
	if (rec_str(u->due, "work"))
		(void)work_remove(rec_str(u->due, "work"), &ignored);
	rec_del(u->due, "work");
}

/* A member's record: what the archive's says of itself is none of its own. */
static struct rec *
member_record(struct unpack *u, const char *name, long n)
{
	static const char *const own[] = { "id", "work", "path", "sha256", "content_type", "mtime",
		"size", "took_ms", "queue", "added", "state", "attempt", "attempts_left", "dest",
		"dest_rel", "dest_etag" };
	struct rec *r = rec_clone(u->conf.rec);

	for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++)
		rec_del(r, own[i]);
	rec_set_str(r, "archive", rec_str(u->conf.rec, "uri"));
	rec_set_int(r, "member", n);
	names_give(u->names, r, name, n);
	return r;
}

/* The file that the child has written: no link, and no FIFO. */
static int
open_member(const struct unpack *u, struct err *e)
{
	int dir = work_open(u->dir, e), fd;
	struct stat st;

	if (dir < 0)
		return -1;
	fd = openat(dir, READER_FILE, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	(void)unlinkat(dir, READER_FILE, 0);
	close(dir);
	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return fd;
	if (fd >= 0)
		close(fd);
	return err_set(e, ERR_TRANSIENT, CODE_DOCUMENT_CRASHED,
	    "what unpacks it has left no file that makes sense");
}

static int
begin_copy(struct unpack *u, struct err *e)
{
	u->from = open_member(u, e);
	if (u->from < 0 || doc_work(u->due, e) < 0)
		return -1;
	u->into = work_open(rec_str(u->due, "work"), e);
	if (u->into < 0)
		return -1;
	u->copy =
	    (struct copy){ .dir = u->into, .from = u->from, .name = DOC_SOURCE, .hashed = true };
	return copy_begin(&u->copy, e);
}

static void
end_copy(struct unpack *u)
{
	char hex[DIGEST_HEX + 1], *path;
	struct err e;

	u->copying = false;
	if (copy_end(&u->copy, hex, &e) < 0) {
		due_failed(u, &e);
		return;
	}
	close_copy(u);
	u->total += u->copy.size;
	path = mem_printf("%s/%s", rec_str(u->due, "work"), DOC_SOURCE);
	rec_set_str(u->due, "path", path);
	free(path);
	rec_set_str(u->due, "sha256", hex);
	rec_set_int(u->due, "size", (long)u->copy.size);
}

/* A piece of it; the next turn goes on. */
static void
member_piece(struct unpack *u)
{
	struct err e;
	int r = copy_more(&u->copy, u->conf.limits.size, &e);

	if (r > 0)
		end_copy(u);
	if (r < 0) {
		u->copying = false;
		copy_drop(&u->copy);
		due_failed(u, &e);
	}
	watch_again(u->turn, 0);
}

/* The member that is due, and its child goes on; or there is no room. */
static void
unpack_give(struct unpack *u)
{
	struct err e;

	if (!u->conf.member(u->conf.arg, u->due, u->bad.code ? &u->bad : NULL))
		return;
	rec_free(u->due);
	u->due = NULL;
	if (reader_too_much(&u->reader, u->total, &e) < 0)
		unpack_set_end(u, UNPACK_FAILED, &e);
	if (u->ended) {
		watch_again(u->turn, 0);
		return;
	}
	unpack_allow(u);
	/* When it has gone, that is seen elsewhere. */
	(void)child_tell(&u->child, "", 0, -1);
	child_resume(&u->child);
}

/* It may be freed by who is told, before that has read what it is told. */
static void
unpack_tell_over(const struct unpack *u)
{
	const struct unpack_passed passed = u->passed;
	const struct err why = u->why;

	u->conf.over(u->conf.arg, u->end, &passed, u->end == UNPACK_FAILED ? &why : NULL);
}

static void
on_unpack_turn(void *arg, short revents)
{
	struct unpack *u = arg;

	(void)revents;
	if (u->copying)
		member_piece(u);
	else if (u->due)
		unpack_give(u);
	else if (u->ended)
		unpack_tell_over(u);
}

void
unpack_resume(struct unpack *u)
{
	watch_again(u->turn, 0);
}

static void
event_why(struct rec *r, struct err *e)
{
	const char *said = rec_str(r, "error");

	(void)relay_get(said ? said : "", said ? strlen(said) : 0, CODE_DOCUMENT_CRASHED, e);
}

/* A member, if the event makes sense: else it is one of a child that was taken over. */
static int
take_member(struct unpack *u, struct rec *r, bool failed)
{
	const char *text = rec_str(r, "name");
	const long n = rec_int(r, "n", 0);
	struct err e;
	char *name = text ? name_decode(text, &e) : NULL;

	if (!name || n <= u->n || n > u->conf.limits.members) {
		free(name);
		return err_set(&u->why, ERR_TRANSIENT, CODE_DOCUMENT_CRASHED,
		    "what unpacks it says what makes no sense");
	}
	u->n = n;
	/* It waits for as long as nobody takes that. */
	child_allow(&u->child, 0, 0);
	u->due = member_record(u, name, n);
	u->bad.code = NULL;
	free(name);
	if (failed)
		event_why(r, &u->bad);
	else if (begin_copy(u, &e) < 0)
		due_failed(u, &e);
	else
		u->copying = true;
	watch_again(u->turn, 0);
	return 0;
}

static long
counted(struct rec *r, const char *name)
{
	const long n = rec_int(r, name, 0);

	return n > 0 ? n : 0;
}

static void
take_end(struct unpack *u, struct rec *r)
{
	struct err e;

	u->passed = (struct unpack_passed){ .links = counted(r, "links"),
		.special = counted(r, "special"),
		.folders = counted(r, "folders") };
	if (!rec_has(r, "error")) {
		unpack_set_end(u, UNPACK_DONE, NULL);
		return;
	}
	event_why(r, &e);
	unpack_set_end(u, UNPACK_FAILED, &e);
}

/* A job of a ledger's is settled once, and by one result. */
static void
refuse_job(struct unpack *u)
{
	struct err e;

	err_set(&e, ERR_PERMANENT, CODE_ARCHIVE_JOB,
	    "it is an archive: unpack it by a pipeline without a ledger");
	unpack_set_end(u, UNPACK_FAILED, &e);
}

/* One event from the child, which may be in an attacker's hands. */
static void
take_event(struct unpack *u, struct rec *r)
{
	const bool failed = rec_is(r, "event", "failed");

	if (rec_has(u->conf.rec, "token") && !rec_is(r, "event", "none"))
		refuse_job(u);
	else if ((failed || rec_is(r, "event", "member")) && take_member(u, r, failed) < 0)
		unpack_set_end(u, UNPACK_FAILED, &u->why);
	else if (rec_is(r, "event", "end"))
		take_end(u, r);
	else if (rec_is(r, "event", "none") && u->n == 0)
		unpack_set_end(u, UNPACK_DOCUMENT, NULL);
}

static bool
unpack_said(void *arg, const char *frame, size_t len)
{
	struct unpack *u = arg;
	struct rec *r;
	struct err e;

	if (u->due)
		return false;
	r = u->ended ? NULL : rec_parse(frame, len, &e);
	if (r)
		take_event(u, r);
	rec_free(r);
	return true;
}

static void
unpack_ended(void *arg, const struct child_end *end)
{
	struct unpack *u = arg;
	struct err e;

	if (end->unready)
		e = *end->unready;
	else if (end->fate == CHILD_SILENT || end->fate == CHILD_SPENT)
		err_set(&e, ERR_TRANSIENT, CODE_DOCUMENT_TIMEOUT,
		    "unpacking it took more than %d s of CPU time, or %d s for a member", CPU_S,
		    SILENCE_S);
	else
		err_set(&e, ERR_TRANSIENT, CODE_DOCUMENT_CRASHED, "what unpacks it died: %s",
		    end->why);
	unpack_set_end(u, UNPACK_FAILED, &e);
}

static bool
unpack_fits(void *arg)
{
	const struct unpack *u = arg;

	return usage_bytes(u->dir, child_pid(&u->child)) <= u->conf.limits.size + ROOM;
}

static const struct child_ops unpack_ops = { .said = unpack_said,
	.fits = unpack_fits,
	.ended = unpack_ended };

static int
open_archive(struct unpack *u, struct err *e)
{
	const char *work = rec_str(u->conf.rec, "work");
	int dir = work_open(work ? work : "", e);
	char head[ARC_HEAD];
	struct stat st;
	ssize_t n;

	if (dir < 0)
		return -1;
	u->source = openat(dir, DOC_SOURCE, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	close(dir);
	n = u->source < 0 || fstat(u->source, &st) < 0 ? -1
						       : pread(u->source, head, sizeof(head), 0);
	if (n < 0)
		return err_sys(e, ERR_TRANSIENT, CODE_IO_READ, "%s/%s", work, DOC_SOURCE);
	u->reader.bytes = st.st_size;
	u->reader.form = arc_form_of(head, (size_t)n);
	e->code = NULL;
	return u->reader.form == ARC_NONE ? -1 : 0;
}

static int
make_dir(struct unpack *u, struct err *e)
{
	u->dir = work_make(rec_str(u->conf.rec, "id"), e);
	u->reader.dir = u->dir;
	return u->dir ? 0 : -1;
}

struct unpack *
unpack_new(struct loop *l, const struct unpack_conf *conf, struct err *e)
{
	struct unpack *u = mem_new(1, sizeof(*u));

	*u = (struct unpack){ .loop = l,
		.conf = *conf,
		.reader = { .limits = conf->limits },
		.source = -1,
		.from = -1,
		.into = -1,
		.names = names_new() };
	child_init(&u->child, l, &unpack_ops, u);
	u->turn = loop_timer(l, 0, on_unpack_turn, u);
	if (open_archive(u, e) == 0 && make_dir(u, e) == 0 && unpack_start(u, e) == 0)
		return u;
	unpack_free(u);
	return NULL;
}

void
unpack_free(struct unpack *u)
{
	struct err e;

	if (!u)
		return;
	child_stop(&u->child);
	if (u->copying)
		copy_drop(&u->copy);
	close_copy(u);
	if (u->due && rec_str(u->due, "work"))
		(void)work_remove(rec_str(u->due, "work"), &e);
	rec_free(u->due);
	if (u->dir && work_remove(u->dir, &e) < 0)
		log_event(LOG_LEVEL_WARN, rec_str(u->conf.rec, "id"), &e, "%s", e.msg);
	if (u->source >= 0)
		close(u->source);
	watch_free(u->turn);
	names_free(u->names);
	free(u->dir);
	free(u);
}
