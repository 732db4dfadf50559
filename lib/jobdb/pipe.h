/*
 * jobdb/pipe.h - the command of jobdb work where it is several, joined by pipes.
 *
 * What sh makes of "a | b | c", but that the status of each is known, that who
 * was killed is said, and that all die with their parent.  They stay in the process
 * group of who runs this, which ends after the last of them.
 */
#ifndef JOBDB_PIPE_H
#define JOBDB_PIPE_H

#include <stdbool.h>

struct err;

#define JOBPIPE_ARG "--as-pipe"

struct jobpipe_conf {
	char **argv;      /* their words, with a "|" between; NAME=VALUE first: environment */
	const char *hold; /* a file that all of them hold a shared lock of; NULL: none */
	const char
	    *killed; /* a file where those that were killed are noted; NULL: they are logged */
};

/* Whether argv can be that: a command before, between and behind each "|". */
bool jobpipe_is(char *const *argv);
/* What it is called: its first program, behind what is set. */
const char *jobpipe_name(char *const *argv);
/*
 * The command line of the process that runs them, which is jobdb again by exec,
 * to be freed; its words are the conf's.  Its status: 137 where one was killed and
 * nobody had told it to stop; else the worst, where 2 counts over 3 over 75 over
 * 1, and what is none of these is 75.
 */
char **jobpipe_argv(const struct jobpipe_conf *);
/* First thing in main: does not return in that process. */
void jobpipe_enter(int argc, char *argv[]);

#endif
