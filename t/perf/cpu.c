/*
 * cpu - run a command and say what it cost
 *
 * cpu FILE COMMAND [ARG]...
 *
 * FILE gets "SECONDS KIB": user and system time of the command and of all its
 * descendants, those too that it did not wait for, and the most memory that
 * any one of them had.  Ends with the command's status.
 */
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static double
seconds(const struct timeval *t)
{
	return (double)t->tv_sec + (double)t->tv_usec / 1e6;
}

static int
report(const char *name)
{
	struct rusage u;
	FILE *fp = fopen(name, "we");

	if (!fp || getrusage(RUSAGE_CHILDREN, &u) < 0)
		return -1;
	fprintf(fp, "%.4f %ld\n", seconds(&u.ru_utime) + seconds(&u.ru_stime),
	    u.ru_maxrss);
	return fclose(fp);
}

int
main(int argc, char *argv[])
{
	int status, result = 127;
	pid_t pid, got;

	if (argc < 3) {
		fputs("usage: cpu FILE COMMAND [ARG]...\n", stderr);
		return 2;
	}
	/* Descendants whose parent has ended become our children. */
	if (prctl(PR_SET_CHILD_SUBREAPER, 1) < 0 || (pid = fork()) < 0) {
		perror("cpu");
		return 126;
	}
	if (pid == 0) {
		execvp(argv[2], argv + 2);
		perror(argv[2]);
		_exit(127);
	}
	while ((got = wait(&status)) > 0 || errno == EINTR)
		if (got == pid)
			result = WIFEXITED(status) ? WEXITSTATUS(status)
						   : 128 + WTERMSIG(status);
	if (report(argv[1]) < 0) {
		perror(argv[1]);
		return 126;
	}
	return result;
}
