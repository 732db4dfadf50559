/*
 * rec/name.h - a document's names as its record says them: uri and rel.
 *
 * In both, "%" and bytes that are not UTF-8 are percent-encoded (%25, %E9), and
 * nothing else is.
 */
#ifndef REC_NAME_H
#define REC_NAME_H

#include <stdbool.h>
#include <stddef.h>

struct err;

/* path percent-encoded as above, the caller's to free; and back. */
char *name_encode(const char *path);
/* The same of n bytes, in which NULs may be: %00, which names nothing any more. */
char *name_encode_bytes(const char *path, size_t n);
/*
 * Any %XX is taken, also where name_encode would write none.  NULL with
 * validation record.member: a bad escape, or one that means NUL.
 */
char *name_decode(const char *text, struct err *);
/*
 * A rel, which has to be as name_encode writes it: two texts for one name
 * would be two documents with one result.  Else validation dest.name.
 */
char *name_decode_rel(const char *rel, struct err *);

/*
 * A rel for the document of that uri that is no other's: rel, "~" and 8 digits of
 * the SHA-256 of uri; the caller's to free.  The same each time, whichever of two
 * comes first.
 */
char *name_suffixed(const char *rel, const char *uri);

struct name_globs { /* fnmatch(3) without flags, on the whole of rel */
	const char *const *match, *const *exclude;
	size_t nmatch, nexclude;
};

/* What a listing has passed over, which is no document or was not asked for. */
struct name_passed {
	long links;     /* to a folder, to nothing, or out of what is listed */
	long special;   /* FIFOs, devices and sockets */
	long young;     /* still being written */
	long unmatched; /* by the globs */
	long folders;   /* objects that stand for folders, or lie in the one to be skipped */
};

/* Whether one of match, if there are any, and none of exclude fits. */
bool name_is_wanted(const struct name_globs *, const char *rel);

#endif
