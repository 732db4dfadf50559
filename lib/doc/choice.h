/*
 * doc/choice.h - which kinds of documents are opened, and how long they may be: what
 * is found out by content (doc/kind.h) is asked for here before there is a child.
 */
#ifndef DOC_CHOICE_H
#define DOC_CHOICE_H

#include <stdbool.h>
#include <stddef.h>

struct err;
struct kind;

enum { CHOICE_KINDS = 96 }; /* of a table */

/* All zeros: all of them, of any length. */
struct choice {
	bool some;                    /* only those that are taken */
	bool taken[CHOICE_KINDS];     /* by their places in the table */
	long long most[CHOICE_KINDS]; /* bytes; 0: any */
};

/*
 * A kind is named as its row in the table (NULL: kind_all) has it, or by its MIME type;
 * capitals and blanks are of no matter.  Only the kinds in list, with commas: -1 with
 * validation document.type where one is not known.
 */
int choice_take(struct choice *, const struct kind *table, const char *list, struct err *);
/* The same of TYPE=BYTES, 1 to 2^52. */
int choice_limit(struct choice *, const struct kind *table, const char *text, struct err *);
/*
 * Whether a document of that kind (NULL: of none that is known) and length is opened:
 * -1 with validation document.type (CODE_LEFT_OUT ends the message), document.large.
 */
int choice_allows(const struct choice *, const struct kind *table, const struct kind *,
    long long bytes, struct err *);

#endif
