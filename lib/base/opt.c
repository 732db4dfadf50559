#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/help.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/opt.h"

enum { ALWAYS = 3, VAL_VERSION = 'V', VAL_HELP = 'h', VAL_COMPLETION = 1000, VAL_LONG = 1001 };

void
opt_usage(const struct opt_spec *spec, const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "%s: ", log_tool);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	putc('\n', stderr);
	help_usage(stderr, spec);
	exit(XUSAGE);
}

static void
store_num(const struct opt_spec *spec, const struct opt *o, const char *arg)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(arg, &end, 10);
	if (errno || end == arg || *end || n < o->min || n > o->max)
		opt_usage(spec, "--%s %s: not a number from %ld to %ld", o->name, arg, o->min,
		    o->max);
	*(long *)o->value = n;
}

static void
store_word(const struct opt_spec *spec, const struct opt *o, const char *arg)
{
	int i;

	for (i = 0; o->words[i]; i++)
		if (!strcmp(o->words[i], arg)) {
			*(int *)o->value = i;
			return;
		}
	opt_usage(spec, "--%s %s: not one of its words", o->name, arg);
}

static void
store(const struct opt_spec *spec, const struct opt *o, const char *arg)
{
	struct opt_list *l;

	switch (o->type) {
	case OPT_TYPE_FLAG:
		*(bool *)o->value = true;
		break;
	case OPT_TYPE_STR:
		*(const char **)o->value = arg;
		break;
	case OPT_TYPE_NUM:
		store_num(spec, o, arg);
		break;
	case OPT_TYPE_WORD:
		store_word(spec, o, arg);
		break;
	case OPT_TYPE_LIST:
		l = o->value;
		l->v = mem_resize(l->v, l->n + 2, sizeof(*l->v));
		l->v[l->n++] = arg;
		l->v[l->n] = NULL;
		break;
	case OPT_TYPE_VERB:
	case OPT_TYPE_GROUP:
	case OPT_TYPE_WORDS:
	case OPT_TYPE_END:
		break;
	}
}

/* getopt's own tables, out of ours; a long option's val is VAL_LONG + index. */
struct tables {
	char *letters;
	struct option *longs;
};

static void
add_to_tables(struct tables *t, const struct opt *o, int index)
{
	size_t n = strlen(t->letters);
	struct option *l = t->longs;
	int arg = o->type != OPT_TYPE_FLAG;

	if (o->letter) {
		t->letters[n++] = o->letter;
		t->letters[n] = arg ? ':' : '\0';
	}
	if (!o->name)
		return;
	while (l->name)
		l++;
	*l = (struct option){ o->name, arg, NULL, VAL_LONG + index };
}

static struct tables
make_tables(const struct opt *opts)
{
	static const struct option always[ALWAYS] = {
		{ "help", no_argument, NULL, VAL_HELP },
		{ "version", no_argument, NULL, VAL_VERSION },
		{ "completion", no_argument, NULL, VAL_COMPLETION },
	};
	struct tables t;
	int i, n = 0;

	while (opts[n].type != OPT_TYPE_END)
		n++;
	t.letters = mem_new(2 * (size_t)n + sizeof(":hV"), 1);
	t.longs = mem_new((size_t)n + ALWAYS + 1, sizeof(*t.longs));
	memcpy(t.letters, ":hV", sizeof(":hV"));
	memcpy(t.longs, always, sizeof(always));
	for (i = 0; i < n; i++)
		if (opts[i].type != OPT_TYPE_VERB && !OPT_IS_SAID_ONLY(&opts[i]))
			add_to_tables(&t, &opts[i], i);
	return t;
}

static const struct opt *
find_opt(const struct opt *o, int val)
{
	if (val >= VAL_LONG)
		return o + (val - VAL_LONG);
	for (; o->type != OPT_TYPE_END; o++)
		if (o->letter == val)
			return o;
	return NULL;
}

/* What was asked for is on stdout, or it is said why not. */
static _Noreturn void
opt_answered(void)
{
	if (fflush(stdout) == 0)
		exit(XOK);
	fprintf(stderr, "%s: stdout: %s\n", log_tool, strerror(errno));
	exit(XFATAL);
}

static void
one_option(const struct opt_spec *spec, int val, char *argv[])
{
	switch (val) {
	case VAL_HELP:
		help_print(stdout, spec);
		opt_answered();
	case VAL_VERSION:
		printf("%s (quire) %s\n", log_tool, QUIRE_VERSION);
		opt_answered();
	case VAL_COMPLETION:
		puts("-h --help\n-V --version");
		help_completion(stdout, spec);
		opt_answered();
	case ':':
		opt_usage(spec, "%s: needs an argument", argv[optind - 1]);
	case '?':
		if (optopt && optopt < VAL_COMPLETION)
			opt_usage(spec, "-%c: no such option", optopt);
		opt_usage(spec, "%s: no such option", argv[optind - 1]);
	default:
		store(spec, find_opt(spec->opts, val), optarg);
	}
}

static void
check_musts(const struct opt_spec *spec)
{
	const struct opt *o;

	for (o = spec->opts; o->type != OPT_TYPE_END; o++)
		if (o->type == OPT_TYPE_STR && o->min && !*(const char **)o->value)
			opt_usage(spec, "--%s is needed", o->name);
}

/*
 * A descriptor 0, 1 or 2 that is closed would be given to the next file that
 * is opened.  In its place stands one that fails when it is used.
 */
static void
hold_standard_fds(void)
{
	int fd;

	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 &&
		    open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0)
			return;
}

/* What -h, -V and --completion say of all the verbs. */
static _Noreturn void
about_verbs(const char *word, const struct opt_spec *specs)
{
	const struct opt_spec *s;

	if (!strcmp(word, "-h") || !strcmp(word, "--help")) {
		help_print_verbs(stdout, specs);
		opt_answered();
	}
	if (!strcmp(word, "-V") || !strcmp(word, "--version")) {
		printf("%s (quire) %s\n", log_tool, QUIRE_VERSION);
		opt_answered();
	}
	if (!strcmp(word, "--completion")) {
		puts("-h --help\n-V --version");
		for (s = specs; s->opts; s++)
			puts(s->opts[1].name);
		for (s = specs; s->opts; s++)
			help_completion(stdout, s);
		opt_answered();
	}
	fprintf(stderr, "%s: %s: no such verb\n", log_tool, word);
	help_usage_verbs(stderr, specs);
	exit(XUSAGE);
}

int
opt_verb(int *argc, char *argv[], const struct opt_spec *specs)
{
	const char *first = specs[0].opts[0].name;
	size_t n = strlen(first);
	int i = 1, v;

	hold_standard_fds();
	log_init(argv[0]);
	while (i < *argc && !strncmp(argv[i], "--", 2) && !strncmp(argv[i] + 2, first, n) &&
	    (argv[i][n + 2] == '=' || argv[i][n + 2] == '\0'))
		i += argv[i][n + 2] == '=' ? 1 : 2;
	if (i >= *argc) {
		help_usage_verbs(stderr, specs);
		exit(XUSAGE);
	}
	for (v = 0; specs[v].opts; v++)
		if (!strcmp(specs[v].opts[1].name, argv[i]))
			break;
	if (!specs[v].opts)
		about_verbs(argv[i], specs);
	memmove(&argv[i], &argv[i + 1], (size_t)(*argc - i) * sizeof(*argv));
	(*argc)--;
	return v;
}

char **
opt_parse(int argc, char *argv[], const struct opt_spec *spec)
{
	struct tables t;
	int val, n;

	hold_standard_fds();
	log_init(argv[0]);
	t = make_tables(spec->opts);
	while ((val = getopt_long(argc, argv, t.letters, t.longs, NULL)) != -1)
		one_option(spec, val, argv);
	free(t.letters);
	free(t.longs);
	check_musts(spec);
	n = argc - optind;
	if (n < spec->min_operands)
		opt_usage(spec, "%s", n ? "too few operands" : "an operand is missing");
	if (spec->max_operands >= 0 && n > spec->max_operands)
		opt_usage(spec, "%s: one operand too many", argv[optind + spec->max_operands]);
	return argv + optind;
}

int
opt_die(const struct err *e)
{
	log_event(LOG_LEVEL_ERROR, NULL, e, "%s", e->msg);
	return e->class == ERR_BUSY || e->class == ERR_TRANSIENT ? XBUSY : XFATAL;
}
