#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"

_Noreturn void
mem_gone(void)
{
	static const char text[] = "quire: out of memory\n";

	if (write(STDERR_FILENO, text, sizeof(text) - 1) < 0)
		_exit(XBUSY);
	_exit(XBUSY);
}

void *
mem_new(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size ? size : 1);

	if (!p)
		mem_gone();
	return p;
}

void *
mem_resize(void *p, size_t n, size_t size)
{
	if (size && n > SIZE_MAX / size)
		mem_gone();
	p = realloc(p, n && size ? n * size : 1);
	if (!p)
		mem_gone();
	return p;
}

char *
mem_copy(const char *s, size_t len)
{
	char *p = mem_new(len + 1, 1);

	memcpy(p, s, len);
	return p;
}

char *
mem_dup(const char *s)
{
	return mem_copy(s, strlen(s));
}

char *
mem_printf(const char *fmt, ...)
{
	char *p;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&p, fmt, ap);
	va_end(ap);
	if (n < 0)
		mem_gone();
	return p;
}
