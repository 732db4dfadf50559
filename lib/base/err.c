#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"

__attribute__((format(printf, 4, 0))) static void
err_fill(struct err *e, enum err_class class, const char *code, const char *fmt, va_list ap)
{
	e->class = class;
	e->code = code;
	e->retry_after_ms = 0;
	vsnprintf(e->msg, sizeof(e->msg), fmt, ap);
}

bool
err_is(const struct err *e, const char *code)
{
	return e->code && strcmp(e->code, code) == 0;
}

int
err_set(struct err *e, enum err_class class, const char *code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	err_fill(e, class, code, fmt, ap);
	va_end(ap);
	return -1;
}

static int
add_errno(struct err *e, int errnum)
{
	size_t n = strlen(e->msg);

	snprintf(e->msg + n, sizeof(e->msg) - n, ": %s", strerror(errnum));
	return -1;
}

int
err_sys(struct err *e, enum err_class class, const char *code, const char *fmt, ...)
{
	int errnum = errno;
	va_list ap;

	va_start(ap, fmt);
	err_fill(e, class, code, fmt, ap);
	va_end(ap);
	return add_errno(e, errnum);
}

int
err_write(struct err *e, const char *fmt, ...)
{
	int errnum = errno;
	const char *code = errnum == ENOSPC || errnum == EDQUOT ? CODE_DISK_FULL : CODE_IO_WRITE;
	va_list ap;

	va_start(ap, fmt);
	err_fill(e, err_class_of(errnum), code, fmt, ap);
	va_end(ap);
	return add_errno(e, errnum);
}

enum err_class
err_class_of(int errnum)
{
	switch (errnum) {
	case ENOSPC:
	case EDQUOT:
	case EFBIG:
	case EMFILE:
	case ENFILE:
	case ENOMEM:
	case EAGAIN:
	case EINTR:
	case EIO:
	/* A disk that is away, or that the kernel lets nobody write to any more. */
	case EROFS:
	case ESTALE:
	case ENODEV:
	case ENOTCONN:
	case ETIMEDOUT:
	case EHOSTDOWN:
	case EHOSTUNREACH:
		return ERR_TRANSIENT;
	default:
		return ERR_PERMANENT;
	}
}

static const char *const class_words[] = {
	[ERR_VALIDATION] = "validation",
	[ERR_TRANSIENT] = "transient",
	[ERR_PERMANENT] = "permanent",
	[ERR_CANCELLED] = "cancelled",
	[ERR_FATAL] = "fatal",
	[ERR_BUSY] = "busy",
};

const char *err_class_word(enum err_class class)
{
	return class_words[class];
}

const char *err_class_name(enum err_class class)
{
	return class_words[class == ERR_FATAL || class == ERR_BUSY ? ERR_TRANSIENT : class];
}

bool
err_class_read(const char *word, size_t len, enum err_class *class)
{
	size_t i;

	for (i = 0; i < sizeof(class_words) / sizeof(*class_words); i++)
		if (strlen(class_words[i]) == len && memcmp(class_words[i], word, len) == 0) {
			*class = (enum err_class)i;
			return true;
		}
	return false;
}
