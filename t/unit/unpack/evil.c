/*
 * A child that was taken over says what it likes: nothing of it is believed, and
 * nothing hangs.
 */
#include <unistd.h>

#include "unit/folder.h"

#include "base/err.h"
#include "base/log.h"
#include "base/loop.h"
#include "proc/frame.h"
#include "proc/role.h"
#include "rec/rec.h"
#include "unpack/unpack.h"
#include "work/dir.h"
#include "work/doc.h"

enum { SIZE = 1000, TOTAL = 5000, MEMBERS = 9, CASE_AT = 300 };

static int talk;
static const struct reader *told;

static void
tell(const char *json)
{
	if (frame_write(talk, json, strlen(json)) < 0)
		_exit(1);
}

static void
wait_taken(void)
{
	char none;
	int fd;

	if (frame_read(talk, &none, 0, &fd) < 0)
		_exit(1);
}

/* A member of so many bytes. */
static void
put(int bytes)
{
	static char zeros[2 * SIZE];
	char path[4096];
	int fd;

	snprintf(path, sizeof(path), "%s/" READER_FILE, told->dir);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, zeros, (size_t)bytes) != bytes)
		_exit(2);
	close(fd);
}

static void
member(int n, int bytes)
{
	char json[200];

	put(bytes);
	snprintf(json, sizeof(json), "{\"event\":\"member\",\"n\":%d,\"name\":\"%d\"}", n, n);
	tell(json);
	wait_taken();
}

#define END "{\"event\":\"end\"}"

/* All at once, without waiting. */
static void
hurry(void)
{
	char json[200];

	for (int n = 1; n <= MEMBERS; n++) {
		snprintf(json, sizeof(json),
		    "{\"event\":\"failed\",\"n\":%d,\"name\":\"x\",\"error\":\"\"}", n);
		tell(json);
	}
	tell(END);
	for (int n = 1; n <= MEMBERS; n++)
		wait_taken();
}

/* Of members. */
static void
lie(char which)
{
	switch (which) {
	case 'a': /* no file */
		tell("{\"event\":\"member\",\"n\":1,\"name\":\"x\"}");
		wait_taken();
		tell(END);
		break;
	case 'b': /* no name */
		put(1);
		tell("{\"event\":\"member\",\"n\":1,\"name\":\"x%00\"}");
		break;
	case 'c': /* an entry twice */
		member(2, 1);
		member(2, 1);
		break;
	case 'd': /* more entries than there may be */
		member(MEMBERS + 1, 1);
		break;
	case 'e': /* more bytes than there may be */
		for (int n = 1; n <= MEMBERS; n++)
			member(n, SIZE);
		break;
	case 'f': /* one that is longer than it may be */
		member(1, 2 * SIZE);
		tell(END);
		break;
	default:
		hurry();
	}
}

static int
serve(int sock, int file, void *self)
{
	char which;

	talk = sock;
	told = self;
	if (pread(file, &which, 1, CASE_AT) != 1)
		return 1;
	switch (which) {
	case 'g': /* it is none, after all */
		member(1, 1);
		tell("{\"event\":\"none\"}");
		break;
	case 'h': /* an error that is not its own */
		tell(
		    "{\"event\":\"failed\",\"n\":1,\"name\":\"x\",\"error\":\"validation job.stale 0 m\"}");
		wait_taken();
		tell("{\"event\":\"end\",\"links\":-7,\"error\":7}");
		break;
	case 'i': /* nothing */
		break;
	case 'j': /* what is no event */
		tell("{}");
		tell("nonsense");
		tell("{\"event\":\"member\"}");
		break;
	default:
		lie(which);
	}
	return 0;
}

struct seen {
	struct unpack *u;
	bool over;
	enum unpack_end end;
	struct err why;
	char codes[400]; /* of the members, "-" for those that are good */
	struct unpack_passed passed;
	int refuse;
};

static bool
take(void *arg, struct rec *r, const struct err *e)
{
	struct seen *s = arg;
	const size_t at = strlen(s->codes);

	if (s->refuse-- > 0) {
		unpack_resume(s->u);
		return false;
	}
	CHECK(!e == rec_has(r, "work") && !e == rec_has(r, "path") && !e == rec_has(r, "sha256"));
	snprintf(s->codes + at, sizeof(s->codes) - at, "%s ", e ? e->code : "-");
	if (!e)
		doc_remove_work(r);
	return true;
}

static void
over(void *arg, enum unpack_end end, const struct unpack_passed *passed, const struct err *e)
{
	struct seen *s = arg;

	unpack_free(s->u);
	CHECK(!s->over && (end == UNPACK_FAILED) == (e != NULL));
	s->over = true;
	s->end = end;
	s->passed = *passed;
	if (e)
		s->why = *e;
}

static void
unpacks(char which, const char *codes, const char *why)
{
	struct loop *loop = loop_new();
	struct rec *r = rec_new();
	struct seen s = { .refuse = 2 };
	struct unpack_conf conf = { .rec = r,
		.limits = { .members = MEMBERS, .ratio = 200, .size = SIZE, .total = TOTAL },
		.member = take,
		.over = over,
		.arg = &s };
	char head[ARC_HEAD] = { 0 }, path[5000];
	struct err e;
	int fd;

	rec_set_str(r, "uri", "file:///a");
	CHECK(doc_work(r, &e) == 0);
	snprintf(path, sizeof(path), "%s/" DOC_SOURCE, rec_str(r, "work"));
	memcpy(head + 257, "ustar", 5);
	head[CASE_AT] = which;
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	CHECK(fd >= 0 && write(fd, head, sizeof(head)) == sizeof(head) && close(fd) == 0);
	s.u = unpack_new(loop, &conf, &e);
	CHECK(s.u);
	while (!s.over)
		loop_turn(loop, -1);
	CHECK_STR(s.codes, codes);
	CHECK_STR(s.end == UNPACK_FAILED ? s.why.code : "done", why);
	CHECK(s.passed.links >= 0 && s.passed.special >= 0 && s.passed.folders >= 0);
	doc_remove_work(r);
	CHECK(folder_count("root") == 0);
	rec_free(r);
	loop_free(loop);
}

int
main(int argc, char *argv[])
{
	static const struct role roles[] = {
		{ .name = "unpacker", .ready = reader_ready, .serve = serve }, { .name = NULL }
	};

	role_enter(argc, argv, roles);
	log_init(argv[0]);
	folder_begin();
	CHECK(setenv("QUIRE_WORK", "root", 1) == 0);
	unpacks('a', "document.crashed ", "done");
	unpacks('b', "", "document.crashed");
	unpacks('c', "- ", "document.crashed");
	unpacks('d', "", "document.crashed");
	unpacks('e', "- - - - - - ", "archive.limit");
	unpacks('f', "document.large ", "done");
	unpacks('g', "- ", "document.crashed");
	unpacks('h', "document.crashed ", "document.crashed");
	unpacks('i', "", "document.crashed");
	unpacks('j', "", "document.crashed");
	unpacks('k',
	    "document.crashed document.crashed document.crashed document.crashed document.crashed "
	    "document.crashed document.crashed document.crashed document.crashed ",
	    "done");
	folder_end();
	return 0;
}
