#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "base/ulid.h"
#include "rec/rec.h"
#include "work/dir.h"
#include "work/doc.h"

int
doc_unopened(const char *path, struct err *e)
{
	if (errno == ENOENT || errno == ENOTDIR || errno == ELOOP)
		return err_sys(e, ERR_PERMANENT, CODE_DOCUMENT_MISSING, "%s", path);
	return err_sys(e, err_class_of(errno), CODE_STORE_READ, "%s", path);
}

int
doc_work(struct rec *r, struct err *e)
{
	char id[ULID_LEN + 1], *work;
	int dir;

	if (!rec_str(r, "id")) {
		ulid_make(id);
		rec_set_str(r, "id", id);
	}
	if (rec_str(r, "work")) {
		dir = work_open(rec_str(r, "work"), e);
		return dir < 0 ? -1 : close(dir);
	}
	work = work_make(rec_str(r, "id"), e);
	if (!work)
		return -1;
	rec_set_str(r, "work", work);
	free(work);
	return 0;
}

void
doc_remove_work(struct rec *r)
{
	const char *work = rec_str(r, "work");
	struct err e;

	if (!work || (rec_has(r, "kind") && !rec_is(r, "kind", "document")))
		return;
	if (work_remove(work, &e) < 0)
		log_event(LOG_LEVEL_WARN, rec_str(r, "id"), &e, "%s", e.msg);
}
