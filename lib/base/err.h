/*
 * base/err.h - what went wrong, and what the caller must do about it.
 *
 * A library function that can fail takes a struct err * last, returns -1 (or
 * NULL), prints nothing and never exits; commands decide what is said.  A
 * struct err owns no memory, so there is nothing to free on any path.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/code.h"

enum err_class {
	ERR_VALIDATION, /* this record is bad input: never retry */
	ERR_TRANSIENT,  /* the same request may work later */
	ERR_PERMANENT,  /* this record will not work: dead letter */
	ERR_CANCELLED,  /* an operator's doing */
	ERR_FATAL,      /* no further record can succeed: exit 3 */
	ERR_BUSY        /* the same, but run again later: exit 75 */
};

enum { ERR_MSG_MAX = 400 };

struct err {
	enum err_class class;
	const char *code;      /* of base/code.h, or a store's own word; static */
	long retry_after_ms;   /* 0: not said */
	char msg[ERR_MSG_MAX]; /* UTF-8, may be cut */
};

/* Exit statuses, the same for all commands (quire.7). */
enum {
	XOK = 0,    /* every record was handled */
	XSOME = 1,  /* ran to the end; some record carries an error */
	XUSAGE = 2, /* the command line was wrong; nothing was read */
	XFATAL = 3, /* stopped early; running again as is will not help */
	XBUSY = 75  /* stopped early; run again later */
};

/* Whether that is its code. */
bool err_is(const struct err *e, const char *code);

/* Both fill *e and return -1, so that callers can write: return err_set(...) */
int err_set(struct err *e, enum err_class class, const char *code, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* The same, with ": " and strerror(errno) appended. */
int err_sys(struct err *e, enum err_class class, const char *code, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/*
 * The same for a file of ours that errno says could not be written: disk.full
 * or io.write, with the class by err_class_of.
 */
int err_write(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/*
 * The class that errno asks for when a file of ours cannot be written:
 * a full disk or quota, too many files or no memory are transient, the rest
 * is permanent.
 */
enum err_class err_class_of(int errnum);
/* As a record's "class" says it; what stops a command is transient there. */
const char *err_class_name(enum err_class class);
/* Its own word, also "fatal" and "busy", and back: false where len bytes are none. */
const char *err_class_word(enum err_class class);
bool err_class_read(const char *word, size_t len, enum err_class *class);

#endif
