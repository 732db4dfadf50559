#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/lines.h"
#include "base/log.h"
#include "base/mem.h"
#include "model/answer.h"
#include "model/batchin.h"
#include "model/ids.h"
#include "rec/jx.h"

enum {
	LINE_MOST = ANSWER_JSON_MAX + (64 << 10), /* an answer, and what stands around it */
	LINE_READ = 256 << 10,                    /* bytes of one read */
	STATUS_FINE = 200
};

struct batch_in {
	struct {
		char *path;
		int fd;
	} * file;
	size_t files;
	struct ids ids;
	struct buf line; /* the one that was looked up last */
};

/* JSON text within a line. */
struct span {
	const char *p; /* NULL: it is not there, or null */
	size_t len;
};

/* What a line says. */
struct batch_answer {
	const char *id; /* NULL: none of ours */
	long status;    /* 0: there is no response */
	struct span body, error;
};

static struct span
answer_span(const char *text, const struct jx_members *m, const char *name)
{
	struct span found = { NULL, 0 };

	for (size_t i = 0; i < m->n; i++)
		if (m->v[i].name_len == strlen(name) &&
		    memcmp(text + m->v[i].name, name, m->v[i].name_len) == 0)
			found = (struct span){ text + m->v[i].value, m->v[i].value_len };
	if (found.p && *found.p == 'n')
		found = (struct span){ NULL, 0 };
	return found;
}

/* Our id within its quotes. */
static const char *
answer_id(struct span s)
{
	return s.p && s.len == IDS_DIGITS + 2 && ids_is(s.p + 1, IDS_DIGITS) ? s.p + 1 : NULL;
}

static int
batch_parse(const char *line, size_t len, struct batch_answer *a, struct err *e)
{
	struct jx_members m = { 0 };
	struct span response, status;

	*a = (struct batch_answer){ .status = 0 };
	if (jx_scan(line, len, &m, e) < 0) {
		free(m.v);
		return -1;
	}
	a->id = answer_id(answer_span(line, &m, "custom_id"));
	a->error = answer_span(line, &m, "error");
	response = answer_span(line, &m, "response");
	if (response.p && *response.p == '{' && jx_scan(response.p, response.len, &m, e) == 0) {
		status = answer_span(response.p, &m, "status_code");
		/* Some write it as a text. */
		if (status.p && *status.p == '"')
			status.p++;
		a->status = status.p ? strtol(status.p, NULL, 10) : STATUS_FINE;
		a->body = answer_span(response.p, &m, "body");
	}
	free(m.v);
	if (a->status == 0 && !a->error.p)
		return err_set(e, ERR_VALIDATION, CODE_RECORD_SYNTAX,
		    "it has no response and no error, as the answers of a batch have");
	return 0;
}

static bool
is_completed(const struct batch_answer *a)
{
	return a->status == STATUS_FINE && a->body.p && *a->body.p == '{';
}

static int
batch_note(struct batch_in *b, size_t file, const struct batch_answer *a, const struct lines *in,
    size_t len)
{
	const bool good = is_completed(a);
	struct id_place *p = a->id ? ids_add(&b->ids, a->id) : NULL;

	if (a->id && !p)
		return -1;
	if (p && (good || !p->good)) {
		p->at = in->at;
		p->len = (uint32_t)len;
		p->file = (uint16_t)file;
		p->good = good;
	}
	return 0;
}

/* All lines that have come so far. */
static int
batch_lines(struct batch_in *b, size_t file, struct lines *in, struct err *e)
{
	const char *path = b->file[file].path, *line;
	struct batch_answer a;
	struct stat st;
	struct err why;
	size_t len;
	int got;

	while ((got = lines_next(in, &line, &len)) != 0) {
		if (got < 0) {
			log_warn("%s:%ld: longer than %d bytes: it is passed over", path, in->no,
			    LINE_MOST);
		} else if (batch_parse(line, len, &a, &why) == 0) {
			if (batch_note(b, file, &a, in, len) < 0)
				return err_set(e, ERR_FATAL, CODE_OCR_BATCH,
				    "%s: more than %d answers", path, IDS_MAX);
		} else if (in->eof && fstat(in->fd, &st) == 0 &&
		    in->at + (long long)len == st.st_size) {
			/* No newline behind it: who writes was stopped, or has not done yet. */
			log_warn("%s:%ld: the file ends within it: it is passed over", path,
			    in->no);
		} else {
			return err_set(e, ERR_FATAL, CODE_OCR_BATCH,
			    "%s:%ld: no answer of a batch: %s", path, in->no, why.msg);
		}
	}
	return 0;
}

static int
batch_read(struct batch_in *b, size_t file, struct err *e)
{
	struct lines in;
	struct err why;
	int r = 0;

	lines_init(&in, b->file[file].fd, LINE_READ, LINE_MOST);
	while (r == 0 && !in.eof) {
		if (lines_fill(&in, &why) < 0)
			r = err_set(e, ERR_FATAL, CODE_OCR_BATCH, "%s: it cannot be read",
			    b->file[file].path);
		else
			r = batch_lines(b, file, &in, e);
	}
	lines_release(&in);
	return r;
}

static int
batch_open(struct batch_in *b, const char *path, struct err *e)
{
	const size_t file = b->files++;
	struct stat st;

	b->file[file].path = mem_dup(path);
	b->file[file].fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (b->file[file].fd < 0 || fstat(b->file[file].fd, &st) < 0)
		return err_sys(e, ERR_FATAL, CODE_OCR_BATCH, "%s", path);
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_FATAL, CODE_OCR_BATCH,
		    "%s: not a regular file, and answers are read again", path);
	return batch_read(b, file, e);
}

struct batch_in *
batch_in_open(const char *const *path, size_t n, struct err *e)
{
	struct batch_in *b = mem_new(1, sizeof(*b));
	int r = 0;

	buf_init(&b->line, LINE_MOST);
	b->file = mem_new(n, sizeof(*b->file));
	if (n > BATCH_FILES)
		r = err_set(e, ERR_FATAL, CODE_OCR_BATCH, "more than %d files of answers",
		    BATCH_FILES);
	for (size_t i = 0; r == 0 && i < n; i++)
		r = batch_open(b, path[i], e);
	if (r == 0)
		return b;
	batch_in_free(b);
	return NULL;
}

/* Its line, as it stood when the file was read through. */
static int
line_again(struct batch_in *b, const struct id_place *p, const char *id, struct batch_answer *a,
    struct err *e)
{
	const int fd = b->file[p->file].fd;
	struct buf *line = &b->line;
	ssize_t got = 1;

	buf_clear(line, LINE_READ);
	if (buf_room(line, p->len) < 0)
		return err_set(e, ERR_TRANSIENT, CODE_MEM_LIMIT, "no memory for an answer");
	while (line->len < p->len && got > 0) {
		got = pread(fd, line->p + line->len, p->len - line->len,
		    (off_t)(p->at + (long long)line->len));
		line->len += got > 0 ? (size_t)got : 0;
	}
	if (line->len == p->len && batch_parse(line->p, line->len, a, e) == 0 && a->id &&
	    memcmp(a->id, id, IDS_DIGITS) == 0)
		return 0;
	return err_set(e, ERR_TRANSIENT, CODE_OCR_BATCH, "%s has changed while it was read",
	    b->file[p->file].path);
}

/* Whether it is the request's own fault, and not the batch's that it did not come to it. */
static bool
is_refusal(long status)
{
	return status == 400 || status == 413 || status == 415 || status == 422;
}

/* Why there is no completion. */
static enum batch_found
batch_failed(const char *path, const char *id, const struct batch_answer *a, struct err *e)
{
	const struct span said = a->error.p ? a->error : a->body;
	jv request = jv_object();
	char words[300], status[32] = "", *key = NULL;
	enum refusal what = REFUSAL_OTHER;
	struct buf text = BUF_INIT(ANSWER_JSON_MAX);

	/* "error" may be the server's answer, or what that holds. */
	(void)buf_add(&text, said.p ? said.p : "", said.len);
	answer_message(text.p ? text.p : "", text.len, words, sizeof(words));
	if (text.len > 0)
		what = answer_refusal(text.p, text.len, &request, &key);
	buf_release(&text);
	jv_free(request);
	free(key);
	if (!is_refusal(a->status)) {
		if (a->status)
			snprintf(status, sizeof(status), " (HTTP %ld)", a->status);
		err_set(e, ERR_TRANSIENT, CODE_OCR_BATCH, "custom_id %s: no answer in %s%s: %s", id,
		    path, status, words);
		return BATCH_NONE;
	}
	err_set(e, ERR_PERMANENT,
	    what == REFUSAL_IMAGE || a->status == 413 ? CODE_OCR_IMAGE : CODE_OCR_REFUSED,
	    "custom_id %s: refused in %s (HTTP %ld): %s", id, path, a->status, words);
	return BATCH_REFUSED;
}

enum batch_found
batch_in_find(struct batch_in *b, const char *id, struct buf *body, struct err *e)
{
	const struct id_place *p = ids_find(&b->ids, id);
	struct batch_answer a = { .status = 0 };

	if (!p) {
		err_set(e, ERR_TRANSIENT, CODE_OCR_BATCH, "custom_id %s: no answer in %s%s", id,
		    b->file[0].path, b->files > 1 ? ", ..." : "");
		return BATCH_NONE;
	}
	if (line_again(b, p, id, &a, e) < 0)
		return BATCH_NONE;
	if (!is_completed(&a))
		return batch_failed(b->file[p->file].path, id, &a, e);
	if (buf_add(body, a.body.p, a.body.len) == 0)
		return BATCH_ANSWER;
	err_set(e, ERR_PERMANENT, CODE_OCR_LARGE, "the answer exceeds %d bytes", ANSWER_JSON_MAX);
	return BATCH_REFUSED;
}

void
batch_in_free(struct batch_in *b)
{
	if (!b)
		return;
	for (size_t i = 0; i < b->files; i++) {
		if (b->file[i].fd >= 0)
			close(b->file[i].fd);
		free(b->file[i].path);
	}
	free(b->file);
	ids_release(&b->ids);
	buf_release(&b->line);
	free(b);
}
