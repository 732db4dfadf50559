/*
 * rec/match.h - an operator's jq expression, asked of records (jq(1); by libjq).
 *
 * It can use any amount of CPU: only expressions from the command line.
 */
#ifndef REC_MATCH_H
#define REC_MATCH_H

#include <stdbool.h>

#include <jv.h>

struct err;
struct select;

/* NULL with validation select.syntax, which says what libjq says of it. */
struct select *select_new(const char *expr, struct err *);
void select_free(struct select *); /* NULL is allowed */
/* Whether its first result for v (given away) is neither false nor null. */
bool select_match(struct select *, jv v);

#endif
