/*
 * dir/open.h - a file in a folder: its uri, its etag, and its bytes.
 *
 * Its uri is "file://" and its absolute path, encoded as rec/name.h has it.
 */
#ifndef DIR_OPEN_H
#define DIR_OPEN_H

#include <sys/types.h>

struct err;
struct stat;

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

#endif
