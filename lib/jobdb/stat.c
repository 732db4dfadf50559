#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "flow/counts.h"
#include "jobdb/ahead.h"
#include "jobdb/stat.h"
#include "ledger/jobs.h"
#include "rec/jx.h"
#include "rec/rec.h"

/* A longer name has a line of its own, so that all stays within 80 columns. */
enum { NAME_BESIDE = 9, NAME_SHOWN = 4096 };

static int
print_json(const struct jobs_stat *st, FILE *out, struct err *e)
{
	struct buf b = BUF_INIT(REC_DOC_MAX);
	struct rec *r = rec_new();
	int i;

	rec_set_str(r, "kind", "stat");
	rec_set_str(r, "queue", st->name);
	rec_set_int(r, "added", (long)st->added);
	for (i = 0; i < JOB_STATES; i++)
		rec_set_int(r, job_state_names[i], (long)st->n[i]);
	rec_set_int(r, "ready", (long)st->ready);
	rec_set_int(r, "oldest_ready_ms", (long)st->oldest_ms);
	i = rec_write(r, &b, REC_DOC_MAX, e);
	if (i == 0)
		fwrite(b.p, 1, b.len, out);
	buf_release(&b);
	rec_free(r);
	return i;
}

static void
print_row(const struct jobs_stat *st, FILE *out)
{
	struct buf name = BUF_INIT(NAME_SHOWN);
	int i;

	buf_shown(&name, st->name, strlen(st->name));
	if (name.len > NAME_BESIDE)
		fprintf(out, "%.*s\n%*s", (int)name.len, name.p, NAME_BESIDE, "");
	else
		fprintf(out, "%-*.*s", NAME_BESIDE, (int)name.len, name.len ? name.p : "");
	buf_release(&name);
	fprintf(out, " %9lld", (long long)st->added);
	for (i = 0; i < JOB_STATES; i++)
		fprintf(out, " %9lld", (long long)st->n[i]);
	fprintf(out, " %9lld\n", (long long)st->ready);
}

int
jobstat_run(struct jobs *j, int64_t queue, bool json, FILE *out, struct err *e)
{
	struct jobs_stat st;
	int64_t after = queue ? queue - 1 : 0;
	int i;

	if (!json) {
		fprintf(out, "%-*s %9s", NAME_BESIDE, "queue", "added");
		for (i = 0; i < JOB_STATES; i++)
			fprintf(out, " %9s", job_state_names[i]);
		fprintf(out, " %9s\n", "ready");
	}
	while (jobs_stat(j, &after, &st, e)) {
		if (jobahead_say(j, after, st.name, e) < 0)
			return -1;
		if (json && print_json(&st, out, e) < 0)
			return -1;
		if (!json)
			print_row(&st, out);
		if (queue)
			return XOK;
	}
	return e->code ? -1 : XOK;
}

/* By code, or by the end of a name; of those that are none of these nothing is said. */
struct reasons {
	struct counts of[LISTED_FATES];
	struct counts_words engines; /* pages, by who read them */
};

/* A code, or an engine's name, is the word of whoever wrote the record. */
static void
stat_word(struct counts_words *words, const char *what, long n)
{
	char word[COUNTS_CODE_MAX];

	snprintf(word, sizeof(word), "%s", what);
	for (char *p = word; *p; p++)
		if (*p <= ' ' || *p > '~')
			*p = '?';
	counts_word(words, word, n);
}

static void
on_reason(void *arg, enum listed fate, const char *what)
{
	struct reasons *s = arg;

	stat_word(&s->of[fate].codes, what, 1);
}

static void
on_engine(void *arg, const char *name, long pages)
{
	struct reasons *s = arg;

	stat_word(&s->engines, name, pages);
}

/* What a listing comes to, in the order in which it is said. */
struct sum {
	const char *name;
	int64_t n;
};
enum { SUMS = LISTED_FATES + 6 };

static void
listing_sums(const struct jobs_listed *l, struct sum s[SUMS])
{
	const struct sum pages[] = { { "pages", l->pages }, { "doubtful", l->doubtful },
		{ "blank", l->blank }, { "picture", l->picture }, { "gaps", l->gaps } };
	size_t n = 1;

	s[0] = (struct sum){ "listed", 0 };
	for (int i = 0; i < LISTED_FATES; i++, n++) {
		s[n] = (struct sum){ listed_names[i], l->n[i] };
		s[0].n += l->n[i];
	}
	for (size_t i = 0; i < sizeof(pages) / sizeof(*pages); i++)
		s[n++] = pages[i];
}

static jv
words_object(const struct counts_words *c)
{
	jv o = jv_object();

	for (size_t i = 0; i < c->n; i++)
		jx_set(&o, c->of[i].word, jv_number((double)c->of[i].n));
	return o;
}

static int
print_listing_json(const struct sum sums[SUMS], const struct reasons *why, FILE *out, struct err *e)
{
	struct buf b = BUF_INIT(REC_DOC_MAX);
	struct rec *r = rec_new();
	jv reasons = jv_object();
	int bad;

	rec_set_str(r, "kind", "listing");
	for (int i = 0; i < SUMS; i++)
		rec_set_int(r, sums[i].name, (long)sums[i].n);
	for (int i = 0; i < LISTED_FATES; i++)
		if (why->of[i].codes.n > 0)
			jx_set(&reasons, listed_names[i], words_object(&why->of[i].codes));
	rec_set(r, "reasons", reasons);
	if (why->engines.n > 0)
		rec_set(r, "engines", words_object(&why->engines));
	bad = rec_write(r, &b, REC_DOC_MAX, e);
	if (bad == 0)
		fwrite(b.p, 1, b.len, out);
	buf_release(&b);
	rec_free(r);
	return bad;
}

/* A line a sum, and behind it one a reason, which a shell reads as easily as a person. */
static void
print_listing(const struct sum sums[SUMS], const struct reasons *why, FILE *out)
{
	for (int i = 0; i < SUMS; i++) {
		const struct counts *c =
		    i > 0 && i <= LISTED_FATES ? &why->of[i - 1] : &(struct counts){ .in = 0 };

		fprintf(out, "%-11s %9lld\n", sums[i].name, (long long)sums[i].n);
		for (size_t k = 0; k < c->codes.n; k++)
			fprintf(out, "%-11s %9ld %s\n", sums[i].name, c->codes.of[k].n,
			    c->codes.of[k].word);
	}
	for (size_t k = 0; k < why->engines.n; k++)
		fprintf(out, "%-11s %9ld %s\n", "engine", why->engines.of[k].n,
		    why->engines.of[k].word);
}

/* What the dead hold is in nobody's hands; a ledger that is full keeps it so. */
static void
reap_first(struct jobs *j)
{
	struct err ignored;
	long died;

	if (jobs_begin(j, &ignored) < 0)
		return;
	if (jobs_reap(j, 0, &died, &ignored) < 0)
		jobs_rollback(j);
	else
		(void)jobs_commit(j, &ignored);
}

int
jobstat_listing(struct jobs *j, bool json, FILE *out, struct err *e)
{
	static struct reasons why; /* too large for the stack */
	struct jobs_listed l = { .count = on_reason, .engine = on_engine, .arg = &why };
	struct sum sums[SUMS];

	reap_first(j);
	if (jobs_listed(j, &l, e) < 0)
		return -1;
	listing_sums(&l, sums);
	if (json && print_listing_json(sums, &why, out, e) < 0)
		return -1;
	if (!json)
		print_listing(sums, &why, out);
	return XOK;
}
