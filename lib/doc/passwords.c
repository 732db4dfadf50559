#include <sys/stat.h>

#include <fcntl.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jv.h>

#include "base/err.h"
#include "base/lines.h"
#include "base/mem.h"
#include "doc/passwords.h"
#include "rec/jx.h"

enum { LINE_MAX_BYTES = 64 << 10, READ_AT_ONCE = 4096 };

struct passwords {
	struct password {
		char *match, *text;
	} * v;
	size_t n;
};

/* A member that is a string, without a NUL: the caller's to free; or NULL. */
static char *
line_member(const jv *line, const char *name)
{
	jv v = jx_get(line, name);
	const char *s = jx_cstr(&v);
	char *text = s && *s ? mem_dup(s) : NULL;

	jv_free(v);
	return text;
}

static void
password_forget(char *text)
{
	if (text)
		explicit_bzero(text, strlen(text));
	free(text);
}

/* One that qpdf(1) can be told: it takes a line. */
static bool
password_is_good(const char *text)
{
	return text && strlen(text) <= PASSWORD_MAX && !strpbrk(text, "\r\n");
}

static bool
take_password(struct passwords *p, const char *text, size_t len)
{
	jv line = jv_parse_sized(text, (int)len);
	const bool is = jv_get_kind(line) == JV_KIND_OBJECT && jv_object_length(jv_copy(line)) == 2;
	struct password new = { .match = is ? line_member(&line, "match") : NULL,
		.text = is ? line_member(&line, "password") : NULL };
	const bool good = new.match &&password_is_good(new.text);

	jv_free(line);
	if (!good) {
		free(new.match);
		password_forget(new.text);
		return false;
	}
	p->v = mem_resize(p->v, p->n + 1, sizeof(*p->v));
	p->v[p->n++] = new;
	return true;
}

static int
take_passwords(struct passwords *p, struct lines *in, const char *file, struct err *e)
{
	const char *line;
	size_t len;
	int got;

	while (!lines_ended(in)) {
		got = lines_next(in, &line, &len);
		if (got == 0 && !in->eof && lines_fill(in, e) < 0)
			return -1;
		if (got < 0 || (got > 0 && !take_password(p, line, len)))
			return err_set(e, ERR_FATAL, CODE_RECORD_SYNTAX,
			    "%s:%ld: not {\"match\":GLOB,\"password\":TEXT}", file, in->no);
	}
	return 0;
}

/* Whether nobody else has a say in it, or sees it. */
static int
file_is_private(const char *file, int fd, struct err *e)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return err_sys(e, ERR_FATAL, CODE_IO_READ, "%s", file);
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_FATAL, CODE_IO_READ, "%s: not a plain file", file);
	if (st.st_uid != geteuid() && st.st_uid != 0)
		return err_set(e, ERR_FATAL, CODE_IO_READ, "%s: it is another user's", file);
	if (st.st_mode & 077)
		return err_set(e, ERR_FATAL, CODE_IO_READ, "%s: others can read it: chmod 600 it",
		    file);
	return 0;
}

struct passwords *
passwords_read(const char *file, struct err *e)
{
	struct passwords *p = mem_new(1, sizeof(*p));
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY), bad;
	struct lines in;

	if (fd < 0)
		bad = err_sys(e, ERR_FATAL, CODE_IO_READ, "%s", file);
	else
		bad = file_is_private(file, fd, e);
	lines_init(&in, fd, READ_AT_ONCE, LINE_MAX_BYTES);
	if (bad == 0)
		bad = take_passwords(p, &in, file, e);
	if (in.b.p)
		explicit_bzero(in.b.p, in.b.len);
	lines_release(&in);
	if (fd >= 0)
		close(fd);
	if (bad == 0)
		return p;
	passwords_free(p);
	return NULL;
}

void
passwords_free(struct passwords *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->n; i++) {
		free(p->v[i].match);
		password_forget(p->v[i].text);
	}
	free(p->v);
	free(p);
}

const char *
passwords_for(const struct passwords *p, const char *uri)
{
	for (size_t i = 0; i < p->n; i++)
		if (fnmatch(p->v[i].match, uri ? uri : "", 0) == 0)
			return p->v[i].text;
	return NULL;
}
