/*
 * unpack/arc.h - what is in an archive, by libarchive, which is loaded when one
 * is met and is bsdtar's own reader: one member after the other, as it comes.
 *
 * For a child in its jail (unpack/reader.h): everything here blocks, and reads
 * what nobody has looked at.
 */
#ifndef UNPACK_ARC_H
#define UNPACK_ARC_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct arc;
struct err;

enum { ARC_HEAD = 512 }; /* bytes that an archive is known by */

enum arc_form {
	ARC_NONE,
	ARC_ZIP,
	ARC_TAR,
	ARC_PACKED /* by gzip, bzip2, xz or zstd: what is within may be a tar */
};

/* By comparing the first bytes of a file, and no more. */
enum arc_form arc_form_of(const char *head, size_t n);

enum arc_type { ARC_FILE, ARC_FOLDER, ARC_LINK, ARC_SPECIAL };

struct arc_entry {
	const char *name; /* any bytes; good until the next one */
	enum arc_type type;
	bool encrypted;
	long long size; /* as it is said; -1: it is not */
};

/* Load the library: NULL with permanent document.tool, which names the package. */
struct arc *arc_new(struct err *);
void arc_free(struct arc *); /* NULL is allowed */
/* Begin at the start of the file; a second time, too. -1 as arc_next. */
int arc_open(struct arc *, int fd, enum arc_form, struct err *);
/*
 * The next entry: 1, 0 at the end, -1 with validation document.damaged, or
 * document.type where the file is no archive: nothing more can be read.  A tar
 * whose end is missing has come to none.
 */
int arc_next(struct arc *, struct arc_entry *, struct err *);
/* Bytes of the entry: 0 at its end, -1 with document.damaged: go on with the next one. */
ssize_t arc_read(struct arc *, void *data, size_t n, struct err *);
/* Whether something between entries could not be read, and was passed over. */
bool arc_is_damaged(const struct arc *);
/* Bytes that were unpacked to come here, those that are nobody's included. */
long long arc_passed(const struct arc *);

#endif
