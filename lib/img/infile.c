#include <sys/mman.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "img/infile.h"

ssize_t
infile_read(void *infile, void *p, ssize_t n)
{
	struct infile *f = infile;
	ssize_t done = 0;

	while (done < n) {
		ssize_t got = pread(f->fd, (char *)p + done, (size_t)(n - done), (off_t)f->at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			f->errnum = errno;
			return -1;
		}
		if (got == 0)
			break;
		f->at += (uint64_t)got;
		done += got;
	}
	return done;
}

void
infile_skip_to(struct infile *f, const char *what, size_t n)
{
	struct infile head = *f;
	uint8_t p[INFILE_JUNK];
	const ssize_t have = infile_read(&head, p, sizeof(p));
	const uint8_t *at = have > 0 ? memmem(p, (size_t)have, what, n) : NULL;

	if (at)
		f->at += (uint64_t)(at - p);
}

uint64_t
infile_seek(void *infile, uint64_t offset, int whence)
{
	struct infile *f = infile;

	if (whence == SEEK_CUR)
		offset += f->at;
	else if (whence == SEEK_END)
		offset += infile_size(f);
	f->at = offset;
	return offset;
}

uint64_t
infile_size(void *infile)
{
	const struct infile *f = infile;
	const off_t end = lseek(f->fd, 0, SEEK_END); /* a decoder has no fstat */

	return end > 0 ? (uint64_t)end : 0;
}

int
infile_map(void *infile, void **base, uint64_t *size)
{
	const struct infile *f = infile;
	uint64_t n = infile_size(infile);
	void *p;

	if (n == 0 || n > SIZE_MAX)
		return 0;
	p = mmap(NULL, (size_t)n, PROT_READ, MAP_SHARED, f->fd, 0);
	if (p == MAP_FAILED)
		return 0;
	*base = p;
	*size = n;
	return 1;
}

void
infile_unmap(void *infile, void *base, uint64_t size)
{
	(void)infile;
	munmap(base, (size_t)size);
}

ssize_t
infile_no_write(void *infile, void *p, ssize_t n)
{
	(void)infile;
	(void)p;
	(void)n;
	return -1;
}

int
infile_no_close(void *infile)
{
	(void)infile;
	return 0;
}
