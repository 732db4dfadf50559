/*
 * dir/store.h - where documents come from and results go: here, a folder.
 *
 * Names: a file's uri is "file://" and its absolute path, rel its path below
 * the folder listed, both encoded as rec/name.h has it.
 */
#ifndef DIR_STORE_H
#define DIR_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "rec/name.h"

struct err;
struct rec;
struct stat;
struct store_dest;
struct store_list;

/* The path that a file:// uri names, the caller's to free; else store.uri. */
char *store_path(const char *uri, struct err *);
/*
 * The uri of a folder, to which "/" and a rel are added, the caller's to free.
 * The path is the operand, below getcwd(3) where it is relative, less empty
 * and "." components; symbolic links and ".." stay as they are. NULL with
 * fatal store.read where there is no working directory.
 */
char *store_base(const char *path, struct err *);
/* etag of a file in a folder: SIZE-MTIME_NS, as s3ls says it. */
void store_etag(char out[48], off_t size, long long mtime_ns);
/* st_mtim in nanoseconds; the years before 1678 and after 2261 are one. */
long long store_mtime_ns(const struct stat *);
/*
 * Open a document to be read, its status in *st.  Symbolic links are followed:
 * the path is the operator's.  Never waits: what is no plain file is refused,
 * -1 with validation document.type; where nothing is there, permanent
 * document.missing; else store.read by err_class_of.
 */
int store_open(const char *path, struct stat *st, struct err *);

struct store_list_conf { /* what it points at must outlive the list */
	struct name_globs globs;
	const char *skip_dir; /* a folder below, not to be entered, or NULL */
	const char *newer_in; /* a DEST: skip what has a newer result there */
};

/*
 * List a folder, depth first in the order of its directories, or a single
 * file (rel is its name).  The operand may itself be a symbolic link. One
 * inside is listed under its own name as the plain file it names when that
 * lies inside the folder, else it is skipped and logged; linked directories
 * are not entered; neither are special files read.  At most 64 directories
 * are open, one below the other: a deeper one is an error record.  Memory is
 * flat in the number of files. skip_dir is known by device and inode, and may
 * come to be later.  A result is newer when its mtime is not before the
 * document's.  NULL with fatal store.read (the operand) or dest.open
 * (newer_in, where it exists and cannot be used).
 */
struct store_list *store_list_new(const char *path, const struct store_list_conf *, struct err *);
/*
 * The next record, the caller's to free, or NULL at the end.  *failed is
 * false for a document (kind, uri, rel, size, etag, mtime).  It is true for
 * what could not be read (kind "error", uri, rel: a directory without
 * permission), and then *e says why: store.read, or store.depth, permanent
 * but for what err_class_of calls transient.  The listing goes on after it.
 */
struct rec *store_list_next(struct store_list *, bool *failed, struct err *);
/* How many were passed over because their result is newer. */
long store_list_skipped(const struct store_list *);
void store_list_free(struct store_list *); /* NULL is allowed */

/*
 * A folder for results.  Opening it makes it and its parents where they do
 * not exist, and fails (NULL, fatal dest.open) where it cannot be written to.
 */
struct store_dest *store_dest_open(const char *path, struct err *);
/*
 * Write the file at fd (from its start; its position stays) as store_dest_name
 * of rel below the folder, by a temporary name (".quire-" and digits)
 * beside it, fdatasync and rename; what was there is replaced. Returns its
 * uri, the caller's to free.
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

#endif
