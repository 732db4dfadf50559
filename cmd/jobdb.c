/* jobdb - the ledger of documents: what is to be done, and what became of it */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/opt.h"
#include "base/secret.h"
#include "flow/filter.h"
#include "jobdb/list.h"
#include "jobdb/missing.h"
#include "jobdb/orphans.h"
#include "jobdb/pipe.h"
#include "jobdb/stat.h"
#include "jobdb/stream.h"
#include "jobdb/work.h"
#include "ledger/jobs.h"
#include "rec/mark.h"
#include "rec/rec.h"

/* Every option of every verb. */
struct conf {
	const char *db, *queue, *dest, *settings, *state, *code, *select, *listing;
	const char *hold, *killed, *was, *changed;
	long n, lease_s, max_in_flight, wait_s, grace_s, done_by, limit;
	int format, on_clash;
	bool rm, force, pipe, any_done, no_keys;
	struct opt_list again;
};

struct jobdb {
	struct loop *loop;
	struct jobs *jobs;
	struct conf conf;
	const struct opt_spec *spec;
	char **operands;
};

typedef int verb_fn(struct jobdb *, struct err *);

/* What the options say of claiming. */
static int
the_claim(struct jobdb *d, struct jobs_claim *c, struct err *e)
{
	*c = (struct jobs_claim){ .name = d->conf.queue, .lease_ms = d->conf.lease_s * 1000 };
	c->queue = jobs_queue(d->jobs, c->name, e);
	return c->queue < 0 ? -1 : 0;
}

/* As a list that NULL ends. */
static const char **
the_codes(const struct opt_list *l)
{
	const char **codes = mem_new(l->n + 1, sizeof(*codes));

	for (size_t i = 0; i < l->n; i++)
		codes[i] = l->v[i];
	return codes;
}

static int
stream(struct jobdb *d, enum jobstream_verb verb, struct err *e)
{
	struct jobstream_conf conf = { .verb = verb, .rm = d->conf.rm };

	if ((verb == JOBSTREAM_CLAIM || verb == JOBSTREAM_ADOPT) &&
	    the_claim(d, &conf.claim, e) < 0)
		return -1;
	return jobstream_run(d->loop, d->jobs, &conf);
}

static int
verb_add(struct jobdb *d, struct err *e)
{
	struct jobstream_conf conf = { .verb = JOBSTREAM_ADD,
		.on_clash = d->conf.on_clash,
		.limit = d->conf.limit,
		.force = d->conf.force };
	const char **codes;
	char *dest;
	int status;

	if (the_claim(d, &conf.claim, e) < 0)
		return -1;
	dest = jobs_queue_dest(d->jobs, conf.claim.queue, e);
	if (!dest)
		return -1;
	conf.dest = dest;
	conf.again = codes = the_codes(&d->conf.again);
	status = jobstream_run(d->loop, d->jobs, &conf);
	free(codes);
	free(dest);
	return status;
}

static int
verb_done(struct jobdb *d, struct err *e)
{
	return stream(d, JOBSTREAM_DONE, e);
}

static int
verb_adopt(struct jobdb *d, struct err *e)
{
	return stream(d, JOBSTREAM_ADOPT, e);
}

static int
verb_claim(struct jobdb *d, struct err *e)
{
	struct jobs_claim c;

	if (d->operands[0] && strcmp(d->operands[0], "-") != 0)
		opt_usage(d->spec, "%s: only - can stand here", d->operands[0]);
	if (!d->operands[0] == !d->conf.n)
		opt_usage(d->spec, "either -n or - is needed");
	if (d->operands[0])
		return stream(d, JOBSTREAM_CLAIM, e);
	if (the_claim(d, &c, e) < 0)
		return -1;
	return joblist_claim(d->loop, d->jobs, &c, d->conf.n);
}

static int
verb_work(struct jobdb *d, struct err *e)
{
	struct jobs_claim c;
	struct jobwork_conf conf = { .max_in_flight = d->conf.max_in_flight,
		.lease_ms = d->conf.lease_s * 1000,
		.wait_ms = d->conf.wait_s * 1000,
		.grace_ms = d->conf.grace_s * 1000,
		.argv = d->operands };
	struct jobpipe_conf pipe = { .argv = d->operands,
		.hold = d->conf.hold,
		.killed = d->conf.killed };

	if (the_claim(d, &c, e) < 0)
		return -1;
	conf.queue = c.queue;
	conf.name = c.name;
	if (d->conf.pipe)
		conf.pipe = &pipe;
	if (d->conf.no_keys)
		secret_forget(false);
	return jobwork_run(d->loop, d->jobs, &conf);
}

static int
verb_missing(struct jobdb *d, struct err *e)
{
	struct jobs_missing m = { .done_by_ms = d->conf.done_by };
	FILE *changed = NULL;
	int status;

	if (m.done_by_ms == 0)
		m.done_by_ms = jobs_now_ms();
	m.queue = jobs_queue(d->jobs, d->conf.queue, e);
	if (m.queue < 0)
		return -1;
	if (d->conf.changed && (changed = fopen(d->conf.changed, "we")) == NULL)
		return err_sys(e, ERR_FATAL, CODE_IO_WRITE, "%s", d->conf.changed);
	status = jobmissing_run(d->loop, d->jobs, &m, changed);
	if (changed)
		fclose(changed);
	return status;
}

static int
the_filter(struct jobdb *d, struct joblist_conf *l, struct err *e)
{
	int i;

	*l = (struct joblist_conf){ .filter = { .state = -1, .code = d->conf.code },
		.select = d->conf.select };
	for (i = 0; d->conf.state && job_state_names[i]; i++)
		if (!strcmp(job_state_names[i], d->conf.state))
			l->filter.state = i;
	if (d->conf.state && l->filter.state < 0)
		opt_usage(d->spec, "--state %s: no such state", d->conf.state);
	if (d->conf.queue) {
		l->filter.queue = jobs_queue(d->jobs, d->conf.queue, e);
		if (l->filter.queue < 0)
			return -1;
	}
	return 0;
}

static int
verb_list(struct jobdb *d, struct err *e)
{
	struct joblist_conf conf;

	return the_filter(d, &conf, e) < 0 ? -1 : joblist_run(d->loop, d->jobs, &conf, e);
}

static int
verb_requeue(struct jobdb *d, struct err *e)
{
	struct joblist_conf conf;

	if (!d->conf.queue && !d->conf.state && !d->conf.code && !d->conf.select) {
		if (isatty(STDIN_FILENO))
			opt_usage(d->spec,
			    "records of jobdb list are read from standard input;"
			    " --state dead queues all dead ones again");
		return stream(d, JOBSTREAM_REQUEUE, e);
	}
	if (the_filter(d, &conf, e) < 0)
		return -1;
	if (!d->conf.state)
		conf.filter.state = JOB_DEAD;
	conf.requeue = true;
	conf.force = d->conf.force;
	return joblist_run(d->loop, d->jobs, &conf, e);
}

/* What a verb has printed, with the status that it came to. */
static int
printed(int status, struct err *e)
{
	if (status < 0 || (fflush(stdout) == 0 && !ferror(stdout)))
		return status;
	return err_sys(e, ERR_FATAL, CODE_IO_WRITE, "stdout");
}

static int
verb_stat(struct jobdb *d, struct err *e)
{
	struct joblist_conf conf;

	if (d->conf.listing)
		return printed(jobstat_listing(d->jobs, d->conf.format == 1, stdout, e), e);
	if (the_filter(d, &conf, e) < 0)
		return -1;
	return printed(jobstat_run(d->jobs, conf.filter.queue, d->conf.format == 1, stdout, e), e);
}

static void
print_fault(void *arg, const char *what)
{
	(void)arg;
	puts(what);
}

static int
verb_check(struct jobdb *d, struct err *e)
{
	long faults = jobs_check(d->jobs, print_fault, NULL, e);
	long left = faults < 0 ? -1 : joborphans_print(d->jobs, stdout, e);

	return left < 0 ? -1 : printed(faults + left > 0 ? XSOME : XOK, e);
}

static int
queue_rename(struct jobdb *d, const char *old, const char *new, struct err *e)
{
	int renamed = jobs_queue_rename(d->jobs, old, new, e);
	struct err none;

	if (renamed < 0)
		return -1;
	if (!renamed && jobs_queue(d->jobs, old, &none) > 0)
		log_info("not renamed: the queue %s is there too", new);
	return XOK;
}

/* Whether something of the queue is done. */
static int
print_any_done(struct jobdb *d, const char *name, struct err *e)
{
	struct jobs_filter f = { .queue = jobs_queue(d->jobs, name, e), .state = JOB_DONE };
	int64_t after = 0;
	struct rec *r;

	if (f.queue < 0)
		return -1;
	r = jobs_next(d->jobs, &f, &after, e);
	if (!r && e->code)
		return -1;
	puts(r ? "true" : "false");
	rec_free(r);
	return printed(XOK, e);
}

static int
queue_set(struct jobdb *d, const char *name, struct err *e)
{
	const char *settings = d->conf.settings ? d->conf.settings : "";

	if (d->conf.was && queue_rename(d, d->conf.was, name, e) < 0)
		return -1;
	if (jobs_queue_set(d->jobs, name, d->conf.dest, settings, e) < 0)
		return -1;
	return d->conf.any_done ? print_any_done(d, name, e) : XOK;
}

static int
verb_queue(struct jobdb *d, struct err *e)
{
	char **o = d->operands;

	if (!strcmp(o[0], "list"))
		return joblist_queues(d->loop, d->jobs);
	if (!strcmp(o[0], "remove"))
		return jobs_queue_remove(d->jobs, o[1], d->conf.force, e);
	if (!strcmp(o[0], "rename"))
		return queue_rename(d, o[1], o[2], e);
	return queue_set(d, o[1], e);
}

/* Before a ledger is looked for. */
static void
check_queue(const struct jobdb *d)
{
	static const struct {
		const char *what;
		size_t words;
	} known[] = { { "set", 2 }, { "rename", 3 }, { "remove", 2 }, { "list", 1 } };
	char **o = d->operands;
	size_t n = 0, i = 0;

	while (o[n])
		n++;
	while (i < 4 && (n != known[i].words || strcmp(o[0], known[i].what) != 0))
		i++;
	if (i == 4)
		opt_usage(d->spec,
		    "either set NAME, rename OLD NEW, remove NAME or list is needed");
	if (i == 0 && !d->conf.dest)
		opt_usage(d->spec, "--dest is needed");
	if (i == 0 && !*d->conf.dest)
		opt_usage(d->spec, "--dest: its argument is empty");
	if (i != 0 && (d->conf.was || d->conf.any_done))
		opt_usage(d->spec, "--was and --any-done are for set");
}

static void
check_pipe(const struct jobdb *d)
{
	if (!d->conf.pipe && (d->conf.hold || d->conf.killed))
		opt_usage(d->spec, "--hold and --killed are for --pipe");
	if (d->conf.pipe && !jobpipe_is(d->operands))
		opt_usage(d->spec, "a command is missing before, between or behind a |");
}

static const struct conf defaults = {
	.lease_s = 120, .max_in_flight = 16, .wait_s = 60, .grace_s = 30
};
static const char *const formats[] = { "table", "json", NULL };

/* The options, each once, as tables of verbs name them. */
#define DB(c) OPT_STR(0, "db", "FILE", &(c)->db, "the ledger (default: below XDG_STATE_HOME)")
#define QUEUE(c) OPT_MUST(0, "queue", "NAME", &(c)->queue, "the queue; it has to be given")
#define FROM(c) OPT_STR(0, "queue", "NAME", &(c)->queue, "only this queue")
#define STATE(c) OPT_STR(0, "state", "STATE", &(c)->state, "only jobs in this state")
#define CODE(c) OPT_STR(0, "code", "CODE", &(c)->code, "only those whose last error has this code")
#define SELECT(c) \
	OPT_STR(0, "select", "EXPR", &(c)->select, "only those of which this jq expression is true")
#define FILTER(c) FROM(c), STATE(c), CODE(c), SELECT(c)
#define NUMBER(c) OPT_NUM('n', "number", "N", &(c)->n, 1, 1000000, "give out so many at most")
#define LEASE(c) \
	OPT_NUM(0, "lease", "SECONDS", &(c)->lease_s, 1, JOBS_LEASE_MAX_MS / 1000, \
	    "take them back after so long (default 120)")
#define SHARE(c) NUMBER(c), LEASE(c)
#define IN_FLIGHT(c) \
	OPT_NUM(0, "max-in-flight", "N", &(c)->max_in_flight, 1, 100000, \
	    "give so many that are not settled (default 16)")
#define WAIT(c) \
	OPT_NUM(0, "wait", "SECONDS", &(c)->wait_s, 0, 604800, \
	    "wait for retries due within that time (default 60)")
#define GRACE(c) \
	OPT_NUM(0, "grace", "SECONDS", &(c)->grace_s, 0, 604800, \
	    "once told to stop, let CMD end within that time (default 30)")
#define STAT(c) FROM(c), FORMAT(c), NOTES(c)
#define PIPE(c) \
	OPT_FLAG(0, "pipe", &(c)->pipe, "CMD is several, joined by pipes: between them is a |"), \
	    OPT_STR(0, "hold", "FILE", &(c)->hold, "each of them holds a lock of FILE"), \
	    OPT_STR(0, "killed", "FILE", &(c)->killed, "note in FILE which were killed")
#define RM(c) OPT_FLAG(0, "rm", &(c)->rm, "remove the work directory of each document")
#define DONE_BY(c) \
	OPT_NUM(0, "done-by", "MS", &(c)->done_by, 0, LONG_MAX, \
	    "only those done by then, in ms since 1970 (default now)")
#define CHANGED(c) \
	OPT_STR(0, "changed", "FILE", &(c)->changed, \
	    "write to FILE those whose result is there, and not the one that was put")
#define ON_CLASH(c) \
	OPT_WORD(0, "on-clash", "refuse|replace|suffix", &(c)->on_clash, clash_words, \
	    "where its result is another document's (default refuse)")
#define TAKE(c) OPT_FLAG(0, "force", &(c)->force, "with these, also what runs")
#define FORCE(c) OPT_FLAG(0, "force", &(c)->force, "queue what is settled again")
#define AGAIN(c) \
	OPT_LIST(0, "again", "CODE", &(c)->again, "queue what is dead by CODE, a glob, again")
#define LIMIT(c) \
	OPT_NUM(0, "limit", "N", &(c)->limit, 1, 1000000000, \
	    "of those in FILE let work do the first N that are queued")
#define LISTING(c, help) OPT_STR(0, "listing", "FILE", &(c)->listing, help)
#define NOTE(c) LISTING(c, "note in FILE which jobs they are")
#define NOTED(c) LISTING(c, "give only jobs that are noted in FILE")
#define NOTES(c) LISTING(c, "say what became of those in FILE")
#define QUEUE_WORDS \
	OPT_GROUP("What is done"), OPT_WORDS("set NAME", "make the queue, or change what it has"), \
	    OPT_WORDS("rename OLD NEW", "give it another name; its jobs stay"), \
	    OPT_WORDS("remove NAME", "forget it; where it has jobs, with --force only"), \
	    OPT_WORDS("list", "say all queues, each as a record")
#define JOBS_TOO(c) OPT_FLAG(0, "force", &(c)->force, "remove it with all its jobs")
#define QUEUE_OPTIONS(c) DEST(c), SETTINGS(c), SET(c), JOBS_TOO(c), QUEUE_WORDS
#define QUEUE_SYNOPSIS "set NAME|rename OLD NEW|remove NAME|list"
#define KEYLESS(c) \
	OPT_FLAG(0, "no-keys", &(c)->no_keys, "give CMD none of the keys of the environment")
#define FORMAT(c) OPT_WORD(0, "format", "HOW", &(c)->format, formats, "a table, or records")
#define DEST(c) OPT_STR(0, "dest", "DEST", &(c)->dest, "where its results are put; set needs it")
#define SET(c) \
	OPT_STR(0, "was", "OLD", &(c)->was, \
	    "first give the queue OLD that name, if there is one"), \
	    OPT_FLAG(0, "any-done", &(c)->any_done, "say whether some job of it is done")
#define SETTINGS(c) OPT_STR(0, "settings", "TEXT", &(c)->settings, "what else is to be said of it")

/* To others one that is gone would be a run of no documents. */
static bool
makes_listing(verb_fn *fn)
{
	return fn == verb_add || fn == verb_adopt;
}

static int
run_verb(struct jobdb *d, verb_fn *fn)
{
	struct err e;
	int status = -1;

	if (fn == verb_queue)
		check_queue(d);
	if (fn == verb_work)
		check_pipe(d);
	d->jobs = jobs_open(d->conf.db, fn == verb_queue && !strcmp(d->operands[0], "set"), &e);
	/* Keys are for those that work runs; it forgets them when these have them. */
	if (fn != verb_work)
		secret_forget(false);
	if (d->jobs &&
	    (!d->conf.listing ||
		jobs_listing(d->jobs, d->conf.listing, makes_listing(fn), &e) == 0))
		status = fn(d, &e);
	else if (fn == verb_queue && !strcmp(d->operands[0], "rename") &&
	    err_is(&e, CODE_LEDGER_MISSING))
		status = XOK;
	if (status < 0) {
		status = opt_die(&e);
		/* What is wrong is the command line. */
		if (e.class == ERR_VALIDATION)
			status = XUSAGE;
	}
	jobs_close(d->jobs);
	free(d->conf.again.v);
	loop_free(d->loop);
	return status;
}

/* In the order of main's specs. */
static verb_fn *const verbs[] = { verb_add, verb_adopt, verb_claim, verb_work, verb_done, verb_list,
	verb_requeue, verb_missing, verb_stat, verb_queue, verb_check };

int
main(int argc, char *argv[])
{
	struct jobdb d = { .conf = defaults };
	struct conf *c = &d.conf;
	const struct opt add[] = { DB(c), OPT_VERB("add"), QUEUE(c), ON_CLASH(c), FORCE(c),
		AGAIN(c), NOTE(c), LIMIT(c), OPT_END };
	const struct opt adopt[] = { DB(c), OPT_VERB("adopt"), QUEUE(c), NOTED(c), OPT_END };
	const struct opt claim[] = { DB(c), OPT_VERB("claim"), QUEUE(c), SHARE(c), OPT_END };
	const struct opt work[] = { DB(c), OPT_VERB("work"), QUEUE(c), IN_FLIGHT(c), LEASE(c),
		WAIT(c), GRACE(c), KEYLESS(c), NOTED(c), PIPE(c), OPT_END };
	const struct opt done[] = { DB(c), OPT_VERB("done"), RM(c), OPT_END };
	const struct opt list[] = { DB(c), OPT_VERB("list"), FILTER(c), OPT_END };
	const struct opt requeue[] = { DB(c), OPT_VERB("requeue"), FILTER(c), TAKE(c), OPT_END };
	const struct opt missing[] = { DB(c), OPT_VERB("missing"), QUEUE(c), DONE_BY(c), CHANGED(c),
		OPT_END };
	const struct opt stat[] = { DB(c), OPT_VERB("stat"), STAT(c), OPT_END };
	const struct opt queue[] = { DB(c), OPT_VERB("queue"), QUEUE_OPTIONS(c), OPT_END };
	const struct opt check[] = { DB(c), OPT_VERB("check"), OPT_END };
	const struct opt_spec specs[] = { { add, "", 0, 0, "add documents to a queue" },
		{ adopt, "", 0, 0, "take documents as done whose results are there" },
		{ claim, "[-]", 0, 1, "give out jobs, for pipelines by hand" },
		{ work, "-- CMD [ARG]...", 1, -1, "run CMD and give it jobs until none is left" },
		{ done, "", 0, 0, "settle documents as done or failed" },
		{ list, "", 0, 0, "list jobs as records" },
		{ requeue, "", 0, 0, "queue jobs again as new" },
		{ missing, "", 0, 0, "list jobs whose result a listing has not" },
		{ stat, "", 0, 0, "count jobs by state" },
		{ queue, QUEUE_SYNOPSIS, 1, 3, "make, rename, remove or list queues" },
		{ check, "", 0, 0, "prove the ledger" },
		{ .about = "the ledger of documents: what is to be done, and what became of it" } };
	int v;

	jobpipe_enter(argc, argv);
	v = opt_verb(&argc, argv, specs);
	secret_no_core();
	d.spec = &specs[v];
	d.operands = opt_parse(argc, argv, d.spec);
	d.loop = loop_new();
	return run_verb(&d, verbs[v]);
}
