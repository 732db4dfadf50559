/*
 * aws/file.h - one of the shared AWS files (config, credentials) in memory, and
 * the values that such files and the environment give.
 *
 * The syntax is botocore's, which is that of Python's RawConfigParser, with
 * its strictness (botocore 1.43 configloader.py, Python 3.11 configparser.py):
 * [section] headers; key = value or key: value, the key in any case; whole
 * lines of # or ; are comments, a # behind a value is part of it; a line that
 * is indented deeper than its key goes on with its value.  A key without a
 * value on its own line opens a block of one level, of indented key = value
 * lines.  The same section or key twice in one file is an error; in a block
 * the last one wins.
 *
 * Where it differs: a BOM is skipped, space around a section's name is too,
 * the keys of a block have any case as well, and [DEFAULT] gives other
 * sections nothing.
 */
#ifndef AWS_FILE_H
#define AWS_FILE_H

#include <stdbool.h>
#include <stddef.h>

struct err;
struct awsfile;

enum { AWSFILE_MAX = 1 << 20 }; /* bytes of a file */

/* A value, borrowed, and what to call it when it is wrong. */
struct awsvalue {
	const char *text; /* may be empty, or hold newlines */
	const char *name; /* of the variable or the key */
	const char *path; /* of the file; NULL: the environment */
	size_t line;      /* in the file, from 1 */
};

/* False where the variable is not set, or empty. */
bool awsvalue_env(struct awsvalue *, const char *name);
/* Fills *e (fatal) with where the value stands and why, which says what is
 * wrong with it; never with its text.  Returns -1. */
int awsvalue_bad(const struct awsvalue *, const char *code, const char *why, struct err *e);
/* -1 and *e when the text holds a control character, else 0. */
int awsvalue_check(const struct awsvalue *, const char *code, struct err *e);

/*
 * A file that is not there, or a device such as /dev/null, is an empty one.
 * NULL with fatal/s3.config, naming the file and for bad syntax the line, when
 * it cannot be read, is no plain file, is larger than AWSFILE_MAX, is not
 * UTF-8 or holds a NUL; busy/s3.config when memory is gone.
 */
struct awsfile *awsfile_read(const char *path, struct err *);
/* One that is not looked for. */
struct awsfile *awsfile_empty(const char *path);
/* Cleanses what was read, for it holds secrets.  NULL will do. */
void awsfile_free(struct awsfile *);
const char *awsfile_path(const struct awsfile *); /* borrowed */
bool awsfile_there(const struct awsfile *);

/*
 * The section [name], or with a kind [kind name], where name may be quoted as
 * in a shell; of several that mean the same the last.  [default] is a profile
 * too.  NULL when there is none.  Borrowed, for the calls below.
 */
const char *awsfile_section(const struct awsfile *, const char *kind, const char *name);
/*
 * The value of a key, in lower case here; of a block it is empty.  False
 * where there is none, or section is NULL.
 */
bool awsfile_get(const struct awsfile *, const char *section, const char *key, struct awsvalue *);
/* The same for a key of a block, "s3" for example. */
bool awsfile_nested(const struct awsfile *, const char *section, const char *block, const char *key,
    struct awsvalue *);

#endif
