#include <errno.h>

#include "base/err.h"
#include "work/doc.h"

int
doc_unopened(const char *path, struct err *e)
{
	if (errno == ENOENT || errno == ENOTDIR || errno == ELOOP)
		return err_sys(e, ERR_PERMANENT, "document.missing", "%s", path);
	return err_sys(e, err_class_of(errno), "store.read", "%s", path);
}
