#include <errno.h>
#include <linux/capability.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/err.h"
#include "proc/filter.h"
#include "proc/jail.h"
#include "proc/landlock.h"

#if defined(__SANITIZE_ADDRESS__)
#define LIMIT_AS 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LIMIT_AS 0
#endif
#endif
#ifndef LIMIT_AS
#define LIMIT_AS 1
#endif

const struct jail_path jail_system[] = {
	{ "/usr", JAIL_READ | JAIL_EXEC },
	{ "/lib", JAIL_READ | JAIL_EXEC },
	{ "/lib64", JAIL_READ | JAIL_EXEC },
	{ "/bin", JAIL_READ | JAIL_EXEC },
	{ "/etc/ld.so.cache", JAIL_READ },
	{ "/etc/fonts", JAIL_READ },
	{ "/var/cache/fontconfig", JAIL_READ },
	{ "/dev/null", JAIL_READ | JAIL_WRITE },
	{ "/dev/zero", JAIL_READ },
	{ "/dev/urandom", JAIL_READ },
	{ NULL, 0 },
};

static int
jail_unavailable(struct err *e, int errnum, const char *what)
{
	errno = errnum;
	return err_sys(e, ERR_FATAL, CODE_JAIL_UNAVAILABLE,
	    "untrusted input cannot be opened safely here: %s", what);
}

static int
limit(int what, rlim_t soft, rlim_t hard)
{
	struct rlimit now, l = { soft, hard };

	if (getrlimit(what, &now))
		return -1;
	if (l.rlim_max > now.rlim_max)
		l.rlim_max = now.rlim_max;
	if (l.rlim_cur > l.rlim_max)
		l.rlim_cur = l.rlim_max;
	return setrlimit(what, &l);
}

static int
jail_limits(const struct jail *j, struct err *e)
{
	const rlim_t fsize = (rlim_t)j->fsize_bytes, as = (rlim_t)j->as_bytes,
		     cpu = (rlim_t)j->cpu_s, nofile = j->nofile ? (rlim_t)j->nofile : 64;

	/* SIGXCPU, which proc_why can name, and a second later SIGKILL */
	if (limit(RLIMIT_CORE, 1, 1) || limit(RLIMIT_FSIZE, fsize, fsize) ||
	    limit(RLIMIT_NOFILE, nofile, nofile) || (cpu && limit(RLIMIT_CPU, cpu, cpu + 1)) ||
	    (LIMIT_AS && as && limit(RLIMIT_AS, as, as)))
		return jail_unavailable(e, errno, "setrlimit");
	return 0;
}

/*
 * Root keeps only what lets it read and write others' files, to the extent
 * that Landlock allows; no_new_privs keeps exec from giving the rest back.
 */
static int
drop_privileges(struct err *e)
{
	struct __user_cap_header_struct head = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
	const uint32_t keep = 1U << CAP_DAC_OVERRIDE | 1U << CAP_DAC_READ_SEARCH;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return jail_unavailable(e, errno, "no_new_privs");
	if (syscall(SYS_capget, &head, data))
		return jail_unavailable(e, errno, "capget");
	for (int i = 0; i < _LINUX_CAPABILITY_U32S_3; i++) {
		data[i].permitted &= i == 0 ? keep : 0;
		data[i].effective = data[i].permitted;
		data[i].inheritable = 0;
	}
	if (syscall(SYS_capset, &head, data))
		return jail_unavailable(e, errno, "capset");
	return 0;
}

int
jail_enter(const struct jail *j, struct err *e)
{
	if (jail_limits(j, e) || drop_privileges(e) || landlock_enter(j, e))
		return -1;
	return filter_enter(j) < 0 ? jail_unavailable(e, errno, "seccomp") : 0;
}
