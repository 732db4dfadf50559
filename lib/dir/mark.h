/*
 * dir/mark.h - the mark of a result (rec/mark.h) that is a file: extended
 * attributes of it, user.quire.source-uri, source-etag, settings and size.
 *
 * They are of the file, and in no way in it: whatever reads it sees Markdown alone.
 * Where a file system has none, or no room, a result has no mark, and is
 * nobody's.
 */
#ifndef DIR_MARK_H
#define DIR_MARK_H

#include <stdbool.h>

struct mark;
struct stat;

void store_mark_set(int fd, const struct mark *);
/* Whose result the open file is, as mark_whose. */
void store_mark_whose(int fd, long long bytes, char *uri);
/*
 * That of the file name in the directory dir: all empty where there is none, or
 * it cannot be read.  Whether there is such a file, and its status.
 */
bool store_mark_get(int dir, const char *name, struct mark *, struct stat *);

#endif
