#include <string.h>

#include "base/mem.h"
#include "ocr/converter.h"

#define PREFIX "http:"

static bool
has_scheme(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

bool
converter_is(const char *name)
{
	return has_scheme(name, PREFIX) || has_scheme(name, "https:");
}

const char *
converter_url(const char *name)
{
	return has_scheme(name, PREFIX "//") || !has_scheme(name, PREFIX) ? name
									  : name + strlen(PREFIX);
}

char *
converter_called(const char *name)
{
	const char *url = converter_url(name), *host = strstr(url, "://");

	host = host ? host + 3 : url;
	return mem_printf(PREFIX "%.*s", (int)strcspn(host, "/?#"), host);
}
