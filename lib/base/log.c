#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/log.h"

enum { LINE_MAX_BYTES = 4096, MSG_MAX = 2048 };

/* Set once by log_init: who speaks, for the whole process. */
const char *log_tool = "quire";

/* How this process logs: set once by log_init, read by every event. */
static struct {
	bool json;
	enum log_level least;
} manner = { false, LOG_LEVEL_INFO };

static const char *const levels[] = { "debug", "info", "warn", "error" };

static void
take_word(const char *word, size_t n)
{
	size_t i;

	if (n == 4 && !strncmp(word, "json", n))
		manner.json = true;
	else if (n == 4 && !strncmp(word, "text", n))
		manner.json = false;
	for (i = 0; i < sizeof(levels) / sizeof(*levels); i++)
		if (strlen(levels[i]) == n && !strncmp(word, levels[i], n))
			manner.least = (enum log_level)i;
}

void
log_init(const char *argv0)
{
	const char *s = getenv("QUIRE_LOG"), *slash = strrchr(argv0, '/');
	size_t n;

	log_tool = slash ? slash + 1 : argv0;
	manner.json = !isatty(STDERR_FILENO);
	for (; s && *s; s += n + (s[n] == ',')) {
		n = strcspn(s, ",");
		take_word(s, n);
	}
}

bool
log_says(enum log_level level)
{
	return level >= manner.least;
}

static void
log_add(struct buf *b, const char *name, const char *value)
{
	if (value && !buf_printf(b, ",\"%s\":", name) && buf_json(b, value, strlen(value)) < 0)
		buf_adds(b, "\"\"");
}

/* An error that ends the command is of none of the classes that records have. */
static bool
stops(const struct err *e)
{
	return e->class == ERR_FATAL || e->class == ERR_BUSY;
}

static void
as_json(struct buf *b, enum log_level level, const char *id, const struct err *e, const char *msg)
{
	struct timespec t;
	struct tm tm;
	char ts[32];

	clock_gettime(CLOCK_REALTIME, &t);
	gmtime_r(&t.tv_sec, &tm);
	strftime(ts, sizeof(ts), "%Y-%m-%dT%H:%M:%S", &tm);
	buf_printf(b, "{\"ts\":\"%s.%03ldZ\",\"level\":\"%s\"", ts, t.tv_nsec / 1000000,
	    levels[level]);
	log_add(b, "tool", log_tool);
	log_add(b, "id", id);
	if (e) {
		log_add(b, "code", e->code);
		log_add(b, "class", stops(e) ? NULL : err_class_name(e->class));
	}
	log_add(b, "msg", msg);
	if (e)
		log_add(b, "advice", code_advice(e->code));
	buf_adds(b, "}");
}

static void
as_text(struct buf *b, const char *id, const struct err *e, const char *msg)
{
	char start[64];

	buf_printf(b, "%s: ", log_tool);
	if (id) {
		snprintf(start, sizeof(start), "%s", id);
		buf_shown(b, start, strlen(start));
		buf_adds(b, ": ");
	}
	buf_shown(b, msg, strlen(msg));
	if (e && stops(e))
		buf_printf(b, " (%s)", e->code);
	else if (e)
		buf_printf(b, " (%s, %s)", e->code, err_class_name(e->class));
	if (e && code_advice(e->code))
		buf_printf(b, ": %s", code_advice(e->code));
}

/*
 * One write(2) a line, so that lines of several processes do not mix. Where
 * stderr itself fails there is nobody to tell.
 */
void
log_event(enum log_level level, const char *id, const struct err *e, const char *fmt, ...)
{
	struct buf b = BUF_INIT(LINE_MAX_BYTES);
	char msg[MSG_MAX];
	va_list ap;

	if (!log_says(level))
		return;
	va_start(ap, fmt);
	vsnprintf(msg, sizeof(msg), fmt, ap);
	va_end(ap);
	if (manner.json)
		as_json(&b, level, id, e, msg);
	else
		as_text(&b, id, e, msg);
	if (buf_addc(&b, '\n') == 0 && write(STDERR_FILENO, b.p, b.len) < 0)
		manner.least = LOG_LEVEL_ERROR;
	buf_release(&b);
}
