/*
 * base/log.h - one line on stderr per event: text on a terminal, JSON otherwise.
 *
 * QUIRE_LOG chooses: words separated by commas, of "text", "json" and the
 * least level to say, "debug", "info" (default), "warn", "error".  A line
 * holds ts, level, msg, tool and, where they are known, id, class and code.
 * Callers give no secret and no document text; control and hidden characters
 * in what they give are escaped, and a line is at most 4 KiB.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>

struct err;

enum log_level { LOG_LEVEL_DEBUG, LOG_LEVEL_INFO, LOG_LEVEL_WARN, LOG_LEVEL_ERROR };

/* The command's name, as the lines and the errors' "stage" say it. */
extern const char *log_tool;

/* Take the name from argv[0] and the manner from the environment. */
void log_init(const char *argv0);
/* One event. id and e may be NULL. */
void log_event(enum log_level, const char *id, const struct err *e, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* Whether such an event would be said: for what costs more than its arguments. */
bool log_says(enum log_level);
#define log_debug(...) log_event(LOG_LEVEL_DEBUG, NULL, NULL, __VA_ARGS__)
#define log_info(...) log_event(LOG_LEVEL_INFO, NULL, NULL, __VA_ARGS__)
#define log_warn(...) log_event(LOG_LEVEL_WARN, NULL, NULL, __VA_ARGS__)
#define log_error(...) log_event(LOG_LEVEL_ERROR, NULL, NULL, __VA_ARGS__)

#endif
