#include <stdlib.h>
#include <string.h>

#include "model/queue.h"

#define WAITING "vllm:num_requests_waiting"

enum { WAITING_MOST = 1000000, NUMBER_MOST = 40 };

/* The value of a sample of that name, on a line; -1: the line is none. */
static double
sample_value(const char *line, const char *end)
{
	const size_t n = sizeof(WAITING) - 1;
	char number[NUMBER_MOST + 1], *stop;
	const char *at = line + n;
	double v;

	if (end - line <= (long)n || memcmp(line, WAITING, n) != 0 || (*at != '{' && *at != ' '))
		return -1;
	if (*at == '{')
		at = memchr(at, '}', (size_t)(end - at));
	if (!at || end - ++at > NUMBER_MOST)
		return -1;
	memcpy(number, at, (size_t)(end - at));
	number[end - at] = '\0';
	v = strtod(number, &stop);
	return stop != number && v >= 0 && v <= WAITING_MOST ? v : -1;
}

long
queue_waiting(const char *text, size_t len)
{
	const char *end = text + len, *line, *stop;
	double sum = 0, v;
	long n = 0;

	for (line = text; line < end; line = stop + 1) {
		stop = memchr(line, '\n', (size_t)(end - line));
		stop = stop ? stop : end;
		v = sample_value(line, stop);
		if (v < 0)
			continue;
		sum += v;
		n++;
	}
	return n == 0 || sum > WAITING_MOST ? -1 : (long)sum;
}
