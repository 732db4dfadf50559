/*
 * unpack/names.h - what the members of an archive are called in their records.
 *
 * A member's name is what whoever packed it wrote: it becomes text in uri and
 * rel, and no path of ours.  The uri of a member is the archive's, "!/" and the
 * name as name_encode writes it, whatever that is.  Its rel is the same behind
 * the archive's rel, but that components that a path could climb by, "", "."
 * and "..", have "~" in front.  A name of more than NAMES_BYTES is cut, and "~"
 * and digits of its digest stand for the rest.  Where a uri or a rel was given
 * to an earlier member, "~" and the member's number stand behind: no two are
 * alike.
 */
#ifndef UNPACK_NAMES_H
#define UNPACK_NAMES_H

struct names;
struct rec;

enum { NAMES_BYTES = 800 };

/* Of one archive. */
struct names *names_new(void);
void names_free(struct names *); /* NULL is allowed */
/* The n-th entry, of that name: replace the archive's uri, and rel where it has one. */
void names_give(struct names *, struct rec *, const char *name, long n);

#endif
