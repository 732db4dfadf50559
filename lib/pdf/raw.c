#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "pdf/raw.h"

enum { WINDOW = 64 << 10 };

static bool
raw_word_at(const char *p, const char *end, const char *word)
{
	const size_t n = strlen(word);

	return (size_t)(end - p) >= n && memcmp(p, word, n) == 0;
}

/* "/Type /Page", and no longer name. */
static bool
page_at(const char *p, const char *end)
{
	if (!raw_word_at(p, end, "/Type"))
		return false;
	p += 5;
	while (p < end && memchr(" \t\r\n\f", *p, 5))
		p++;
	if (!raw_word_at(p, end, "/Page"))
		return false;
	p += 5;
	return p == end || memchr("\0 \t\r\n\f/<>[]()%", *p, 15);
}

void
pdf_raw_init(struct pdf_raw *r)
{
	*r = (struct pdf_raw){ .start = -1 };
}

void
pdf_raw_take(struct pdf_raw *r, const char *data, size_t n, size_t seen)
{
	const char *const stop = data + n, *const end = data + seen, *s;

	for (s = data; s < stop && (s = memchr(s, '/', (size_t)(stop - s))); s++) {
		r->pages += page_at(s, end);
		r->files |=
		    raw_word_at(s, end, "/EmbeddedFile") || raw_word_at(s, end, "/Collection");
	}
	if (r->start < 0 && (s = memmem(data, seen, "%PDF-", 5)) && s < stop)
		r->start = r->at + (s - data);
	for (s = data; (s = memmem(s, (size_t)(end - s), "endobj", 6)) && s < stop; s++)
		r->end = r->at + (s - data) + 6;
	r->at += (long)n;
}

int
pdf_raw_read(struct pdf_raw *r, int fd, struct err *e)
{
	char data[WINDOW];
	ssize_t got;

	pdf_raw_init(r);
	while ((got = pread(fd, data, sizeof(data), r->at)) > 0) {
		const size_t seen = (size_t)got;

		pdf_raw_take(r, data, seen < WINDOW ? seen : seen - PDF_RAW_AHEAD, seen);
	}
	return got < 0 ? err_sys(e, ERR_TRANSIENT, CODE_IO_READ, "the document") : 0;
}
