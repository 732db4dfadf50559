/*
 * base/opt.h - command lines from one table, on top of getopt_long(3).
 *
 * A command lists its options once, in groups, each with a line of help;
 * parsing, the usage line (and the SYNOPSIS of the manual, which a test
 * compares), what -h says and the data for shell completion come from that
 * table, which may be of any length.  Options may stand before or after
 * operands; "--" ends them.  Every command also has -h/--help,
 * -V/--version and --completion.
 */
#ifndef BASE_OPT_H
#define BASE_OPT_H

#include <stdbool.h>
#include <stddef.h>

enum opt_type {
	OPT_TYPE_END,
	OPT_TYPE_FLAG,  /* bool */
	OPT_TYPE_STR,   /* const char *; min 1: it must be given */
	OPT_TYPE_NUM,   /* long, min to max */
	OPT_TYPE_WORD,  /* int: the index in words of the one given */
	OPT_TYPE_LIST,  /* struct opt_list: may be given again */
	OPT_TYPE_VERB,  /* no option: where the verb stands */
	OPT_TYPE_GROUP, /* no option: what the ones below are about */
	OPT_TYPE_WORDS  /* no option: an operand, or words that begin the operands */
};

struct opt_list {
	const char **v; /* owned; pointers into argv */
	size_t n;
};

struct opt {
	enum opt_type type;
	char letter;      /* 0: none */
	const char *name; /* the long name, or NULL; a verb's, a group's, the words */
	const char *arg;  /* what the usage line calls the argument */
	void *value;
	long min, max;
	const char *const *words; /* NULL-terminated */
	const char *help;         /* what -h says of it: no capital, no full stop */
};

/* The conditionals let the compiler check the type of what is pointed to. */
#define OPT_FLAG(c, name, p, help) \
	{ \
		OPT_TYPE_FLAG, (c), (name), NULL, 1 ? (p) : (bool *)0, 0, 0, NULL, (help) \
	}
#define OPT_STR(c, name, arg, p, help) \
	{ \
		OPT_TYPE_STR, (c), (name), (arg), 1 ? (p) : (const char **)0, 0, 0, NULL, (help) \
	}
#define OPT_MUST(c, name, arg, p, help) \
	{ \
		OPT_TYPE_STR, (c), (name), (arg), 1 ? (p) : (const char **)0, 1, 0, NULL, (help) \
	}
#define OPT_NUM(c, name, arg, p, lo, hi, help) \
	{ \
		OPT_TYPE_NUM, (c), (name), (arg), 1 ? (p) : (long *)0, (lo), (hi), NULL, (help) \
	}
#define OPT_WORD(c, name, arg, p, words, help) \
	{ \
		OPT_TYPE_WORD, (c), (name), (arg), 1 ? (p) : (int *)0, 0, 0, (words), (help) \
	}
#define OPT_LIST(c, name, arg, p, help) \
	{ \
		OPT_TYPE_LIST, (c), (name), (arg), 1 ? (p) : (struct opt_list *)0, 0, 0, NULL, \
		    (help) \
	}
#define OPT_VERB(name) \
	{ \
		OPT_TYPE_VERB, 0, (name), NULL, NULL, 0, 0, NULL, NULL \
	}
/* A heading of what -h says, until the next one. */
#define OPT_GROUP(name) \
	{ \
		OPT_TYPE_GROUP, 0, (name), NULL, NULL, 0, 0, NULL, NULL \
	}
/* A row of what -h says: no option, but what the operands may be. */
#define OPT_WORDS(words, help) \
	{ \
		OPT_TYPE_WORDS, 0, (words), NULL, NULL, 0, 0, NULL, (help) \
	}
#define OPT_END \
	{ \
		OPT_TYPE_END, 0, NULL, NULL, NULL, 0, 0, NULL, NULL \
	}

/* Whether it is none of the command line, but has a place in what -h says. */
#define OPT_IS_SAID_ONLY(o) ((o)->type == OPT_TYPE_GROUP || (o)->type == OPT_TYPE_WORDS)

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
	const char *about; /* what it does: no capital, no full stop */
};
char **opt_parse(int argc, char *argv[], const struct opt_spec *);
/*
 * For a command with verbs, each with a table of its own, whose first option
 * is the same and followed by OPT_VERB: find the verb among argv (only that
 * option can stand before it), take it out, and return its index in specs,
 * which ends with a spec without opts, whose about is the command's.  Does not
 * return on -h, -V or where there is no such verb.
 */
int opt_verb(int *argc, char *argv[], const struct opt_spec *specs);
/* "TOOL: why" and the usage line on stderr, then exit 2. */
_Noreturn void opt_usage(const struct opt_spec *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* For main, before any record: say e and return the exit status it asks for. */
struct err;
int opt_die(const struct err *);

#endif
