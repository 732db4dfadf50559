#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "pdf/pdf.h"
#include "pdf/sketch.h"
#include "pdf/workfile.h"

enum { CHUNK = 64 << 10 };

char *
pdf_workfile(const struct pdf *pdf, const char *name)
{
	return mem_printf("%s/%s", pdf->work, name);
}

void
pdf_forget(const char *work)
{
	const char *const names[] = { PDF_START, PDF_PART, PDF_MENDED, PDF_SCRIPT };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		char *path = mem_printf("%s/%s", work, names[i]);

		(void)unlink(path);
		free(path);
	}
	pdf_sketches_forget(work);
}

static int
write_all(int fd, const char *data, size_t n)
{
	ssize_t done;

	for (; n > 0; data += done, n -= (size_t)done) {
		done = write(fd, data, n);
		if (done <= 0)
			return -1;
	}
	return 0;
}

static int
copy_part(const struct pdf *pdf, long from, long to, int fd, struct err *e)
{
	char data[CHUNK];
	ssize_t n = 1;

	for (; from < to && n > 0; from += n) {
		n = pread(pdf->source, data, to - from < CHUNK ? (size_t)(to - from) : CHUNK, from);
		if (n < 0)
			return err_sys(e, ERR_TRANSIENT, CODE_IO_READ, "the document");
		if (write_all(fd, data, (size_t)n) < 0)
			return err_write(e, "%s", pdf->work);
	}
	return 0;
}

static int
workfile_create(const char *path, struct err *e)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);

	return fd < 0 ? err_write(e, "%s", path) : fd;
}

/* r says whether all was written: the path, if that is so. */
static char *
workfile_end(char *path, int fd, int r, struct err *e)
{
	if (fd >= 0 && close(fd) < 0 && r == 0)
		r = err_write(e, "%s", path);
	if (r == 0)
		return path;
	free(path);
	return NULL;
}

char *
pdf_workfile_text(const struct pdf *pdf, const char *name, const char *text, struct err *e)
{
	char *path = pdf_workfile(pdf, name);
	int fd = workfile_create(path, e), r = fd < 0 ? -1 : 0;

	if (r == 0 && write_all(fd, text, strlen(text)) < 0)
		r = err_write(e, "%s", path);
	return workfile_end(path, fd, r, e);
}

char *
pdf_workfile_part(const struct pdf *pdf, const char *name, long from, long to, struct err *e)
{
	char *path = pdf_workfile(pdf, name);
	int fd = workfile_create(path, e);

	return workfile_end(path, fd, fd < 0 ? -1 : copy_part(pdf, from, to, fd, e), e);
}
