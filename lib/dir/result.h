/*
 * dir/result.h - the name and the uri that a result has in a folder.
 */
#ifndef DIR_RESULT_H
#define DIR_RESULT_H

struct err;

/*
 * The path below the folder for a rel, decoded, one name a component, ".md"
 * behind the last.  Injective, and no result's name is another's directory:
 * a component is kept where it can be, but for these.
 *   "", ".", "..", what starts with "%~", "%#", "%=" or ".quire-": "%~" in
 *   front
 *   a directory's that ends in ".md": "%=" in front
 *   what is longer than 255 bytes then, ".md" included: "%#", its first
 *   bytes, "-" and its SHA-256
 * The caller frees it.  NULL with validation record.member (see
 * name_decode), or dest.name: not as name_encode writes it, or longer than
 * a path can be.
 */
char *store_dest_name(const char *rel, struct err *);
/*
 * The uri of it in the folder of that path, which need not be there; the
 * caller's to free.  NULL also with what store_base says (dir/open.h).
 */
char *store_dest_uri(const char *path, const char *rel, struct err *);

#endif
