#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/secret.h"

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

static bool
is_proxy(const char *var, const char *end)
{
	return end - var > 6 && strncasecmp(end - 6, "_proxy", 6) == 0;
}

void
secret_forget(bool but_proxies)
{
	for (char **v = environ; v && *v; v++) {
		char *equals = strchr(*v, '=');
		bool secret;

		if (!equals)
			continue;
		if (is_proxy(*v, equals) && but_proxies)
			continue;
		secret = is_named_so(*v, equals) || has_user(equals + 1) ||
		    (is_proxy(*v, equals) && strchr(equals, '@'));
		if (secret)
			explicit_bzero(equals + 1, strlen(equals + 1));
	}
}

void
secret_forget_one(const char *name)
{
	size_t n = strlen(name);

	for (char **v = environ; v && *v; v++)
		if (strncmp(*v, name, n) == 0 && (*v)[n] == '=')
			explicit_bzero(*v + n + 1, strlen(*v + n + 1));
}

/* No file is as small as 1 byte; 0 would be no limit to a pipe (core(5)). */
void
secret_no_core(void)
{
	struct rlimit none = { 1, 1 }, now;

	if (getrlimit(RLIMIT_CORE, &now) == 0 && now.rlim_max == 0)
		none.rlim_cur = none.rlim_max = 0;
	setrlimit(RLIMIT_CORE, &none);
}

/* LeakSanitizer reads the process's memory by ptrace(2). */
void
secret_hold(void)
{
	secret_no_core();
#ifndef __SANITIZE_ADDRESS__
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}
