/* avscan - let clamd look for viruses in each document */
#include <stdlib.h>

#include "base/err.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/opt.h"
#include "base/secret.h"
#include "flow/filter.h"
#include "rec/jx.h"
#include "rec/rec.h"
#include "scan/address.h"
#include "scan/scanner.h"
#include "work/dir.h"
#include "work/docfile.h"

/* Where Debian's clamav-daemon listens. */
#define CLAMD "unix:/run/clamav/clamd.ctl"

struct avscan {
	struct scanner *scanner;
};

/* What clamd said of it, whatever that was. */
static void
set_scan(struct rec *r, const struct clamd_said *said)
{
	jv scan = jv_object();

	jx_set(&scan, "result", jv_string(said->verdict.result));
	if (*said->verdict.signature)
		jx_set(&scan, "signature", jv_string(said->verdict.signature));
	jx_set(&scan, "version", jv_string(said->version));
	jx_set(&scan, "bytes", jv_number((double)said->bytes));
	rec_set(r, "scan", scan);
}

static void
avscan_over(void *arg, const struct clamd_said *said, const struct err *e)
{
	struct task *t = arg;

	rec_del(t->rec, "scan");
	if (said->verdict.result)
		set_scan(t->rec, said);
	if (e) {
		task_fail(t, e);
		return;
	}
	filter_count(t->filter, COUNT_BYTES, (long)said->bytes);
	task_pass(t);
}

/* The document, open; later commands read what is scanned, so path is where that lies. */
static int
avscan_open(struct rec *r, struct err *e)
{
	char *path;
	int fd = docfile_of(r, &path, e);

	if (fd < 0)
		return -1;
	rec_set_str(r, "path", path);
	free(path);
	return fd;
}

static void
avscan_begin(struct task *t, void *arg)
{
	struct avscan *a = arg;
	struct err e;
	const int fd = avscan_open(t->rec, &e);

	if (fd < 0)
		task_fail(t, &e);
	else
		t->data = scan_new(a->scanner, fd, avscan_over, t);
}

static void
avscan_stopping(void *arg)
{
	struct avscan *a = arg;

	scanner_stop(a->scanner);
}

static void
avscan_cancel(struct task *t, void *arg)
{
	(void)arg;
	scan_cancel(t->data);
}

/* Of what is given, or the environment, or the usual one. */
static struct address *
avscan_address(const char *given, const struct opt_spec *spec, struct err *e)
{
	const char *set = getenv("QUIRE_CLAMD"), *text = given ? given : set && *set ? set : CLAMD;
	struct address *a = address_new(text, e);

	if (!a && e->class == ERR_FATAL)
		opt_usage(spec, "%s%s", given ? "--clamd " : "QUIRE_CLAMD ", e->msg);
	return a;
}

int
main(int argc, char *argv[])
{
	struct avscan a;
	long timeout_s = 300, patience_s = 120;
	const char *clamd = NULL;
	struct filter_conf conf = { .kind = "document", .max_tasks = 4, .names_files = true };
	const struct opt opts[] = { OPT_STR(0, "clamd", "ADDRESS", &clamd,
					"where it listens: unix:PATH or HOST:PORT (default: "
					"QUIRE_CLAMD, or " CLAMD ")"),
		OPT_NUM(0, "timeout", "SECONDS", &timeout_s, 1, 3600,
		    "give it up when it is silent for so long (default 300)"),
		OPT_NUM(0, "patience", "SECONDS", &patience_s, 0, 86400,
		    "wait so long for one that is not there (default 120)"),
		OPT_NUM('j', "jobs", "N", &conf.max_tasks, 1, 1024,
		    "have so many documents scanned at once (default 4)"),
		OPT_END };
	const struct opt_spec spec = { opts, "", 0, 0,
		"let clamd look for viruses in each document" };
	const struct filter_ops ops = { .begin = avscan_begin,
		.stopping = avscan_stopping,
		.cancel = avscan_cancel };
	struct scanner_conf scanner = { 0 };
	struct address *address;
	struct err e;
	int status;

	secret_forget(false);
	secret_no_core();
	opt_parse(argc, argv, &spec);
	address = avscan_address(clamd, &spec, &e);
	if (!address || !work_root(&e))
		return opt_die(&e);
	scanner = (struct scanner_conf){ loop_new(), address, timeout_s * 1000, patience_s * 1000 };
	a.scanner = scanner_new(&scanner);
	status = filter_run(scanner.loop, &conf, &ops, &a);
	scanner_free(a.scanner);
	loop_free(scanner.loop);
	address_free(address);
	return status;
}
