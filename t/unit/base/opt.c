#include <sys/wait.h>

#include <fcntl.h>
#include <stdint.h>
#include <unistd.h>

#include "base/err.h"
#include "base/opt.h"

#include "unit/scratch.h"

enum { ARGS = 32, WORDS_DEFAULT = 1 };

static const char *const words[] = { "auto", "never", "only", NULL };

/* What a child said and how it ended. */
static struct {
	char out[4096], err[4096];
	int status;
} said;

struct values {
	bool flag, lone;
	const char *str;
	long num;
	int word;
	struct opt_list list;
	char **operands;
};

static struct values
parse(int argc, char *argv[], int min, int max)
{
	struct values v = { .str = "default", .num = 7, .word = WORDS_DEFAULT };
	const struct opt opts[] = { OPT_NUM('j', "jobs", "N", &v.num, 0, 1024, "so many at once"),
		OPT_GROUP("What is read"), OPT_STR(0, "lang", "LANG", &v.str, "its languages"),
		OPT_WORD('t', "text", NULL, &v.word, words,
		    "whether the text that is there is used, and trusted in all that it says"),
		OPT_LIST('m', "match", "GLOB", &v.list, "which"), OPT_GROUP("The rest"),
		OPT_FLAG(0, "rm", &v.flag, "remove it"), OPT_FLAG('x', NULL, &v.lone, "a letter"),
		OPT_FLAG(0, "an-option-with-a-name-of-its-own", &v.flag, "long"),
		OPT_GROUP("Operands"), OPT_WORDS("PATH", "where it is"), OPT_END };
	const struct opt_spec spec = { opts, max ? "PATH..." : "", min, max, "try options" };

	v.operands = opt_parse(argc, argv, &spec);
	return v;
}

static int
split(char *line, char *argv[])
{
	int n = 0;

	argv[n++] = (char *)(uintptr_t) "/usr/bin/s3test";
	for (char *p = line; *p && n < ARGS - 1; n++) {
		argv[n] = p;
		p += strcspn(p, " ");
		if (*p)
			*p++ = '\0';
	}
	argv[n] = NULL;
	return n;
}

static void
take_back(int fd, char *text, size_t size)
{
	ssize_t n = pread(fd, text, size - 1, 0);

	CHECK(n >= 0);
	text[n] = '\0';
	close(fd);
}

/* check(values) in a child, after parsing the words of line. */
static void
in_child(const char *line, int min, int max, void (*check)(const struct values *))
{
	int out = scratch(), err = scratch(), status;
	char *argv[ARGS], copy[512];
	struct values v;
	pid_t pid;

	snprintf(copy, sizeof(copy), "%s", line);
	fflush(NULL);
	pid = fork();
	CHECK(pid >= 0);
	if (pid == 0) {
		int argc = split(copy, argv);

		if (dup2(out, 1) < 0 || dup2(err, 2) < 0)
			_exit(99);
		v = parse(argc, argv, min, max);
		if (check)
			check(&v);
		free(v.list.v);
		exit(fflush(stdout) ? 98 : 42);
	}
	CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
	said.status = WEXITSTATUS(status);
	take_back(out, said.out, sizeof(said.out));
	take_back(err, said.err, sizeof(said.err));
}

static void
passes(const char *line, void (*check)(const struct values *))
{
	in_child(line, 0, -1, check);
	CHECK_STR(said.err, "");
	CHECK_STR(said.out, "");
	CHECK(said.status == 42);
}

#define USAGE \
	"usage: s3test [-j N] [--lang LANG] [-t auto|never|only] [-m GLOB]... [--rm] [-x]\n" \
	"              [--an-option-with-a-name-of-its-own] PATH...\n"

static const char usage[] = USAGE;

static const char help[] =
    USAGE "\n"
	  "s3test - try options\n"
	  "\n"
	  "Options:\n"
	  "  -j, --jobs N              so many at once\n"
	  "\n"
	  "What is read:\n"
	  "      --lang LANG           its languages\n"
	  "  -t, --text auto|never|only\n"
	  "                            whether the text that is there is used, and trusted\n"
	  "                            in all that it says\n"
	  "  -m, --match GLOB          which\n"
	  "\n"
	  "The rest:\n"
	  "      --rm                  remove it\n"
	  "  -x                        a letter\n"
	  "      --an-option-with-a-name-of-its-own\n"
	  "                            long\n"
	  "\n"
	  "Operands:\n"
	  "  PATH                      where it is\n"
	  "\n"
	  "Of every command:\n"
	  "  -h, --help                say this\n"
	  "  -V, --version             say the version\n"
	  "\n"
	  "Read on: man s3test; of pipelines, errors and the environment: man 7 quire\n";

static void
is_refused(const char *line, int min, int max, const char *why)
{
	char want[1024];

	in_child(line, min, max, NULL);
	snprintf(want, sizeof(want), "s3test: %s\n%s", why, usage);
	CHECK_STR(said.err, want);
	CHECK_STR(said.out, "");
	CHECK(said.status == XUSAGE);
}

static void
check_nothing(const struct values *v)
{
	CHECK(!v->flag && !v->lone && v->num == 7 && v->word == WORDS_DEFAULT);
	CHECK_STR(v->str, "default");
	CHECK(v->list.n == 0 && !v->operands[0]);
}

static void
check_all(const struct values *v)
{
	CHECK(v->flag && v->lone && v->num == 12 && v->word == 2);
	CHECK_STR(v->str, "deu");
	CHECK(v->list.n == 2 && !v->list.v[2]);
	CHECK_STR(v->list.v[0], "*.pdf");
	CHECK_STR(v->list.v[1], "-x");
	CHECK_STR(v->operands[0], "one");
	CHECK_STR(v->operands[1], "two");
	CHECK(!v->operands[2]);
}

static void
all_types_short_and_long_before_and_after_operands(void)
{
	passes("", check_nothing);
	passes("--", check_nothing);
	passes("-j 12 --lang deu -t only -m *.pdf -m -x --rm -x one two", check_all);
	passes("one two -j12 --lang=deu -tonly -m*.pdf --match=-x -x --rm", check_all);
	passes("one --jobs 12 --match *.pdf two --text=only --match -x -x "
	       "--lang deu --rm",
	    check_all);
	passes("--rm -xj12 --lang en --lang deu --text auto --text only -m "
	       "*.pdf -m -x "
	       "-- one two",
	    check_all);
}

static void
check_ended(const struct values *v)
{
	CHECK(!v->flag && v->num == 7);
	CHECK_STR(v->operands[0], "--rm");
	CHECK_STR(v->operands[1], "-j");
	CHECK_STR(v->operands[2], "--");
	CHECK_STR(v->operands[3], "-");
	CHECK(!v->operands[4]);
}

static void
check_dash(const struct values *v)
{
	CHECK(v->flag);
	CHECK_STR(v->operands[0], "-");
	CHECK(!v->operands[1]);
}

static void
two_dashes_end_the_options(void)
{
	passes("-- --rm -j -- -", check_ended);
	passes("- --rm", check_dash);
}

static void
check_lowest(const struct values *v)
{
	CHECK(v->num == 0);
}

static void
check_highest(const struct values *v)
{
	CHECK(v->num == 1024);
}

static void
numbers_have_their_range(void)
{
	static const char *const bad[] = { "1025", "-1", "x", "1x", "1.5", "1e1", "0x10",
		"99999999999999999999", "-99999999999999999999" };
	char line[64], why[96];

	passes("-j 0", check_lowest);
	passes("--jobs=1024", check_highest);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		snprintf(line, sizeof(line), "-j %s", bad[i]);
		snprintf(why, sizeof(why), "--jobs %s: not a number from 0 to 1024", bad[i]);
		is_refused(line, 0, -1, why);
	}
	is_refused("--jobs=", 0, -1, "--jobs : not a number from 0 to 1024");
}

static void
words_are_whole(void)
{
	is_refused("--text Auto", 0, -1, "--text Auto: not one of its words");
	is_refused("-t aut", 0, -1, "--text aut: not one of its words");
	is_refused("-t onlyx", 0, -1, "--text onlyx: not one of its words");
	is_refused("--text=", 0, -1, "--text : not one of its words");
}

static void
what_is_not_in_the_table_is_refused(void)
{
	is_refused("-q", 0, -1, "-q: no such option");
	is_refused("-xq", 0, -1, "-q: no such option");
	is_refused("--nothing", 0, -1, "--nothing: no such option");
	is_refused("--nothing=1", 0, -1, "--nothing=1: no such option");
	is_refused("--rm=1", 0, -1, "--rm=1: no such option");
	is_refused("-j", 0, -1, "-j: needs an argument");
	is_refused("one --lang", 0, -1, "--lang: needs an argument");
	is_refused("--text", 0, -1, "--text: needs an argument");
}

static void
operands_are_counted(void)
{
	is_refused("", 1, -1, "an operand is missing");
	is_refused("--rm", 2, 2, "an operand is missing");
	is_refused("one", 2, 2, "too few operands");
	is_refused("one two three", 2, 2, "three: one operand too many");
	is_refused("one -- two -x", 1, 2, "-x: one operand too many");
	in_child("one two", 2, 2, NULL);
	CHECK(said.status == 42);
	in_child("one", 0, 0, NULL);
	CHECK(said.status == XUSAGE && strstr(said.err, "one: one operand too many\n"));
	/* No operands: the usage line ends behind the options. */
	CHECK(strstr(said.err, "-own]\n"));
}

static void
help_version_and_completion_end_it(void)
{
	static const char *const asked[] = { "-h", "--help", "one -j 3 -h", "-xh", "-h -q" };

	for (size_t i = 0; i < sizeof(asked) / sizeof(*asked); i++) {
		in_child(asked[i], 3, -1, NULL);
		CHECK_STR(said.out, help);
		CHECK_STR(said.err, "");
		CHECK(said.status == XOK);
	}
	for (int i = 0; i < 2; i++) {
		in_child(i ? "-V" : "--version", 3, -1, NULL);
		CHECK_STR(said.out, "s3test (quire) " QUIRE_VERSION "\n");
		CHECK(said.status == XOK);
	}
	in_child("--completion", 3, -1, NULL);
	CHECK_STR(said.out,
	    "-h --help\n-V --version\n-j --jobs N\n--lang LANG\n"
	    "-t --text auto|never|only\n-m --match GLOB\n--rm\n-x\n--an-option-with-a-name-of-its-own\n");
	CHECK(said.status == XOK);
}

/* Tables had an end once: what stood behind it was in -h and refused. */
static void
a_table_may_have_any_length(void)
{
	enum { MANY = 300 };
	static char names[MANY][16], line[32];
	static bool given[MANY];
	struct opt opts[MANY + 1];
	const struct opt_spec spec = { opts, "", 0, 0, "try many" };
	char *argv[ARGS];
	int status, argc;
	pid_t pid;

	for (int i = 0; i < MANY; i++) {
		snprintf(names[i], sizeof(names[i]), "n%d", i);
		opts[i] = (struct opt)OPT_FLAG(0, names[i], &given[i], "one of many");
	}
	opts[MANY] = (struct opt)OPT_END;
	fflush(NULL);
	pid = fork();
	CHECK(pid >= 0);
	if (pid == 0) {
		snprintf(line, sizeof(line), "--n0 --n40 --n%d", MANY - 1);
		argc = split(line, argv);
		opt_parse(argc, argv, &spec);
		_exit(given[0] && given[40] && given[MANY - 1] && !given[1] ? 42 : 43);
	}
	CHECK(waitpid(pid, &status, 0) == pid);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 42);
}

/* A file that is opened later must not become stdin, stdout or stderr. */
static void
closed_standard_descriptors_are_held(void)
{
	pid_t pid = fork();
	int status;

	CHECK(pid >= 0);
	if (pid == 0) {
		char *argv[] = { (char *)(uintptr_t) "t", NULL };
		char c = 'x';
		int fd;

		close(0);
		close(1);
		close(2);
		(void)parse(1, argv, 0, -1);
		fd = open("/dev/null", O_RDWR | O_CLOEXEC);
		/* Using one of them fails, and says so. */
		_exit(
		    !(fd > 2 && read(0, &c, 1) < 0 && write(1, &c, 1) < 0 && write(2, &c, 1) < 0));
	}
	CHECK(waitpid(pid, &status, 0) == pid);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void
help_that_cannot_be_written_is_no_success(void)
{
	pid_t pid;
	int status, err = scratch(), full = open("/dev/full", O_WRONLY | O_CLOEXEC);

	CHECK(full >= 0);
	fflush(NULL);
	pid = fork();
	CHECK(pid >= 0);
	if (pid == 0) {
		char *argv[] = { (char *)(uintptr_t) "t", (char *)(uintptr_t) "-h", NULL };

		if (dup2(full, 1) < 0 || dup2(err, 2) < 0)
			_exit(99);
		(void)parse(2, argv, 0, -1);
		_exit(98);
	}
	CHECK(waitpid(pid, &status, 0) == pid);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == XFATAL);
	take_back(err, said.err, sizeof(said.err));
	CHECK(strstr(said.err, "stdout"));
	close(full);
}

static void
what_ends_a_command_says_which_status(void)
{
	static const struct {
		enum err_class class;
		int status;
	} t[] = { { ERR_FATAL, XFATAL }, { ERR_BUSY, XBUSY }, { ERR_TRANSIENT, XBUSY },
		{ ERR_PERMANENT, XFATAL }, { ERR_VALIDATION, XFATAL } };
	int kept = fcntl(2, F_DUPFD_CLOEXEC, 10), err;
	struct err e;

	for (size_t i = 0; i < sizeof(t) / sizeof(*t); i++) {
		err = scratch();
		err_set(&e, t[i].class, "dest.open", "it failed");
		CHECK(dup2(err, 2) == 2);
		CHECK(opt_die(&e) == t[i].status);
		CHECK(dup2(kept, 2) == 2);
		take_back(err, said.err, sizeof(said.err));
		CHECK(strstr(said.err, "it failed") && strstr(said.err, "dest.open"));
	}
	close(kept);
}

int
main(void)
{
	all_types_short_and_long_before_and_after_operands();
	two_dashes_end_the_options();
	numbers_have_their_range();
	words_are_whole();
	what_is_not_in_the_table_is_refused();
	operands_are_counted();
	help_version_and_completion_end_it();
	a_table_may_have_any_length();
	closed_standard_descriptors_are_held();
	help_that_cannot_be_written_is_no_success();
	what_ends_a_command_says_which_status();
	return 0;
}
