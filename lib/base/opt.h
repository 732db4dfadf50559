/*
 * base/opt.h - command lines from one table, on top of getopt_long(3).
 *
 * A command lists its options once; parsing, the usage line (-h, and the
 * SYNOPSIS of the manual, which a test compares) and the data for shell
 * completion come from that table.  Options may stand before or after
 * operands; "--" ends them.  Every command also has -h/--help,
 * -V/--version and --completion.
 */
#ifndef BASE_OPT_H
#define BASE_OPT_H

#include <stdbool.h>
#include <stddef.h>

enum opt_type {
	OPT_TYPE_END,
	OPT_TYPE_FLAG, /* bool */
	OPT_TYPE_STR,  /* const char *; min 1: it must be given */
	OPT_TYPE_NUM,  /* long, min to max */
	OPT_TYPE_WORD, /* int: the index in words of the one given */
	OPT_TYPE_LIST, /* struct opt_list: may be given again */
	OPT_TYPE_VERB  /* no option: where the verb stands */
};

struct opt_list {
	const char **v; /* owned; pointers into argv */
	size_t n;
};

struct opt {
	enum opt_type type;
	char letter;      /* 0: none */
	const char *name; /* the long name, or NULL */
	const char *arg;  /* what the usage line calls the argument */
	void *value;
	long min, max;
	const char *const *words; /* NULL-terminated */
};

/* The conditionals let the compiler check the type of what is pointed to. */
#define OPT_FLAG(c, name, p) \
	{ \
		OPT_TYPE_FLAG, (c), (name), NULL, 1 ? (p) : (bool *)0, 0, 0, NULL \
	}
#define OPT_STR(c, name, arg, p) \
	{ \
		OPT_TYPE_STR, (c), (name), (arg), 1 ? (p) : (const char **)0, 0, 0, NULL \
	}
#define OPT_MUST(c, name, arg, p) \
	{ \
		OPT_TYPE_STR, (c), (name), (arg), 1 ? (p) : (const char **)0, 1, 0, NULL \
	}
#define OPT_NUM(c, name, arg, p, lo, hi) \
	{ \
		OPT_TYPE_NUM, (c), (name), (arg), 1 ? (p) : (long *)0, (lo), (hi), NULL \
	}
#define OPT_WORD(c, name, arg, p, words) \
	{ \
		OPT_TYPE_WORD, (c), (name), (arg), 1 ? (p) : (int *)0, 0, 0, (words) \
	}
#define OPT_LIST(c, name, arg, p) \
	{ \
		OPT_TYPE_LIST, (c), (name), (arg), 1 ? (p) : (struct opt_list *)0, 0, 0, NULL \
	}
#define OPT_VERB(name) \
	{ \
		OPT_TYPE_VERB, 0, (name), NULL, NULL, 0, 0, NULL \
	}
#define OPT_END \
	{ \
		OPT_TYPE_END, 0, NULL, NULL, NULL, 0, 0, NULL \
	}

/*
 * Fill the options' values, start the log, and return the operands,
 * NULL-terminated (they are argv's own tail).  operands is what the usage
 * line says of them: "" for none, "PATH..." and the like; min_operands and
 * max_operands (-1: any number) are checked.  Does not return on -h, -V or a
 * bad command line (status 2).
 */
struct opt_spec {
	const struct opt *opts;
	const char *operands;
	int min_operands, max_operands;
};
char **opt_parse(int argc, char *argv[], const struct opt_spec *);
/*
 * For a command with verbs, each with a table of its own, whose first option
 * is the same and followed by OPT_VERB: find the verb among argv (only that
 * option can stand before it), take it out, and return its index in specs,
 * which ends with a spec without opts.  Does not return on -h, -V or where
 * there is no such verb.
 */
int opt_verb(int *argc, char *argv[], const struct opt_spec *specs);
/* "TOOL: why" and the usage line on stderr, then exit 2. */
_Noreturn void opt_usage(const struct opt_spec *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* For main, before any record: say e and return the exit status it asks for. */
struct err;
int opt_die(const struct err *);

#endif
