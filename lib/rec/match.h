/*
 * rec/match.h - an operator's jq expression, asked of records (jq(1); by libjq).
 *
 * It reads records and nothing else: neither files, modules, further input nor
 * standard error are there for it.  Where one record takes it more than
 * SELECT_CPU_S seconds of CPU time, or the process was told to stop meanwhile
 * (base/loop.h), the process ends, with 3 or by the signal: what libjq is amidst
 * cannot be left in another way.  So it does with 3 where the expression takes more
 * than SELECT_MEMORY_MIB: to be run again it has to be another one.
 * One at a time, since that is a timer of the process's.
 */
#ifndef REC_MATCH_H
#define REC_MATCH_H

#include <stdbool.h>

#include <jv.h>

struct err;
struct select;

enum { SELECT_CPU_S = 10, SELECT_MEMORY_MIB = 1024 };

/* NULL with validation select.syntax, which says what libjq says of it. */
struct select *select_new(const char *expr, struct err *);
void select_free(struct select *); /* NULL is allowed */
/*
 * Whether its first result for v (given away) is neither false nor null: 1, 0;
 * -1 with validation select.failed where it is an error instead.
 */
int select_match(struct select *, jv v, struct err *);

#endif
