#include <sys/random.h>
#include <sys/stat.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/loop.h"
#include "base/mem.h"
#include "ledger/priv.h"

const char *const job_state_names[JOB_STATES + 1] = { "queued", "running", "done", "dead",
	"cancelled", NULL };

static int
make_parents(char *path, struct err *e)
{
	char *p;

	for (p = path + 1; (p = strchr(p, '/')) != NULL; p++) {
		*p = '\0';
		if (mkdir(path, 0700) < 0 && errno != EEXIST)
			return err_sys(e, ERR_FATAL, CODE_LEDGER_OPEN, "%s", path);
		*p = '/';
	}
	return 0;
}

static char *
default_file(bool make, struct err *e)
{
	const char *db = getenv("QUIRE_DB"), *state = getenv("XDG_STATE_HOME");
	const char *home = getenv("HOME");
	char *file;

	if (db && *db)
		return mem_dup(db);
	if (state && *state == '/')
		file = mem_printf("%s/quire/jobs.db", state);
	else if (home && *home == '/')
		file = mem_printf("%s/.local/state/quire/jobs.db", home);
	else {
		err_set(e, ERR_FATAL, CODE_LEDGER_OPEN, "name a ledger with --db or QUIRE_DB");
		return NULL;
	}
	if (!make || make_parents(file, e) == 0)
		return file;
	free(file);
	return NULL;
}

/* Seconds, in QUIRE_DB_WAIT; 30 where there is no such number. */
static long
wait_ms(void)
{
	const char *s = getenv("QUIRE_DB_WAIT");
	char *end;
	double seconds = s ? strtod(s, &end) : 0;

	if (!s || end == s || *end || !(seconds >= 0 && seconds <= 86400))
		return 30000;
	return (long)(seconds * 1000);
}

/* Who is told twice to stop does not wait for others. */
static bool
told_twice(void)
{
	int signo;

	return loop_signals(&signo) > 1;
}

/* To SQLite, these may be databases that are gone with whoever opens them. */
static struct ledger *
open_lite(const char *name, bool make, struct err *e)
{
	const struct lite_conf conf = { .file = name,
		.must_exist = !make,
		.wait_ms = wait_ms(),
		.enough = told_twice };

	if (!*name || !strcmp(name, ":memory:") || !strncmp(name, "file:", 5)) {
		err_set(e, ERR_VALIDATION, CODE_LEDGER_OPEN, "\"%s\": no name of a ledger's file",
		    name);
		return NULL;
	}
	return lite_open(&conf, e);
}

/* How a ledger's name begins, and who opens it; the last takes any name. */
static const struct {
	const char *prefix;
	struct ledger *(*make)(const char *name, bool make, struct err *);
} kinds[] = { { "", open_lite } };

static struct ledger *
open_kind(const char *name, bool make, struct err *e)
{
	size_t i = 0;

	while (strncmp(name, kinds[i].prefix, strlen(kinds[i].prefix)) != 0)
		i++;
	return kinds[i].make(name, make, e);
}

struct jobs *
jobs_over(struct ledger *db)
{
	struct jobs *j = mem_new(1, sizeof(*j));

	j->db = db;
	if (getrandom(&j->seed, sizeof(j->seed), 0) < 0)
		j->seed = (unsigned)getpid();
	j->digest = digest_new();
	return j;
}

struct jobs *
jobs_open(const char *file, bool make, struct err *e)
{
	char *name = file ? mem_dup(file) : default_file(make, e);
	struct ledger *db = name ? open_kind(name, make, e) : NULL;

	free(name);
	return db ? jobs_over(db) : NULL;
}

void
jobs_close(struct jobs *j)
{
	if (!j)
		return;
	j->db->ops->close(j->db);
	digest_free(j->digest);
	free(j);
}

int
jobs_begin(struct jobs *j, struct err *e)
{
	j->added = 0;
	return j->db->ops->begin(j->db, e);
}

/* The counts of what was added are written once a transaction. */
static int
count_added(struct jobs *j, struct err *e)
{
	long n = j->added;

	j->added = 0;
	return n == 0 ? 0 : j->db->queue->count(j->db, j->added_queue, n, e);
}

int
jobs_commit(struct jobs *j, struct err *e)
{
	if (count_added(j, e) < 0) {
		jobs_rollback(j);
		return -1;
	}
	return j->db->ops->commit(j->db, e);
}

void
jobs_rollback(struct jobs *j)
{
	j->db->ops->rollback(j->db);
}
