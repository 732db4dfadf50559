/*
 * vllm_script.c - what is to go wrong, and when
 *
 * A line of the script is a JSON object.  Its conditions say for which
 * requests it holds; without any it holds for all.  Of the lines that hold,
 * each puts its members over those of the lines before it.
 *
 * Conditions:
 *	on              "chat" (if it is not said), "models" or "health"
 *	key             the page's digest
 *	nth, every, from, first   by the number of the request since the script
 *	                was set, from 1: that one, each so manieth, from that one
 *	                on, only so many
 *	attempt, attempts   by how often this page has been asked about: that
 *	                time, up to that time
 *	share           of the pages so many (0 to 1), by digest: always the same
 *	p               with that probability, by --seed
 *	temperature_below, temperature_from   a request that has none has 1
 *	xargs, stream   whether the request has vllm_xargs, and is for a stream
 * Members:
 *	text            with {key}, {width}, {height} and {n} filled in
 *	loop            a text that repeats itself, of so many tokens (0: as many
 *	                as there may be), with "length"
 *	refuse empty null garbage   a refusal, "", null, no JSON
 *	finish          "stop", "length" or "abort"
 *	status          of an error instead, with message, retry_after (s), location
 *	delay_ms        instead of --latency; an error waits for nothing else
 *	token_ms        instead of --token-ms
 *	cut             the connection ends after so many bytes of the body
 *	reset           it ends before any
 *	hang            no answer comes; its place is taken
 *	slow_ms         between pieces of slow_bytes (1)
 *	type            Content-Type
 */
#include "fake/vllm.h"

#include <stdlib.h>
#include <string.h>

#define RULES_MOST 1000

/* T is a string, L a number, D one with a fraction, B a number or a boolean. */
static const struct member {
	const char *name;
	char kind, is_condition;
	size_t at;
} members[] = {
	{ "on", 'T', 1, offsetof(struct rule, on) },
	{ "key", 'T', 1, offsetof(struct rule, key) },
	{ "nth", 'L', 1, offsetof(struct rule, nth) },
	{ "every", 'L', 1, offsetof(struct rule, every) },
	{ "from", 'L', 1, offsetof(struct rule, from) },
	{ "first", 'L', 1, offsetof(struct rule, first) },
	{ "attempt", 'L', 1, offsetof(struct rule, attempt) },
	{ "attempts", 'L', 1, offsetof(struct rule, attempts) },
	{ "share", 'D', 1, offsetof(struct rule, share) },
	{ "p", 'D', 1, offsetof(struct rule, p) },
	{ "temperature_below", 'D', 1, offsetof(struct rule, temperature_below) },
	{ "temperature_from", 'D', 1, offsetof(struct rule, temperature_from) },
	{ "xargs", 'B', 1, offsetof(struct rule, xargs) },
	{ "stream", 'B', 1, offsetof(struct rule, stream) },
	{ "text", 'T', 0, offsetof(struct rule, text) },
	{ "loop", 'L', 0, offsetof(struct rule, loop) },
	{ "refuse", 'B', 0, offsetof(struct rule, refuse) },
	{ "empty", 'B', 0, offsetof(struct rule, empty) },
	{ "null", 'B', 0, offsetof(struct rule, null) },
	{ "garbage", 'B', 0, offsetof(struct rule, garbage) },
	{ "finish", 'T', 0, offsetof(struct rule, finish) },
	{ "status", 'L', 0, offsetof(struct rule, status) },
	{ "message", 'T', 0, offsetof(struct rule, message) },
	{ "location", 'T', 0, offsetof(struct rule, location) },
	{ "retry_after", 'L', 0, offsetof(struct rule, retry_after) },
	{ "delay_ms", 'L', 0, offsetof(struct rule, delay_ms) },
	{ "token_ms", 'L', 0, offsetof(struct rule, token_ms) },
	{ "cut", 'L', 0, offsetof(struct rule, cut) },
	{ "reset", 'B', 0, offsetof(struct rule, reset) },
	{ "hang", 'B', 0, offsetof(struct rule, hang) },
	{ "slow_ms", 'L', 0, offsetof(struct rule, slow_ms) },
	{ "slow_bytes", 'L', 0, offsetof(struct rule, slow_bytes) },
	{ "type", 'T', 0, offsetof(struct rule, type) },
};

#define N_MEMBERS (sizeof members / sizeof *members)

static void *
member_of(struct rule *r, const struct member *m)
{
	return (char *)r + m->at;
}

void
rule_init(struct rule *r)
{
	size_t i;

	memset(r, 0, sizeof *r);
	for (i = 0; i < N_MEMBERS; i++)
		if (members[i].kind == 'D')
			*(double *)member_of(r, &members[i]) = -1;
		else if (members[i].kind != 'T')
			*(long *)member_of(r, &members[i]) = -1;
}

static void
rule_release(struct rule *r)
{
	size_t i;

	for (i = 0; i < N_MEMBERS; i++)
		if (members[i].kind == 'T')
			free(*(char **)member_of(r, &members[i]));
}

struct reading {
	struct rule rule;
	struct buf *error;
};

static void
rule_wrong(struct reading *rd, const char *what, const char *name)
{
	if (!rd->error->len)
		buf_fmt(rd->error, "%s: %s", name, what);
}

static void
rule_on(void *of, enum json_kind kind, const struct json *j)
{
	struct reading *rd = of;
	const struct member *m = NULL;
	size_t i;
	void *at;

	for (i = 0; i < N_MEMBERS; i++)
		if (!strcmp(members[i].name, j->path))
			m = &members[i];
	if (!j->path_len) {
		if (kind != JSON_OBJECT && kind != JSON_END)
			rule_wrong(rd, "no object", "rule");
		return;
	}
	if (!m)
		rule_wrong(rd, "no member of a rule", j->path);
	if (!m || kind == JSON_KEY)
		return;
	at = member_of(&rd->rule, m);
	if (m->kind == 'T' && kind == JSON_STRING) {
		free(*(char **)at);
		*(char **)at = strdup(j->text.p ? j->text.p : "");
	} else if (m->kind == 'B' && (kind == JSON_TRUE || kind == JSON_FALSE)) {
		*(long *)at = kind == JSON_TRUE;
	} else if (m->kind == 'D' && kind == JSON_NUMBER) {
		*(double *)at = strtod(j->text.p, NULL);
	} else if (m->kind == 'L' && kind == JSON_NUMBER && strtol(j->text.p, NULL, 10) >= 0) {
		*(long *)at = strtol(j->text.p, NULL, 10);
	} else {
		rule_wrong(rd, "of another type", m->name);
	}
}

static void
rule_check(struct reading *rd)
{
	const struct rule *r = &rd->rule;

	if (r->finish && strcmp(r->finish, "stop") != 0 && strcmp(r->finish, "length") != 0 &&
	    strcmp(r->finish, "abort") != 0)
		rule_wrong(rd, "stop, length or abort", "finish");
	if (r->on && strcmp(r->on, "chat") != 0 && strcmp(r->on, "models") != 0 &&
	    strcmp(r->on, "health") != 0)
		rule_wrong(rd, "chat, models or health", "on");
	if (r->status >= 0 && (r->status < 200 || r->status > 599))
		rule_wrong(rd, "200 to 599", "status");
	if (r->every == 0 || r->slow_bytes == 0)
		rule_wrong(rd, "at least 1", r->every == 0 ? "every" : "slow_bytes");
}

/* One line; -1 with *error set. */
static int
rule_read(struct rule *r, const char *line, size_t n, struct buf *error)
{
	struct reading rd = { .error = error };
	struct json j;

	rule_init(&rd.rule);
	json_init(&j, (size_t)1 << 20);
	j.of = &rd;
	j.on = rule_on;
	if (json_feed(&j, line, n) < 0 || json_end(&j) < 0)
		rule_wrong(&rd, "no JSON", "rule");
	json_release(&j);
	rule_check(&rd);
	*r = rd.rule;
	return error->len ? -1 : 0;
}

void
script_release(struct script *s)
{
	while (s->n > 0)
		rule_release(&s->rules[--s->n]);
	free(s->rules);
	s->rules = NULL;
}

int
script_set(struct script *s, const char *lines, size_t n, struct buf *error)
{
	struct script new = { .seed = s->seed };
	size_t len;
	int bad = 0;

	new.rules = calloc(RULES_MOST, sizeof *new.rules);
	if (!new.rules)
		abort();
	while (n > 0 && !bad) {
		const char *end = memchr(lines, '\n', n);

		len = end ? (size_t)(end - lines) : n;
		if (strspn(lines, " \t\r") < len && *lines != '#') {
			if (new.n == RULES_MOST)
				break;
			bad = rule_read(&new.rules[new.n++], lines, len, error) < 0;
			if (bad)
				buf_fmt(error, " (rule %zu)", new.n);
		}
		n -= end ? len + 1 : len;
		lines += end ? len + 1 : len;
	}
	script_release(bad ? &new : s);
	if (!bad)
		*s = new;
	return bad ? -1 : 0;
}

/* From 0 up to 1, the same for the same two. */
static double
chance(uint64_t a, uint64_t b)
{
	uint64_t x = (a ^ b * 0x9e3779b97f4a7c15) + 0x9e3779b97f4a7c15;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
	x = (x ^ x >> 27) * 0x94d049bb133111eb;
	return (double)((x ^ x >> 31) >> 11) / 9007199254740992.0;
}

static int
rule_is_of_page(const struct rule *r, const struct chat *c)
{
	char key[20];
	double t = c->temperature < 0 ? 1 : c->temperature;

	snprintf(key, sizeof key, "%016llx", (unsigned long long)c->key);
	return (!r->key || !strcmp(r->key, key)) &&
	    (r->share < 0 || chance(c->key, 1) < r->share) &&
	    (r->temperature_below < 0 || t < r->temperature_below) &&
	    (r->temperature_from < 0 || t >= r->temperature_from) &&
	    (r->xargs < 0 || r->xargs == c->has_xargs) && (r->stream < 0 || r->stream == c->stream);
}

static int
rule_holds(const struct rule *r, const struct asked *a, uint64_t seed)
{
	return !strcmp(r->on ? r->on : "chat", a->on) && (r->nth < 0 || r->nth == a->n) &&
	    (r->every < 1 || a->n % r->every == 0) && (r->from < 0 || a->n >= r->from) &&
	    (r->first < 0 || a->n <= r->first) && (r->attempt < 0 || r->attempt == a->attempt) &&
	    (r->attempts < 0 || a->attempt <= r->attempts) &&
	    (r->p < 0 || chance(seed, (uint64_t)a->n) < r->p) &&
	    (!a->chat || rule_is_of_page(r, a->chat));
}

void
script_ask(const struct script *s, const struct asked *a, struct rule *out)
{
	const struct member *m;
	size_t i, k;

	rule_init(out);
	for (i = 0; i < s->n; i++) {
		if (!rule_holds(&s->rules[i], a, s->seed + i))
			continue;
		for (k = 0; k < N_MEMBERS; k++) {
			m = &members[k];
			if (m->is_condition)
				continue;
			if (m->kind == 'T') {
				char *said = *(char **)member_of(&s->rules[i], m);

				if (said)
					*(char **)member_of(out, m) = said;
			} else if (*(long *)member_of(&s->rules[i], m) >= 0) {
				*(long *)member_of(out, m) = *(long *)member_of(&s->rules[i], m);
			}
		}
	}
}
