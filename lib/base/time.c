#include <stdbool.h>
#include <time.h>

#include "base/time.h"

/* n digits at *s, which is moved behind them; -1 where they are not. */
static int
time_digits(const char **s, int n)
{
	int v = 0;

	for (; n > 0; n--, (*s)++) {
		if (**s < '0' || **s > '9')
			return -1;
		v = v * 10 + (**s - '0');
	}
	return v;
}

/* The end of a time: a fraction, passed over, and the zone, in seconds. */
static bool
zone(const char *s, long *offset)
{
	int hours, minutes, sign;

	if (*s == '.') {
		s++;
		if (time_digits(&s, 1) < 0)
			return false;
		while (time_digits(&s, 1) >= 0)
			;
	}
	*offset = 0;
	if (*s == 'Z' || *s == 'z')
		return s[1] == '\0';
	if (*s != '+' && *s != '-')
		return false;
	sign = *s++ == '-' ? -1 : 1;
	hours = time_digits(&s, 2);
	if (hours < 0 || hours > 23 || *s++ != ':')
		return false;
	minutes = time_digits(&s, 2);
	if (minutes < 0 || minutes > 59 || *s)
		return false;
	*offset = sign * (hours * 3600L + minutes * 60L);
	return true;
}

void
rfc3339_utc(const char *s, char out[RFC3339_SIZE])
{
	static const char behind[] = "--T::";
	int v[6];
	struct tm tm = { 0 };
	time_t t;
	long offset;

	out[0] = '\0';
	for (int i = 0; i < 6; i++) {
		v[i] = time_digits(&s, i == 0 ? 4 : 2);
		if (v[i] < 0)
			return;
		if (i < 5 && *s != behind[i] && !(i == 2 && *s == 't'))
			return;
		s += i < 5;
	}
	if (v[3] > 23 || v[4] > 59 || v[5] > 60 || !zone(s, &offset))
		return;
	tm.tm_year = v[0] - 1900;
	tm.tm_mon = v[1] - 1;
	tm.tm_mday = v[2];
	t = timegm(&tm);
	/* It makes a day of March of a 30th of February, and so on. */
	if (tm.tm_mon != v[1] - 1)
		return;
	t += v[3] * 3600L + v[4] * 60L + v[5] - offset;
	if (!gmtime_r(&t, &tm) || tm.tm_year < RFC3339_FIRST - 1900 || tm.tm_year > 9999 - 1900)
		return;
	if (strftime(out, RFC3339_SIZE, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		out[0] = '\0';
}
