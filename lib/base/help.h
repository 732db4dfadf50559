/*
 * base/help.h - what a table of options says of itself: for opt alone.
 *
 * Everything goes to fp; whether it arrived is the caller's to ask.
 */
#ifndef BASE_HELP_H
#define BASE_HELP_H

#include <stdio.h>

struct opt_spec;

/* The usage line of a command, or of each of its verbs. */
void help_usage(FILE *fp, const struct opt_spec *);
void help_usage_verbs(FILE *fp, const struct opt_spec *specs);
/*
 * For a person, in 80 columns: usage, what it does, the options by group, and
 * where to read on.  Of a command with verbs: each with what it does.
 */
void help_print(FILE *fp, const struct opt_spec *);
void help_print_verbs(FILE *fp, const struct opt_spec *specs);
/* What a completion script needs: names, then the argument or its words. */
void help_completion(FILE *fp, const struct opt_spec *);

#endif
