/*
 * dir/put.h - a folder for results.
 */
#ifndef DIR_PUT_H
#define DIR_PUT_H

struct err;
struct store_dest;

/*
 * Opening it makes it and its parents where they do not exist, and fails
 * (NULL, fatal dest.open) where it cannot be written to.
 */
struct store_dest *store_dest_open(const char *path, struct err *);
/*
 * Write the file at fd (from its start; its position stays) below the folder,
 * as store_dest_name (dir/result.h) of rel, by a temporary name (".quire-" and
 * digits) beside it, fdatasync and rename; what was there is replaced. Returns
 * its uri, the caller's to free.
 *
 * No symbolic link below the folder is followed or replaced (permanent
 * dest.symlink); the document's source (the path source, or NULL) is never
 * overwritten (validation dest.source).  Otherwise NULL with io.read,
 * or dest.write, by err_class_of, or what store_dest_name says.  A failure
 * leaves no file behind, only folders that it made, and what was there as it
 * was. One that is killed may leave the temporary name, until the same result
 * is written again. SIGXFSZ must be ignored.
 */
char *store_dest_put(struct store_dest *, const char *rel, int fd, const char *source,
    struct err *);
void store_dest_close(struct store_dest *); /* NULL is allowed */

#endif
