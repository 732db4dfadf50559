#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "proc/forget.h"

static bool
is_named_so(const char *var, const char *end)
{
	static const char *const words[] = { "KEY", "SECRET", "TOKEN", "PASS", "CREDENTIAL",
		"AUTH" };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		const char *at = strcasestr(var, words[i]);

		if (at && at < end)
			return true;
	}
	return false;
}

static bool
has_user(const char *value)
{
	const char *at = strstr(value, "://");

	return at && strchr(at, '@');
}

void
forget_secrets(void)
{
	for (char **v = environ; v && *v; v++) {
		char *equals = strchr(*v, '=');

		if (equals && (is_named_so(*v, equals) || has_user(equals + 1)))
			explicit_bzero(equals + 1, strlen(equals + 1));
	}
}
