/*
 * work/docfile.h - a document's file, opened once, where nobody else can change it.
 *
 * One in the document's work directory, as s3get leaves it, lies there already,
 * and no link is followed.  Any other path is of whoever wrote the record by
 * hand: it is opened once, links being theirs, and a copy is what is read.
 */
#ifndef WORK_DOCFILE_H
#define WORK_DOCFILE_H

struct err;
struct rec;

enum { DOCFILE_MAX = 1 << 30 }; /* bytes of what is copied here; s3get takes more */

struct docfile_want {
	const char *path, *work;
	const char *sha256;  /* what a copy must have; NULL: not known */
	const char *scratch; /* a document's directory, where a copy goes */
};

/*
 * It, open to read; *path, the caller's to free, is where it lies.  -1 with
 * permanent document.missing, store.read, validation document.type (no plain
 * file), document.large; transient document.changed (another sha256), io.read;
 * disk.full or io.write by err_class_of, and as work_open does.
 */
int docfile_open(const struct docfile_want *, char **path, struct err *);
/*
 * The same of the record's path and sha256, where a copy goes into its work, which is
 * made where there is none; also validation record.member.
 */
int docfile_of(struct rec *, char **path, struct err *);

#endif
