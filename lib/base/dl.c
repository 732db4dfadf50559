#include <dlfcn.h>
#include <string.h>

#include "base/dl.h"
#include "base/err.h"

int
dl_load(const struct dl *dl, void *calls, struct err *e)
{
	void *library = dlopen(dl->library, RTLD_NOW | RTLD_LOCAL), *call = library;

	for (size_t i = 0; call && i < dl->n; i++) {
		call = dlsym(library, dl->names[i]);
		memcpy((char *)calls + i * sizeof(call), &call, sizeof(call));
	}
	return call
	    ? 0
	    : err_set(e, ERR_FATAL, dl->code, "install the package %s: %s", dl->package, dlerror());
}
