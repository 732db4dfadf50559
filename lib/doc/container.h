/*
 * doc/container.h - what files that hold files say that they hold, by its names: zip
 * archives, and compound files of Microsoft's, known as OLE (MS-CFB).
 *
 * Names are compared, and nothing is unpacked.
 */
#ifndef DOC_CONTAINER_H
#define DOC_CONTAINER_H

#include <stdbool.h>
#include <stddef.h>

enum { CONTAINER_ENTRIES_MAX = 20000 };

bool container_is_zip(const char *head, size_t n);
bool container_is_ole(const char *head, size_t n);
/* A zip whose first member, uncompressed, is mimetype and says that; as ODF and EPUB begin. */
bool container_says(const char *head, size_t n, const char *mime);

/*
 * Whether the zip open at fd has a member whose name begins so; at: NULL, or where in
 * the file its bytes begin, 0 where they are compressed.
 */
bool container_zip_has(int fd, const char *name, long long *at);
/* Whether the OLE open at fd has a stream of that name; at: NULL, or where it begins. */
bool container_ole_has(int fd, const char *name, long long *at);
/*
 * Which of these names, up to a NULL, the first stream has that has one of them: those of
 * what is embedded come later.  NULL: none.
 */
const char *container_ole_first(int fd, const char *const *names, long long *at);

#endif
