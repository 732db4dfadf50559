#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pdf/take.h"

static const char blanks[] = " \t\r\n\v\f";

static const char *
skip_blanks(const char *s)
{
	return s + strspn(s, blanks);
}

bool
pdf_take(const char **p, const char *literal)
{
	const char *s = skip_blanks(*p);
	size_t n = strlen(literal);

	if (strncmp(s, literal, n) != 0)
		return false;
	*p = s + n;
	return true;
}

bool
pdf_take_word(const char **p, char *word, size_t size)
{
	const char *s = skip_blanks(*p);
	size_t n = strcspn(s, blanks), kept = n < size ? n : size - 1;

	if (n == 0)
		return false;
	if (word) {
		memcpy(word, s, kept);
		word[kept] = '\0';
	}
	*p = s + n;
	return true;
}

bool
pdf_take_long(const char **p, long *v)
{
	char *end;
	long got;

	errno = 0;
	got = strtol(*p, &end, 10);
	if (end == *p || errno == ERANGE)
		return false;
	*p = end;
	*v = got;
	return true;
}

bool
pdf_take_double(const char **p, double *v)
{
	const char *s = skip_blanks(*p), *digits = s + (*s == '-' || *s == '+');
	char *end;
	double got;

	/* strtod(3) would take words and hexadecimal too. */
	if (!strchr("0123456789.", *digits) || !strncasecmp(digits, "0x", 2))
		return false;
	got = strtod(s, &end);
	if (end == s || !isfinite(got))
		return false;
	*p = end;
	*v = got;
	return true;
}
