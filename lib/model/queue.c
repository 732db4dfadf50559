#include <stdlib.h>
#include <string.h>

#include "model/queue.h"

enum { REQUESTS_MOST = 1000000, NUMBER_MOST = 40 };

/* The value of a sample of that name, on a line; -1: the line is none. */
static double
sample_value(const char *name, const char *line, const char *end)
{
	const size_t n = strlen(name);
	char number[NUMBER_MOST + 1], *stop;
	const char *at = line + n;
	double v;

	if (end - line <= (long)n || memcmp(line, name, n) != 0 || (*at != '{' && *at != ' '))
		return -1;
	if (*at == '{')
		at = memchr(at, '}', (size_t)(end - at));
	if (!at || end - ++at > NUMBER_MOST)
		return -1;
	memcpy(number, at, (size_t)(end - at));
	number[end - at] = '\0';
	v = strtod(number, &stop);
	return stop != number && v >= 0 && v <= REQUESTS_MOST ? v : -1;
}

/* The sum of all samples of that name; -1: there is none. */
static double
sum_of(const char *name, const char *text, size_t len)
{
	const char *end = text + len, *line, *stop;
	double sum = -1, v;

	for (line = text; line < end; line = stop + 1) {
		stop = memchr(line, '\n', (size_t)(end - line));
		stop = stop ? stop : end;
		v = sample_value(name, line, stop);
		if (v >= 0)
			sum = (sum < 0 ? 0 : sum) + v;
	}
	return sum;
}

bool
queue_read(struct queue *q, const char *text, size_t len)
{
	q->waiting = sum_of("vllm:num_requests_waiting", text, len);
	q->running = sum_of("vllm:num_requests_running", text, len);
	if (q->running < 0)
		q->running = 0;
	return q->waiting >= 0;
}
