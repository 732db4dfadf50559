#include <stdio.h>
#include <stdlib.h>

#include <jq.h>

#include "base/err.h"
#include "base/mem.h"
#include "rec/match.h"

struct select {
	jq_state *jq;
};

/* libjq's own words on why it does not compile. */
static void
match_keep(void *arg, jv msg)
{
	struct err *e = arg;
	jv text = jq_format_error(msg);

	if (jv_get_kind(text) == JV_KIND_STRING)
		snprintf(e->msg, sizeof(e->msg), "%s", jv_string_value(text));
	jv_free(text);
}

struct select *
select_new(const char *expr, struct err *e)
{
	jq_state *jq = jq_init();
	struct select *s;
	int ok;

	if (!jq) {
		err_set(e, ERR_BUSY, CODE_MEM_LIMIT, "no memory for jq");
		return NULL;
	}
	err_set(e, ERR_VALIDATION, CODE_SELECT_SYNTAX, "the expression does not compile");
	jq_set_error_cb(jq, match_keep, e);
	ok = jq_compile(jq, expr);
	jq_set_error_cb(jq, NULL, NULL);
	if (!ok) {
		jq_teardown(&jq);
		return NULL;
	}
	s = mem_new(1, sizeof(*s));
	s->jq = jq;
	return s;
}

void
select_free(struct select *s)
{
	if (!s)
		return;
	jq_teardown(&s->jq);
	free(s);
}

bool
select_match(struct select *s, jv v)
{
	jv got;
	jv_kind kind;

	jq_start(s->jq, v, 0);
	got = jq_next(s->jq);
	kind = jv_get_kind(got);
	jv_free(got);
	return kind != JV_KIND_INVALID && kind != JV_KIND_FALSE && kind != JV_KIND_NULL;
}
