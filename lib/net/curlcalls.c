#include "base/dl.h"
#include "base/err.h"
#include "net/curlcalls.h"

int
curlcalls_load(void *calls, struct err *e)
{
#define X(name) "curl_" #name,
	static const char *const names[] = { CURLCALLS(X) };
#undef X
	static const struct dl dl = { "libcurl.so.4", "libcurl4", CODE_PROC_EXEC, names,
		sizeof(names) / sizeof(*names) };

	return dl_load(&dl, calls, e);
}
