/*
 * proc/jail.h - what a child that meets untrusted bytes may do.
 *
 * Two levels, both required (design section 6):
 * L1: resource limits, no_new_privs, and a seccomp filter under which no
 *     socket can be made and no other process be touched (socket, connect,
 *     bind, listen, accept, ptrace, process_vm_*, kill of others, mount and
 *     namespace calls, keyrings, bpf, io_uring, ... fail with EPERM or
 *     EAFNOSUPPORT).  Nobody in a jail leaves its process group, makes a file
 *     that is setuid, or has threads, but for programs that cannot do without;
 * L2: landlock, by the kernel's ABI: only the paths listed can be opened.
 * Where the kernel cannot do one of them jail_enter fails, with fatal
 * jail.unavailable, rather than run the child outside.
 * Not covered: faults of the kernel itself.
 */
#ifndef PROC_JAIL_H
#define PROC_JAIL_H

#include <stdbool.h>

struct err;

enum {
	JAIL_READ = 1, /* open files to read, list directories */
	JAIL_EXEC = 2, /* and execute */
	JAIL_WRITE = 4 /* create, write, rename and remove plain files */
};

/* Which system calls there are, besides those of may_exec and may_kill. */
enum jail_calls {
	JAIL_CALLS_PROGRAM, /* what poppler, fontconfig, Tesseract and their kin call */
	JAIL_CALLS_DECODER  /* what code of ours around a library of images calls */
};

struct jail_path {
	const char *path; /* a file or a directory with all below; NULL ends */
	int rights;
};

struct jail {
	const struct jail_path *paths; /* NULL: nothing can be opened at all */
	const struct jail_path *more;  /* a second list, or NULL */
	int calls;                     /* enum jail_calls */
	bool may_exec;                 /* else no exec and no fork */
	bool may_kill;                 /* may fork where it may exec, and signal whom it
				   forked (a child of ours that has children) */
	bool may_thread;               /* may have threads, and so may what it starts */
	bool may_mkdir;                /* and directories, where it may write files */
	long cpu_s;                    /* RLIMIT_CPU; 0: not set */
	long as_bytes;                 /* RLIMIT_AS; ignored under AddressSanitizer */
	long fsize_bytes;              /* RLIMIT_FSIZE; 0: nothing can be written */
	long nofile;                   /* RLIMIT_NOFILE; 0: 64 */
	int abi_max;                   /* as on a kernel with that Landlock; 0: this one's */
};

/*
 * Paths that programs of Debian packages need to start and to find fonts and
 * data: /usr, /lib, /lib64, /bin, /etc/ld.so.cache, /etc/fonts, the font cache,
 * /dev/null, /dev/zero, /dev/urandom; those that do not exist are passed over.
 */
extern const struct jail_path jail_system[];

/*
 * Enter, for ever, in the calling process (a child, single-threaded).  A path
 * that does not exist is passed over.  A jail within a jail narrows it.
 */
int jail_enter(const struct jail *, struct err *);
/*
 * From inside: try what must not work (a socket of each family, connect,
 * opening /etc/passwd, /proc/1/environ and a file outside for writing,
 * signalling the parent, ptrace), and fail with fatal
 * jail.broken naming the first that did.  It touches nothing that is allowed.
 * proc_start runs it in every child that has a jail.
 */
int jail_check(const struct jail *, struct err *);

#endif
