#include <sys/stat.h>

#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "doc/kind.h"
#include "doc/texts.h"
#include "doc/whole.h"
#include "rec/rec.h"
#include "work/doc.h"
#include "work/docfile.h"

/* What an open document is, as far as its content tells. */
static const char *
whole_mime(int fd, const char *path, struct rec *r)
{
	const struct texts_hint hint = texts_hint_of(r);
	struct err e;
	const struct kind *kind = kind_of(kind_all, fd, path, &hint, &e);

	return kind ? kind->mime : "application/octet-stream";
}

int
whole_page(struct rec *r, struct err *e)
{
	struct docfile_want want = { .path = rec_need(r, "path", e),
		.sha256 = rec_str(r, "sha256") };
	struct stat st;
	char *path;
	int fd;

	if (!want.path || doc_work(r, e) < 0)
		return -1;
	want.work = want.scratch = rec_str(r, "work");
	fd = docfile_open(&want, &path, e);
	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0 && st.st_size == 0) {
		close(fd);
		free(path);
		return err_set(e, ERR_VALIDATION, CODE_DOCUMENT_EMPTY, "it has no bytes");
	}
	rec_set_str(r, "path", path);
	rec_set_str(r, "mime", whole_mime(fd, path, r));
	free(path);
	rec_set_str(r, "kind", "page");
	rec_set(r, "whole", jv_true());
	rec_set_int(r, "page", 1);
	rec_set_int(r, "pages", 1);
	close(fd);
	return 0;
}
