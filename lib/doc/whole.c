#include <sys/stat.h>

#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "doc/choice.h"
#include "doc/kind.h"
#include "doc/texts.h"
#include "doc/whole.h"
#include "rec/rec.h"
#include "work/docfile.h"

int
whole_page(struct rec *r, const struct choice *choice, struct err *e)
{
	const struct texts_hint hint = texts_hint_of(r);
	const struct kind *kind;
	struct stat st = { 0 };
	struct err none;
	char *path;
	int fd = docfile_of(r, &path, e), bad = 0;

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0 && st.st_size == 0)
		bad = err_set(e, ERR_VALIDATION, CODE_DOCUMENT_EMPTY, "it has no bytes");
	kind = kind_of(kind_all, fd, path, &hint, &none);
	if (bad == 0)
		bad = choice_allows(choice, kind_all, kind, st.st_size, e);
	close(fd);
	if (bad < 0) {
		free(path);
		return -1;
	}
	rec_set_str(r, "path", path);
	rec_set_str(r, "mime", kind ? kind->mime : "application/octet-stream");
	free(path);
	rec_set_str(r, "kind", "page");
	rec_set(r, "whole", jv_true());
	rec_set_int(r, "page", 1);
	rec_set_int(r, "pages", 1);
	return 0;
}
