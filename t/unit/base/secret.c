/* secret: secrets leave the environment where they stand, and nothing else does. */
#include "base/secret.h"

#include <stdbool.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "unit/asan.h"
#include "unit/check.h"

static char *vars[] = { (char[]){ "AWS_SECRET_ACCESS_KEY=canary/1" },
	(char[]){ "AWS_SESSION_TOKEN=canary2" }, (char[]){ "pgpassword=canary3" },
	(char[]){ "QUIRE_DB=postgres://me:canary4@host/db" },
	(char[]){ "https_proxy=http://me:canary5@host:1" }, (char[]){ "PATH=/usr/bin:/token" },
	(char[]){ "QUIRE_WORK=/var/tmp/@key" }, (char[]){ "QUIRE_S3=http://host:9000" },
	(char[]){ "odd" }, (char[]){ "EMPTY_KEY=" }, (char[]){ "http_proxy=me:canary6@host:1" },
	(char[]){ "ALL_PROXY=socks5h://host:1" }, (char[]){ "PASS_PROXY=canary7" },
	(char[]){ "VLLM_API_KEY=canary8" }, NULL };

static bool
is(const char *name, const char *value)
{
	const char *got = getenv(name);

	return got && !strcmp(got, value);
}

int
main(void)
{
	struct rlimit core;

	environ = vars;
	secret_forget_one("VLLM_API_KEY");
	CHECK(is("VLLM_API_KEY", "") && vars[13][13] == 0 && vars[13][19] == 0);
	secret_forget_one("PASS");
	CHECK(is("PASS_PROXY", "canary7") && is("AWS_SESSION_TOKEN", "canary2"));
	secret_forget(true);
	CHECK(is("https_proxy", "http://me:canary5@host:1"));
	CHECK(is("http_proxy", "me:canary6@host:1") && is("pgpassword", ""));
	secret_forget(false);
	CHECK(is("PASS_PROXY", "") && is("http_proxy", "") && is("ALL_PROXY", "socks5h://host:1"));
	CHECK(!strcmp(vars[0], "AWS_SECRET_ACCESS_KEY=") && vars[0][22] == 0 && vars[0][29] == 0);
	CHECK(is("AWS_SESSION_TOKEN", "") && is("pgpassword", ""));
	CHECK(is("QUIRE_DB", "") && is("https_proxy", ""));
	CHECK(is("PATH", "/usr/bin:/token") && !strcmp(vars[8], "odd"));
	CHECK(is("QUIRE_WORK", "/var/tmp/@key"));
	CHECK(is("QUIRE_S3", "http://host:9000"));
	environ = NULL;
	secret_forget(false);
	secret_hold();
	CHECK(getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_cur <= 1 && core.rlim_max <= 1);
	CHECK(ASAN || prctl(PR_GET_DUMPABLE) == 0);
	return 0;
}
