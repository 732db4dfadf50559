#include "base/dl.h"
#include "base/err.h"
#include "img/tiffcalls.h"

int
tiffcalls_load(void *calls, struct err *e)
{
#define X(name) "TIFF" #name,
	static const char *const names[] = { TIFFCALLS(X) };
#undef X
	static const struct dl dl = { "libtiff.so.6", "libtiff6", CODE_PROC_EXEC, names,
		sizeof(names) / sizeof(*names) };

	return dl_load(&dl, calls, e);
}
