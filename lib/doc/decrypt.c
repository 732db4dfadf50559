#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "doc/decrypt.h"
#include "doc/maker.h"
#include "doc/say.h"
#include "pdf/pdf.h"
#include "pdf/said.h"
#include "pdf/tool.h"

enum { QPDF_WARNED = 3 }; /* its status where it has repaired something */

#define QPDF_AS (2L << 30)
#define DECRYPTED ".decrypted.pdf" /* in the work directory */

/* What holds the password, as a line, and nothing more: a pipe has room for that. */
static int
password_pipe(const char *password, struct err *e)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) < 0)
		return err_sys(e, ERR_BUSY, CODE_PROC_FORK, "pipe");
	if (dprintf(fds[1], "%s\n", password) < 0) {
		close(fds[0]);
		fds[0] = err_sys(e, ERR_TRANSIENT, CODE_MEM_LIMIT, "a pipe");
	}
	close(fds[1]);
	return fds[0];
}

/* Why it wrote nothing that can be used. */
static int
qpdf_failed(const struct pdftool *t, struct err *e)
{
	static const char wrong[] = "invalid password";
	const int sig =
	    t->proc.pid == 0 && WIFSIGNALED(t->proc.status) ? WTERMSIG(t->proc.status) : 0;
	char why[SAID_MAX];

	if (err_is(e, CODE_PROC_TIMEOUT) || sig == SIGXCPU)
		return err_set(e, ERR_TRANSIENT, CODE_DOCUMENT_TIMEOUT, "qpdf takes too long");
	if (sig == SIGXFSZ)
		return err_set(e, ERR_VALIDATION, CODE_DOCUMENT_LARGE,
		    "without its encryption it has more than 256 MiB");
	if (t->proc.head_len > 0 &&
	    memmem(t->proc.head, t->proc.head_len, wrong, sizeof(wrong) - 1))
		return err_set(e, ERR_VALIDATION, CODE_PDF_ENCRYPTED,
		    "the password that --password-file gives for it is not its own");
	return err_set(e, ERR_VALIDATION, CODE_PDF_DAMAGED, "qpdf cannot decrypt it: %s",
	    pdf_said(&t->proc, why));
}

/* Wait for its end: whether what it wrote can be used. */
static int
qpdf_end(struct pdftool *t, struct err *e)
{
	char none;

	if (pdftool_read(t, &none, 1, e) == 0 && pdftool_finish(t, e) == 0)
		return 0;
	if (t->proc.pid == 0 && WIFEXITED(t->proc.status) &&
	    WEXITSTATUS(t->proc.status) == QPDF_WARNED)
		return 0;
	return qpdf_failed(t, e);
}

/* 1: it was repaired as well, 0: not. */
static int
run_qpdf(const struct maker *m, const struct pdf *pdf, const char *to, struct err *e)
{
	const char *const argv[] = { "qpdf", "--decrypt", "--password-file=-", pdf->path, to,
		NULL };
	const struct pdf of = { .path = pdf->path, .work = m->work, .left_ms = m->page_s * 1000 };
	const struct pdftool_conf conf = { .argv = argv,
		.package = "qpdf",
		.work = m->work,
		.in = password_pipe(m->password, e),
		.as_bytes = QPDF_AS };
	struct pdftool t;
	int r;

	if (conf.in < 0)
		return -1;
	r = pdftool_run(&t, &of, &conf, e);
	close(conf.in);
	if (r < 0) {
		const struct err missing = *e;

		return err_is(&missing, CODE_PROC_EXEC)
		    ? err_set(e, ERR_PERMANENT, CODE_DOCUMENT_TOOL, "%s", missing.msg)
		    : -1;
	}
	pdftool_allow(&t, of.left_ms, 2 * of.left_ms);
	r = qpdf_end(&t, e);
	if (r == 0 && t.proc.status != 0)
		r = 1;
	pdftool_end(&t);
	return r;
}

int
decrypt_pdf(struct maker *m, const struct pdf *pdf, struct err *e)
{
	char *to = mem_printf("%s/" DECRYPTED, m->work);
	const int r = run_qpdf(m, pdf, to, e);

	free(to);
	if (r < 0)
		return -1;
	if (renameat(m->dir, DECRYPTED, m->dir, MAKER_BECOME) < 0)
		return err_set(e, ERR_VALIDATION, CODE_PDF_DAMAGED,
		    "qpdf cannot decrypt it: nothing comes of it");
	/* What poppler and mutool look at has no faults any more. */
	if (r > 0) {
		maker_note_all(m, "repaired", jv_string("qpdf"));
		maker_note_all(m, "damaged", jv_true());
		maker_doubt_all(m, "damaged");
	}
	maker_say_become(m);
	return 0;
}
