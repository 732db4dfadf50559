/*
 * img/infile.h - a file read by position, as libtiff's client procedures want it.
 *
 * The offset of fd is neither used nor moved: other processes may hold the
 * same open file.  The void * is a struct infile *.
 */
#ifndef IMG_INFILE_H
#define IMG_INFILE_H

#include <sys/types.h>

#include <stdint.h>

enum { INFILE_JUNK = 1024 };

struct infile {
	int fd;     /* the caller's */
	int errnum; /* of the last read that failed; 0: none has */
	uint64_t at;
};

/*
 * n bytes from the position on, which advances; fewer at the end of the file;
 * -1 with errnum and errno.
 */
ssize_t infile_read(void *infile, void *p, ssize_t n);
/* To what[0..n), if it begins within the next INFILE_JUNK bytes: there may be some in front. */
void infile_skip_to(struct infile *, const char *what, size_t n);
uint64_t infile_seek(void *infile, uint64_t offset, int whence);
uint64_t infile_size(void *infile); /* 0 where it cannot be told */
/* The file in memory, to read only: 1, or 0 where that cannot be had. */
int infile_map(void *infile, void **base, uint64_t *size);
void infile_unmap(void *infile, void *base, uint64_t size);
ssize_t infile_no_write(void *infile, void *p, ssize_t n); /* -1 */
int infile_no_close(void *infile);                         /* 0: it is the caller's */

#endif
