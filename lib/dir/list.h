/*
 * dir/list.h - the documents of a folder, as records.
 *
 * A document's rel is its path below the folder that is listed, encoded as
 * rec/name.h has it.
 */
#ifndef DIR_LIST_H
#define DIR_LIST_H

#include <stdbool.h>

#include "rec/name.h"

struct err;
struct loop;
struct rec;
struct store_list;

struct store_list_conf { /* what it points at must outlive the list */
	struct name_globs globs;
	const char *skip_dir;    /* a folder below, not to be entered, or NULL */
	const char *const *skip; /* paths of nskip files and folders, not to be listed */
	size_t nskip;
	const char *newer_in; /* a DEST: skip what has a newer result there */
	struct loop *loop;    /* for min_age_s */
	long min_age_s;       /* of files in a folder; 0: any */
	bool no_links;        /* symbolic ones are passed over, also to files of the folder */
};

/*
 * List a folder, depth first in the order of its directories, or a single
 * file (rel is its name).  The operand may itself be a symbolic link. One
 * inside is listed under its own name as the plain file it names when that
 * lies inside the folder, else it is skipped and logged; linked directories
 * are not entered; neither are special files read.  At most 64 directories
 * are open, one below the other: a deeper one is an error record.  Memory is
 * flat in the number of files. skip_dir is known by device and inode, what is in
 * skip by its last name and the folder that it is in; both may come to be later.
 * A file that was changed in the last min_age_s seconds is
 * looked at again after so many, behind all others, in a second walk; then it
 * is passed over where it was changed once more.  A result is newer when its
 * mtime is not before the document's.  NULL with fatal store.read (the operand)
 * or dest.open (newer_in, where it exists and cannot be used).
 */
struct store_list *store_list_new(const char *path, const struct store_list_conf *, struct err *);
/*
 * The next record, the caller's to free, or NULL at the end.  e->code is NULL
 * for a document (kind, uri, rel, size, etag, mtime).  It is set for what
 * could not be read (kind "error", uri, rel: a directory without permission):
 * store.read, or store.depth, permanent but for what err_class_of calls
 * transient.  The listing goes on after it.
 */
struct rec *store_list_next(struct store_list *, struct err *e);
/* After NULL: false where to ask again when the loop has run something. */
bool store_list_ended(const struct store_list *);
const struct name_passed *store_list_passed(const struct store_list *);
/* How many were passed over because their result is newer. */
long store_list_skipped(const struct store_list *);
void store_list_free(struct store_list *); /* NULL is allowed */

#endif
