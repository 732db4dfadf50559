/*
 * Documents of tiny kinds, which a table of the test's own brings: how they are
 * known, what becomes of them, what they may do in their jail, and how their
 * children may end.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/loop.h"
#include "doc/kind.h"
#include "doc/maker.h"
#include "doc/note.h"
#include "doc/pages.h"
#include "doc/say.h"
#include "proc/frame.h"
#include "proc/role.h"
#include "unit/check.h"
#include "work/dir.h"

enum { PATIENCE_MS = 100000, SAID_MAX = 1000 };

/*
 * Documents lie in dir, a document's directory in root, which their children have
 * no right to; they have one of their own there, too.
 */
static char root[400];
static char *dir;

static const char *
in_dir(const char *name)
{
	static char path[8][500];
	static int next;

	next = (next + 1) % 8;
	snprintf(path[next], sizeof(path[next]), "%s/%s", dir, name);
	return path[next];
}

static void
make(const char *name, const char *text)
{
	int fd = open(in_dir(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	CHECK(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
}

/* How many directories there are in root, and the path of that of a child of id's. */
static int
look_for(const char *id, char path[700])
{
	DIR *d = opendir(root);
	struct dirent *ent;
	int n = 0;

	CHECK(d);
	while ((ent = readdir(d))) {
		n += *ent->d_name != '.';
		if (work_is_of(ent->d_name, id))
			snprintf(path, 700, "%s/%s", root, ent->d_name);
	}
	closedir(d);
	return n;
}

/* In a child: until the test has made that file. */
static void
await(const struct maker *m, const char *name)
{
	const struct timespec nap = { 0, 5 * 1000 * 1000 };
	int fd;

	while ((fd = openat(m->dir, name, O_RDONLY | O_CLOEXEC)) < 0)
		nanosleep(&nap, NULL);
	close(fd);
}

static size_t
text_of(const struct maker *m, char text[KIND_HEAD])
{
	ssize_t n = pread(m->source, text, KIND_HEAD - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	return n > 0 ? (size_t)n : 0;
}

/* "words A B C": a page for each word, and what they are told to do else. */
static int
open_words(struct maker *m, struct err *e)
{
	char text[KIND_HEAD], *word, *rest = NULL;
	struct buf text_of_page = BUF_INIT(100);
	long n = 0, page = 0;

	if (text_of(m, text) == 0)
		return err_set(e, ERR_VALIDATION, "document.damaged", "no words");
	for (const char *p = text; (p = strchr(p, ' ')); p++)
		n++;
	maker_say_start(m, n);
	strtok_r(text, " ", &rest);
	while ((word = strtok_r(NULL, " ", &rest))) {
		page++;
		if (maker_next(m, page) != page)
			continue;
		if (!strcmp(word, "await"))
			await(m, "go");
		if (!strcmp(word, "notes")) {
			maker_doubt(m, "ink");
			maker_note(m, "rows_missing", jv_number(7));
			maker_doubt(m, "damaged");
			maker_doubt(m, "ink");
		}
		if (!strcmp(word, "fails")) {
			err_set(e, ERR_VALIDATION, "page.image", "as told");
			maker_note(m, "damaged", jv_true());
			maker_say_failed(m, page, e);
			continue;
		}
		if (!strcmp(word, "die"))
			_exit(9);
		text_of_page.len = 0;
		buf_adds(&text_of_page, word);
		maker_say_text(m, page, &text_of_page);
	}
	buf_release(&text_of_page);
	return 0;
}

/* "cover WHAT": the document is WHAT, without its cover. */
static int
open_cover(struct maker *m, struct err *e)
{
	char text[KIND_HEAD];
	size_t n = text_of(m, text);
	const size_t at = strcspn(text, " ") + 1;
	int fd = openat(m->dir, "temp", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0 || write(fd, text + at, n - at) != (ssize_t)(n - at) || close(fd) ||
	    renameat(m->dir, "temp", m->dir, MAKER_BECOME))
		return err_sys(e, ERR_PERMANENT, "io.write", "cover");
	maker_say_become(m);
	pause();
	return 0;
}

/* "series WHAT": the same, of several documents. */
static int
open_series(struct maker *m, struct err *e)
{
	maker_note_all(m, "frames", jv_number(3));
	maker_doubt_all(m, "frames");
	return open_cover(m, e);
}

static void *
stand_still(void *arg)
{
	pause();
	return arg;
}

/* "many": how many threads it can have, as the text of its page. */
static int
open_many(struct maker *m, struct err *e)
{
	struct buf text_of_page = BUF_INIT(100);
	pthread_t t;
	int n = 0;

	(void)e;
	maker_say_start(m, 1);
	while (n < 1000 && pthread_create(&t, NULL, stand_still, NULL) == 0)
		n++;
	buf_printf(&text_of_page, "%d", n);
	maker_say_text(m, 1, &text_of_page);
	buf_release(&text_of_page);
	return 0;
}

/* "closes": it closes its socket, and lives on until it is let go. */
static int
open_closes(struct maker *m, struct err *e)
{
	(void)e;
	if (close(m->sock) < 0)
		_exit(8);
	close(openat(m->dir, "closed", O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
	await(m, "go");
	_exit(7);
}

/* "tries": what it can do, as the text of its page. */
static int
open_tries(struct maker *m, struct err *e)
{
	char *const argv[] = { (char[]){ "true" }, NULL };
	char name[600];
	struct buf text_of_page = BUF_INIT(100);
	pid_t pid;

	(void)e;
	maker_say_start(m, 1);
	if (open(m->path, O_RDONLY | O_CLOEXEC) >= 0)
		buf_adds(&text_of_page, "reads ");
	if (dup(m->source) >= 0)
		buf_adds(&text_of_page, "dups ");
	/* Beside the document, where it is neither that nor a page of its. */
	snprintf(name, sizeof(name), "%s.md", m->path);
	if (open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600) >= 0)
		buf_adds(&text_of_page, "writes ");
	if (unlink(m->path) == 0)
		buf_adds(&text_of_page, "removes ");
	pid = fork();
	if (pid == 0) {
		execv("/bin/true", argv);
		_exit(1);
	}
	if (pid > 0) {
		int status;

		waitpid(pid, &status, 0);
		buf_adds(&text_of_page, status == 0 ? "runs " : "forks ");
	}
	maker_say_text(m, 1, &text_of_page);
	buf_release(&text_of_page);
	return 0;
}

/* "lies": it says what an attacker might. */
static int
open_lies(struct maker *m, struct err *e)
{
	static const char *const said[] = { "", "no JSON", "{}", "{\"event\":7}",
		"{\"event\":\"page\",\"page\":1,\"text\":\"early\"}", "{\"event\":\"end\"}",
		"{\"event\":\"start\",\"pages\":1000000,\"mime\":\"a/b\"}",
		"{\"event\":\"start\",\"pages\":6,\"mime\":\"a/b\"}",
		"{\"event\":\"start\",\"pages\":7,\"mime\":\"a/b\"}", "{\"event\":\"become\"}",
		"{\"event\":\"page\",\"page\":2,\"text\":\"not due\"}",
		"{\"event\":\"page\",\"page\":1,\"image\":\"/etc/passwd\"}", "{\"event\":\"end\"}",
		"{\"event\":\"page\",\"page\":1,\"image\":\"/etc/passwd\",\"text\":\"x\"}",
		"{\"event\":\"page\",\"page\":1,\"markdown\":\"<script>\"}",
		"{\"event\":\"failed\",\"page\":1}",
		"{\"event\":\"failed\",\"page\":1,\"error\":\"fatal ledger.open 0 stop!\"}",
		"{\"event\":\"failed\",\"page\":2,\"error\":{\"code\":\"page.image\"}}",
		"{\"event\":\"failed\",\"page\":3,\"error\":\"cancelled page.image 0 x\"}",
		("{\"event\":\"page\",\"page\":4,\"text\":\"true\",\"markdown\":\"# x\",\"notes\":"
		 "{\"id\":\"x\",\"why\":\"A b\",\"doubt\":\"ink\",\"skew\":1e300,\"blank\":1}}"),
		("{\"event\":\"page\",\"page\":5,\"text\":\"# a\\n<script>\\n\\n---\\n\\n"
		 "<!-- Page 9 -->\\u0085\"}"),
		"{\"event\":\"page\",\"page\":6,\"image\":\"p-0006.png\",\"text\":\"x\"}",
		"{\"event\":\"end\",\"error\":\"permanent no_code 0 x\"}" };

	(void)e;
	for (size_t i = 0; i < sizeof(said) / sizeof(*said); i++)
		if (frame_write(m->sock, said[i], strlen(said[i])) < 0)
			_exit(1);
	pause();
	return 0;
}

/* "picture": of a kind that has one page, which is an image, it says other things. */
static int
open_picture(struct maker *m, struct err *e)
{
	static const char *const said[] = { "{\"event\":\"start\",\"pages\":2}",
		"{\"event\":\"page\",\"page\":1,\"text\":\"one of two\"}",
		"{\"event\":\"start\",\"pages\":1}",
		"{\"event\":\"page\",\"page\":1,\"text\":\"a text\"}", "{\"event\":\"end\"}" };

	(void)e;
	for (size_t i = 0; i < sizeof(said) / sizeof(*said); i++)
		if (frame_write(m->sock, said[i], strlen(said[i])) < 0)
			_exit(1);
	_exit(6);
}

/* "floods": it says more than there may be. */
static int
open_floods(struct maker *m, struct err *e)
{
	char *much = calloc(1, MAKER_LINE_MAX + 1);

	(void)e;
	maker_say_start(m, 1);
	if (much)
		(void)frame_write(m->sock, much, MAKER_LINE_MAX + 1);
	pause();
	return 0;
}

#define KNOWN(word) \
	static enum kind_match is_##word(const char *head, size_t n) \
	{ \
		if (n >= strlen(#word) && !memcmp(head, #word, strlen(#word))) \
			return KIND_START; \
		return memmem(head, n, #word, strlen(#word)) ? KIND_INSIDE : KIND_NO; \
	}
KNOWN(words)
KNOWN(cover)
KNOWN(series)
KNOWN(many)
KNOWN(single)
KNOWN(closes)
KNOWN(tries)
KNOWN(lies)
KNOWN(floods)
KNOWN(picture)

static enum kind_match
is_program(const char *head, size_t n)
{
	return n >= 7 && !memcmp(head, "program", 7) ? KIND_START : KIND_NO;
}

static const struct kind tiny[] = {
	{ "words", "text/x-words", true, 0, is_words, NULL, NULL, NULL, open_words, false, NULL,
	    1L << 30, 1 << 20 },
	{ "cover", "text/x-cover", true, 0, is_cover, NULL, NULL, NULL, open_cover, false, NULL,
	    1L << 30, 1 << 20 },
	{ "series", "text/x-series", true, 0, is_series, NULL, NULL, NULL, open_series, false, NULL,
	    1L << 30, 1 << 20 },
	{ "many", "text/x-many", true, 0, is_many, NULL, NULL, NULL, open_many, KIND_THREADS, NULL,
	    1L << 30, 1 << 20 },
	{ "single", "text/x-single", true, 0, is_single, NULL, NULL, NULL, open_many, KIND_PROGRAMS,
	    NULL, 1L << 30, 1 << 20 },
	{ "closes", "text/x-closes", true, 0, is_closes, NULL, NULL, NULL, open_closes, false, NULL,
	    1L << 30, 1 << 20 },
	{ "tries", "text/x-tries", true, 0, is_tries, NULL, NULL, NULL, open_tries, false, NULL,
	    1L << 30, 1 << 20 },
	{ "lies", "text/x-lies", true, 0, is_lies, NULL, NULL, NULL, open_lies, false, NULL,
	    1L << 30, 1 << 20 },
	{ "floods", "text/x-floods", true, 0, is_floods, NULL, NULL, NULL, open_floods, false, NULL,
	    1L << 30, 1 << 20 },
	{ "picture", "image/x", false, 1, is_picture, NULL, NULL, NULL, open_picture, false, NULL,
	    1L << 30, 1 << 20 },
	{ "program", "text/x-program", true, 0, is_program, NULL, NULL, NULL, open_tries, true,
	    NULL, 1L << 30, 1 << 20 },
	{ .name = NULL },
};

/* What came of one document, a line an event. */
struct said {
	struct pages *pages;
	char text[SAID_MAX];
	const char *then_let; /* a document's child, which awaits "go", go at its end */
	int refuse;           /* so many events, first */
	bool over;
};

static void
let_go(const char *id)
{
	char path[700], name[710];
	int fd;

	look_for(id, path);
	snprintf(name, sizeof(name), "%s/go", path);
	fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	CHECK(fd >= 0);
	close(fd);
}

static bool
on_said(void *arg, const struct pages_event *ev)
{
	static const char *const types[] = { "start", "page", "failed", "end" };
	struct said *s = arg;
	size_t n = strlen(s->text);

	CHECK(!s->over);
	if (s->refuse > 0) {
		s->refuse--;
		return false;
	}
	n += (size_t)snprintf(s->text + n, SAID_MAX - n, "%s", types[ev->type]);
	if (ev->type == PAGES_START)
		n += (size_t)snprintf(s->text + n, SAID_MAX - n, " %ld", ev->count);
	if (ev->type == PAGES_PAGE)
		n += (size_t)snprintf(s->text + n, SAID_MAX - n, " %s", ev->markdown);
	if (ev->notes && jv_object_length(jv_copy(*ev->notes)) > 0) {
		jv notes = jv_dump_string(jv_copy(*ev->notes), JV_PRINT_SORTED);

		n += (size_t)snprintf(s->text + n, SAID_MAX - n, " %s", jv_string_value(notes));
		jv_free(notes);
	}
	if (ev->e)
		n += (size_t)snprintf(s->text + n, SAID_MAX - n, " %s %s: %s",
		    err_class_name(ev->e->class), ev->e->code, ev->e->msg);
	snprintf(s->text + n, SAID_MAX - n, "\n");
	if (ev->type != PAGES_END)
		return true;
	if (s->then_let)
		let_go(s->then_let);
	s->over = true;
	pages_free(s->pages);
	s->pages = NULL;
	return true;
}

static void
doc_start(struct loop *loop, struct said *s, const char *name, const char *text)
{
	const struct pages_conf conf = { .dpi = 72,
		.max_pages = 100,
		.page_s = 60,
		.id = name,
		.path = in_dir(name),
		.work = dir,
		.kinds = tiny };
	struct err e;

	make(name, text);
	s->pages = pages_new(loop, &conf, on_said, s, &e);
	if (s->pages)
		return;
	snprintf(s->text, SAID_MAX, "none %s %s: %s\n", err_class_name(e.class), e.code, e.msg);
	s->over = true;
}

static void
until_over(struct loop *loop, struct said *s)
{
	const int64_t until = loop_now_ms() + PATIENCE_MS;

	while (!s->over) {
		CHECK(loop_now_ms() < until);
		loop_turn(loop, 100);
		if (!s->over)
			pages_resume(s->pages);
	}
}

static void
comes_to(struct loop *loop, const char *text, const char *want)
{
	/* Refused at first, each time at another event. */
	for (int refuse = 0; refuse < 3; refuse++) {
		struct said s = { .refuse = refuse };

		doc_start(loop, &s, "doc", text);
		until_over(loop, &s);
		CHECK_STR(s.text, want);
		CHECK(look_for("gone", NULL) == 1);
	}
}

static void
known(struct loop *loop)
{
	comes_to(loop, "words one", "start 1\npage one\nend\n");
	/* The best match, not the first. */
	comes_to(loop, "tries words", "start 1\npage \nend\n");
	comes_to(loop, "# words a", "start 2\npage words\npage a\nend\n");
	comes_to(loop, "", "none validation document.empty: the file is empty\n");
	comes_to(loop, "other",
	    "none validation document.type: its content is of no kind that is read "
	    "(quire-formats(7))\n");
}

static void
becomes(struct loop *loop)
{
	comes_to(loop, "cover words a b c", "start 3\npage a\npage b\npage c\nend\n");
	comes_to(loop, "cover cover words a", "start 1\npage a\nend\n");
	comes_to(loop, "cover other",
	    "end validation document.type: its content is of no kind that is read "
	    "(quire-formats(7))\n");
	comes_to(loop, "cover ", "end validation document.empty: the file is empty\n");
	comes_to(loop, "cover cover cover cover cover words a",
	    "end validation document.damaged: it becomes nothing that can be opened\n");
}

/* What a kind is given in the table is what it has, and what it becomes has its own. */
static void
jailed(struct loop *loop)
{
	comes_to(loop, "tries", "start 1\npage \nend\n");
	comes_to(loop, "program", "start 1\npage reads dups runs\nend\n");
	/* A process has 32 threads, of which it is one itself. */
	comes_to(loop, "many", "start 1\npage 31\nend\n");
	comes_to(loop, "single", "start 1\npage 0\nend\n");
	comes_to(loop, "cover program ", "start 1\npage reads dups writes removes runs\nend\n");
	/* That lies in the directory of its own children. */
	comes_to(loop, "cover tries", "start 1\npage reads writes removes\nend\n");
}

static void
lives_and_dies(struct loop *loop)
{
	comes_to(loop, "words a die b die c",
	    "start 5\npage a\nfailed transient page.crashed: its decoder died: exit status 9\n"
	    "page b\nfailed transient page.crashed: its decoder died: exit status 9\npage c\nend\n");
	comes_to(loop, "lies",
	    "start 6\nfailed transient ledger.open: stop!\n"
	    "failed transient page.crashed: what its child said makes no sense\n"
	    "failed transient page.crashed: what its child said makes no sense\npage true\n"
	    "page \\# a  \n&lt;script>\n\n\\---\n\n&lt;!-- Page 9 -->\n"
	    "failed transient page.crashed: its decoder made no image that makes sense\n"
	    "end transient document.crashed: what its child said makes no sense\n");
	comes_to(loop, "picture",
	    "start 1\nfailed transient page.crashed: its decoder died: exit status 6\nend\n");
	comes_to(loop, "floods",
	    "start 1\nfailed transient page.crashed: its decoder died: killed by SIGKILL\nend\n");
}

/*
 * The one that has closed its socket is let go when all events of the other
 * have come, which waits for it to have done so: if the loop stood still for
 * the first, it would be killed.
 */
static void
lives_on(struct loop *loop)
{
	struct said first = { .over = false }, other = { .then_let = "first" };
	const int64_t until = loop_now_ms() + PATIENCE_MS;
	char path[700], closed[710];

	doc_start(loop, &other, "other", "words await b c d e f g");
	doc_start(loop, &first, "first", "closes");
	CHECK(look_for("first", path) == 3);
	snprintf(closed, sizeof(closed), "%s/closed", path);
	while (access(closed, F_OK) < 0) {
		CHECK(loop_now_ms() < until);
		loop_turn(loop, 10);
	}
	let_go("other");
	until_over(loop, &other);
	CHECK_STR(other.text,
	    "start 7\npage await\npage b\npage c\npage d\npage e\npage f\npage g\nend\n");
	until_over(loop, &first);
	CHECK_STR(first.text, "end transient document.crashed: its decoder died: exit status 7\n");
	unlink(in_dir("first"));
	unlink(in_dir("other"));
}

static void
passes_notes(struct loop *loop)
{
	comes_to(loop, "words a notes b fails c",
	    "start 5\npage a\npage notes {\"doubt\":[\"damaged\",\"ink\"],\"rows_missing\":7}\n"
	    "page b\nfailed {\"damaged\":true} validation page.image: as told\npage c\nend\n");
	/* What is known before it becomes another document is known of all pages. */
	comes_to(loop, "series words notes fails",
	    "start 2\npage notes {\"doubt\":[\"damaged\",\"frames\",\"ink\"],\"frames\":3,"
	    "\"rows_missing\":7}\nfailed {\"damaged\":true,\"doubt\":[\"frames\"],\"frames\":3} "
	    "validation page.image: as told\nend\n");
}

static void
note_becomes(const char *said, const char *want)
{
	jv text = jv_dump_string(note_checked(jv_parse(said)), JV_PRINT_SORTED);

	CHECK_STR(jv_string_value(text), want);
	jv_free(text);
}

static void
checks_notes(void)
{
	static const char good[] =
	    "{\"blank\":true,\"doubt\":[\"ink\",\"x-1_a\"],\"ink_unread\":0.5,"
	    "\"repaired\":\"qpdf\",\"rows_missing\":0,\"text_chars\":3,\"why\":\"layer\"}";
	char much[600];
	int n;

	note_becomes(good, good);
	note_becomes("{\"error\":{},\"kind\":\"document\",\"why\":\"\",\"damaged\":false}", "{}");
	note_becomes("{\"turned\":\"90\",\"doubt\":[],\"repaired\":\"A\",\"skew\":1e16}", "{}");
	note_becomes("{\"why\":\"abcdefghijklmnopqrstuvwxyz-123456\",\"doubt\":[\"ink\",7]}", "{}");
	note_becomes("{\"repaired\":\"a\\u0000b\"}", "{}");
	/* A share is one, a count is one; what is seen elsewhere is not said here. */
	note_becomes("{\"ink_unread\":1.5,\"text_chars\":-1,\"words_hidden\":0.5,\"turned\":90}",
	    "{}");
	note_becomes("{\"ink_unread\":-0.1,\"font_checks\":1e10,\"rows_missing\":\"1\",\"skew\":1}",
	    "{}");
	n = snprintf(much, sizeof(much), "{\"doubt\":[\"a\"");
	for (int i = 0; i < 16; i++)
		n += snprintf(much + n, sizeof(much) - (size_t)n, ",\"a%d\"", i);
	snprintf(much + n, sizeof(much) - (size_t)n, "]}");
	note_becomes(much, "{}");
	note_becomes("[1]", "{}");
	note_becomes("no JSON", "{}");
}

static void
all_kinds(void)
{
	static const struct {
		const char *text, *name;
	} v[] = { { "%PDF-1.7", "PDF" }, { "junk %PDF-1.7", "PDF" },
		{ "\x89PNG\r\n\x1a\n %PDF-", "PNG" }, { "\xff\xd8\xff %PDF-", "JPEG" },
		{ "II+ %PDF-", "PDF" }, { "\n\xff\xd8\xff\xe0", "JPEG" },
		{ "\xef\xbb\xbf\x89PNG\r\n\x1a\n", "PNG" },
		{ "Content-Type: image/jpeg\r\n\r\n\xff\xd8\xff\xe0", "JPEG" },
		{ "GIF89a", "GIF" } };
	static const char *const none[] = { "PK\3\4", "ID3\3\xff\xd8\xff\xe0", "\xff\xd8" };
	const struct kind *k;
	struct err e;
	int fd;

	for (size_t i = 0; i < sizeof(v) / sizeof(*v); i++) {
		make("doc", v[i].text);
		fd = open(in_dir("doc"), O_RDONLY | O_CLOEXEC);
		k = kind_of(kind_all, fd, "doc", NULL, &e);
		CHECK(k);
		CHECK_STR(k->name, v[i].name);
		close(fd);
	}
	for (size_t i = 0; i < sizeof(none) / sizeof(*none); i++) {
		make("doc", none[i]);
		fd = open(in_dir("doc"), O_RDONLY | O_CLOEXEC);
		CHECK(!kind_of(kind_all, fd, "doc", NULL, &e));
		CHECK_STR(e.msg, "its content is of no kind that is read (quire-formats(7))");
		close(fd);
	}
}

/* For the test of the manual. */
static int
list_kinds(void)
{
	for (const struct kind *k = kind_all; k->name; k++)
		printf("%s %s\n", k->name, k->mime);
	return 0;
}

int
main(int argc, char *argv[])
{
	static const struct role roles[] = { MAKER_ROLE(tiny), { .name = NULL } };
	struct err e;
	const char *tmp = getenv("TMPDIR");
	struct loop *loop;

	role_enter(argc, argv, roles);
	if (argc > 1)
		return list_kinds();
	loop = loop_new();
	snprintf(root, sizeof(root), "%s/quire-kind-XXXXXX", tmp ? tmp : "/tmp");
	CHECK(mkdtemp(root));
	CHECK(setenv("QUIRE_WORK", root, 1) == 0);
	dir = work_make("none", &e);
	CHECK(dir);
	all_kinds();
	known(loop);
	becomes(loop);
	jailed(loop);
	checks_notes();
	passes_notes(loop);
	lives_and_dies(loop);
	lives_on(loop);
	loop_free(loop);
	unlink(in_dir("doc"));
	CHECK(rmdir(dir) == 0 && rmdir(root) == 0);
	free(dir);
	CHECK(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD);
	return 0;
}
