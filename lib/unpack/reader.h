/*
 * unpack/reader.h - unpack.c's other side: what runs in an archive's child.
 *
 * The child is made for one archive, in a jail where it has that file and a
 * directory of its own.  It writes one member after the other to READER_FILE
 * there, says so, and waits until that was taken.  What it says are objects of
 * JSON with an "event":
 *
 *   none     the file is no archive, or one that is a document: it goes on as it is
 *   member   a file: "n", its number among all entries, "name" as name_encode
 *            writes it
 *   failed   the same, and "error" (proc/relay.h): it cannot be had
 *   end      how many "links", "special" and "folders" there were, and "error"
 *            where what comes behind could not be read, or may not
 */
#ifndef UNPACK_READER_H
#define UNPACK_READER_H

#include "unpack/arc.h"

struct buf;
struct err;
struct role;

#define READER_FILE "member" /* in the child's directory */

enum {
	READER_SAID_MAX = 1 << 20, /* bytes of an event */
	READER_FREE_MIB = 10       /* of which no ratio is asked */
};

struct reader_limits {
	long members;    /* entries of any kind */
	long ratio;      /* bytes that one byte of the archive becomes */
	long long size;  /* bytes of a member */
	long long total; /* of all that is unpacked */
};

struct reader {
	enum arc_form form;
	long long bytes; /* of the archive */
	struct reader_limits limits;
	const char *dir; /* its directory */
	struct arc *arc; /* the reader's own */
};

#define READER_ROLE \
	{ \
		.name = "unpacker", .ready = reader_ready, .serve = reader_serve \
	}
/* The parent's side: append what the child is told; its file is the archive. */
int reader_tell(struct buf *, const struct reader *);
int reader_ready(const struct role *, void *told, size_t len, void **reader, struct err *);
/* Its status is 0 when all was said. */
int reader_serve(int sock, int file, void *reader);
/* -1 with validation archive.limit where so many bytes are more than there may be. */
int reader_too_much(const struct reader *, long long total, struct err *);

#endif
