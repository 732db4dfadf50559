#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "flow/counts.h"
#include "screen/progress.h"

/* Before that a rate is a guess. */
enum { SURE_MS = 10000, MINUTE_MS = 60000 };

void
progress_init(struct progress *p, const char *session)
{
	memset(p, 0, sizeof(*p));
	p->session = session;
}

static void
progress_read(const char *session, const char *part, const char *tool, struct counts *c)
{
	char *dir = mem_printf("%s/%s", session, part);

	memset(c, 0, sizeof(*c));
	counts_read(dir, tool, c);
	free(dir);
}

__attribute__((format(printf, 2, 3))) static void
add_part(char text[PROGRESS_MAX], const char *fmt, ...)
{
	size_t n = strlen(text);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text + n, PROGRESS_MAX - n, fmt, ap);
	va_end(ap);
}

/* The oldest sample that the rate is taken from; the newest is added. */
static const struct progress_sample *
keep_sample(struct progress *p, const struct progress_sample *now)
{
	int last = (p->next + PROGRESS_SAMPLES - 1) % PROGRESS_SAMPLES;

	if (p->n == 0 || now->at_ms - p->ring[last].at_ms >= PROGRESS_EACH_MS) {
		p->ring[p->next] = *now;
		p->next = (p->next + 1) % PROGRESS_SAMPLES;
		if (p->n < PROGRESS_SAMPLES)
			p->n++;
	}
	return &p->ring[p->n < PROGRESS_SAMPLES ? 0 : p->next];
}

static void
add_time_left(char text[PROGRESS_MAX], long long s)
{
	if (s < 90)
		add_part(text, ", about %lld s left", s);
	else if (s < 90LL * 60)
		add_part(text, ", about %lld min left", (s + 30) / 60);
	else if (s < 48LL * 3600)
		add_part(text, ", about %lld h left", (s + 1800) / 3600);
	else
		add_part(text, ", about %lld days left", (s + 43200) / 86400);
}

static void
add_rate(struct progress *p, const struct progress_sample *now, long left, char text[PROGRESS_MAX])
{
	const struct progress_sample *was = keep_sample(p, now);
	int64_t ms = now->at_ms - was->at_ms;
	long pages = now->pages - was->pages, ended = now->ended - was->ended;

	if (ms < SURE_MS)
		return;
	if (left > 0 && ended > 0)
		add_time_left(text, (long long)((double)left * (double)ms / (double)ended / 1000));
	if (pages > 0)
		add_part(text, ", %.3g pages/min", (double)pages * MINUTE_MS / (double)ms);
}

void
progress_of(struct progress *p, const struct progress_counts *c, int64_t now_ms,
    char text[PROGRESS_MAX])
{
	long all = c->listed - c->skipped;
	const struct progress_sample now = { now_ms, c->done + c->failed, c->pages };

	*text = '\0';
	if (!c->working) {
		add_part(text, "%ld documents listed", c->listed);
	} else {
		add_part(text, "%ld of %ld documents, %ld pages read", c->done, all, c->pages);
		if (c->failed > 0)
			add_part(text, ", %ld failed or unsupported", c->failed);
		add_rate(p, &now, all - now.ended, text);
	}
	if (c->skipped > 0)
		add_part(text, ", %ld up to date", c->skipped);
}

void
progress_say(struct progress *p, int64_t now_ms, char text[PROGRESS_MAX])
{
	struct counts listing, read, ledger;
	struct progress_counts c;

	progress_read(p->session, "listing", "jobdb", &listing);
	progress_read(p->session, "progress", "ocrpage", &read);
	progress_read(p->session, "ledger", "jobdb", &ledger);
	c = (struct progress_counts){ .listed = listing.passed,
		.skipped = listing.of[COUNT_SKIPPED],
		.done = ledger.passed,
		.failed = ledger.failed,
		.pages = read.passed,
		.working = ledger.out > 0 };
	progress_of(p, &c, now_ms, text);
}
