#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/err.h"
#include "proc/jail.h"
#include "proc/landlock.h"

/* Landlock as linux/landlock.h has it since ABI 6; Debian's stops at 2. */
enum {
	FS_EXECUTE = 1 << 0,
	FS_WRITE_FILE = 1 << 1,
	FS_READ_FILE = 1 << 2,
	FS_READ_DIR = 1 << 3,
	FS_REMOVE_DIR = 1 << 4,
	FS_REMOVE_FILE = 1 << 5,
	FS_MAKE_DIR = 1 << 7,
	FS_MAKE_REG = 1 << 8,
	FS_ABI1 = (1 << 13) - 1,
	FS_REFER = 1 << 13,     /* ABI 2 */
	FS_TRUNCATE = 1 << 14,  /* ABI 3 */
	FS_IOCTL_DEV = 1 << 15, /* ABI 5 */
	FS_OF_FILES = FS_EXECUTE | FS_WRITE_FILE | FS_READ_FILE | FS_TRUNCATE,
	NET_ALL = 3,   /* bind and connect TCP, ABI 4 */
	SCOPE_ALL = 3, /* abstract sockets and signals, ABI 6 */
	RULESET_VERSION = 1,
	RULE_PATH_BENEATH = 1
};

struct ruleset {
	uint64_t fs, net, scoped;
};

struct path_rule {
	uint64_t rights;
	int32_t fd;
} __attribute__((packed));

static int
landlock_unavailable(struct err *e, int errnum, const char *what)
{
	errno = errnum;
	return err_sys(e, ERR_FATAL, CODE_JAIL_UNAVAILABLE,
	    "untrusted input cannot be opened safely here: %s", what);
}

static uint64_t
rights_of(int rights, bool may_mkdir)
{
	uint64_t fs = 0;

	if (rights & (JAIL_READ | JAIL_EXEC))
		fs |= FS_READ_FILE | FS_READ_DIR;
	if (rights & JAIL_EXEC)
		fs |= FS_EXECUTE;
	if (rights & JAIL_WRITE)
		fs |= FS_WRITE_FILE | FS_TRUNCATE | FS_MAKE_REG | FS_REMOVE_FILE | FS_REFER;
	if (rights & JAIL_WRITE && may_mkdir)
		fs |= FS_MAKE_DIR | FS_REMOVE_DIR;
	return fs;
}

static int
add_path(int ruleset, uint64_t rights, const struct jail_path *p, struct err *e)
{
	struct path_rule rule = { rights, -1 };
	struct stat st;
	int rc = 0;

	rule.fd = open(p->path, O_PATH | O_CLOEXEC);
	if (rule.fd < 0) {
		if (errno == ENOENT || errno == ENOTDIR || errno == EACCES || errno == ELOOP ||
		    errno == ENAMETOOLONG)
			return 0; /* fewer rights, not more */
		return landlock_unavailable(e, errno, p->path);
	}
	if (fstat(rule.fd, &st))
		rc = landlock_unavailable(e, errno, p->path);
	else if (!S_ISDIR(st.st_mode))
		rule.rights &= FS_OF_FILES;
	if (rc == 0 && syscall(SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH, &rule, 0))
		rc = landlock_unavailable(e, errno, p->path);
	close(rule.fd);
	return rc;
}

static struct ruleset
ruleset_of(long abi)
{
	struct ruleset r = { FS_ABI1, 0, 0 };

	if (abi >= 2)
		r.fs |= FS_REFER;
	if (abi >= 3)
		r.fs |= FS_TRUNCATE;
	if (abi >= 4)
		r.net = NET_ALL;
	if (abi >= 5)
		r.fs |= FS_IOCTL_DEV;
	if (abi >= 6)
		r.scoped = SCOPE_ALL;
	return r;
}

int
landlock_abi(void)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, RULESET_VERSION);

	return abi > 0 ? (int)abi : 0;
}

int
landlock_abi_of(const struct jail *j)
{
	const int abi = landlock_abi();

	return j->abi_max > 0 && abi > j->abi_max ? j->abi_max : abi;
}

int
landlock_enter(const struct jail *j, struct err *e)
{
	const struct jail_path *lists[] = { j->paths, j->more };
	struct ruleset r;
	long abi, fd;
	int rc = 0;

	abi = landlock_abi_of(j);
	if (abi < 1)
		return landlock_unavailable(e, errno,
		    "the kernel has no Landlock (Linux 5.13, and \"landlock\" "
		    "in its list of LSMs)");
	r = ruleset_of(abi);
	fd = syscall(SYS_landlock_create_ruleset, &r, sizeof(r), 0);
	if (fd < 0)
		return landlock_unavailable(e, errno, "landlock_create_ruleset");
	for (int i = 0; i < 2; i++)
		for (const struct jail_path *p = lists[i]; rc == 0 && p && p->path; p++)
			rc = add_path((int)fd, rights_of(p->rights, j->may_mkdir) & r.fs, p, e);
	if (rc == 0 && syscall(SYS_landlock_restrict_self, fd, 0))
		rc = landlock_unavailable(e, errno, "landlock_restrict_self");
	close((int)fd);
	return rc;
}
