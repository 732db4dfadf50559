/*
 * dir/put.h - a folder for results.
 */
#ifndef DIR_PUT_H
#define DIR_PUT_H

#include <stdbool.h>

#include "rec/mark.h"

struct err;
struct store_dest;

/*
 * Opening it makes it and its parents where they do not exist, and fails
 * (NULL, fatal dest.open) where it cannot be written to.
 */
struct store_dest *store_dest_open(const char *path, struct err *);
/* What is known of a result besides its name. */
struct store_put {
	const char *source;      /* the path of its document, or NULL */
	const struct mark *mark; /* what it is marked with, or NULL */
	const char *uri;         /* of the document, for messages */
	bool replace;            /* also another document's */
	bool written;            /* what is there, and says nothing, is another's */
	char *etag;              /* room for RESULT_ETAG_MAX + 1: that of the file; or NULL */
};
/*
 * Write the file at fd (from its start; its position stays) below the folder,
 * as store_dest_name (dir/result.h) of rel, by a temporary name (".quire-" and
 * digits) beside it, fdatasync and rename; what was there is replaced. Returns
 * its uri, the caller's to free.
 *
 * No symbolic link below the folder is followed or replaced (permanent
 * dest.symlink); the document's source is never overwritten (validation
 * dest.source), nor, unless it is to be, the result that is marked as another
 * document's (permanent job.clash; two that put one name at the same time may not
 * see each other).  Otherwise NULL with io.read, or dest.write, by err_class_of,
 * or what store_dest_name says; a mark that cannot be set is none.  A failure
 * leaves no file behind, only folders that it made, and what was there as it
 * was. One that is killed may leave the temporary name, until the same result
 * is written again. SIGXFSZ must be ignored.
 */
char *store_dest_put(struct store_dest *, const char *rel, int fd, const struct store_put *,
    struct err *);
/*
 * What the result of that rel says beside this mark; then *uri, the caller's to
 * free, is its own uri where it is MARK_OWN, and whose it is where it is MARK_OTHER.
 * etag: as above, empty where nothing is there.
 */
enum mark_said store_dest_look(const struct store_dest *, const char *rel, const struct mark *,
    char **uri, char *etag);
void store_dest_close(struct store_dest *); /* NULL is allowed */

#endif
