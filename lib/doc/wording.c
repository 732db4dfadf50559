#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/utf8.h"
#include "doc/wording.h"

enum { IN_BYTES = 32 << 10, OUT_BYTES = 4 * IN_BYTES, CARRY = 16, UTF8_FOR_BAD = 8 };

#define GUESS "WINDOWS-1252"

/* A text on its way. */
struct recoding {
	int in, out;
	off_t at;
	bool cr; /* the last character was a carriage return */
	struct err *e;
	size_t have, made;
	char data[IN_BYTES + CARRY], text[OUT_BYTES];
};

static ssize_t
more(struct recoding *c)
{
	ssize_t n = pread(c->in, c->data + c->have, IN_BYTES - c->have, c->at);

	if (n < 0)
		return err_sys(c->e, ERR_TRANSIENT, CODE_IO_READ, "the document");
	c->at += n;
	c->have += (size_t)n;
	return n;
}

static int
flush_text(struct recoding *c)
{
	size_t done = 0;
	ssize_t n;

	for (; done < c->made; done += (size_t)n) {
		n = write(c->out, c->text + done, c->made - done);
		if (n <= 0 && errno == EFBIG)
			return err_set(c->e, ERR_VALIDATION, CODE_DOCUMENT_LARGE,
			    "its text has more than 256 MiB");
		if (n <= 0)
			return err_write(c->e, "its text");
	}
	c->made = 0;
	return 0;
}

/* One character of UTF-8, of n bytes. */
static int
put_character(struct recoding *c, const char *s, size_t n)
{
	uint32_t cp = 0;
	const bool after = c->cr;

	(void)utf8_get(s, n, &cp);
	if (cp == 0)
		return err_set(c->e, ERR_VALIDATION, CODE_DOCUMENT_TYPE,
		    "it begins as text, and has bytes that no text has");
	c->cr = cp == '\r';
	if (c->made + UTF8_MAX + 1 > sizeof(c->text) && flush_text(c) < 0)
		return -1;
	if (cp == '\r' || cp == 0x85 || cp == 0x2028 || cp == 0x2029)
		c->text[c->made++] = '\n';
	else if (cp == '\n' && after)
		;
	else if (cp != 0xfeff && (!utf8_is_control(cp) || cp == '\n' || cp == '\t' || cp == '\f')) {
		memcpy(c->text + c->made, s, n);
		c->made += n;
	}
	return 0;
}

/* UTF-8 that has been read; what is none becomes U+FFFD.  last: nothing follows. */
static int
put_utf8(struct recoding *c, char *s, size_t *len, bool last)
{
	size_t at = 0, n;
	int r = 0;

	while (r == 0 && at < *len && (last || *len - at >= UTF8_MAX)) {
		n = utf8_len(s + at, *len - at);
		r = n ? put_character(c, s + at, n) : put_character(c, "\xef\xbf\xbd", 3);
		at += n ? n : 1;
	}
	memmove(s, s + at, *len - at);
	*len -= at;
	return r;
}

static int
take_utf8(struct recoding *c)
{
	ssize_t n;

	do {
		n = more(c);
		if (n < 0 || put_utf8(c, c->data, &c->have, n == 0) < 0)
			return -1;
	} while (n > 0);
	return 0;
}

/* What iconv has made; what it could not read becomes U+FFFD, byte by byte. */
static int
take_step(struct recoding *c, iconv_t cd, bool last, bool *bad)
{
	char made[OUT_BYTES / 2 + UTF8_MAX];
	size_t len = 0;
	char *in = c->data;

	while (c->have > 0) {
		char *out = made + len;
		size_t room = sizeof(made) - len;
		const size_t r = iconv(cd, &in, &c->have, &out, &room);

		len = sizeof(made) - room;
		if (put_utf8(c, made, &len, false) < 0)
			return -1;
		if (r != (size_t)-1 || errno == E2BIG)
			continue;
		if (errno == EINVAL && !last)
			break;
		*bad = true;
		in++;
		c->have--;
		if (put_utf8(c, made, &len, true) < 0 || put_character(c, "\xef\xbf\xbd", 3) < 0)
			return -1;
	}
	memmove(c->data, in, c->have);
	return put_utf8(c, made, &len, true);
}

static int
take_coded(struct recoding *c, iconv_t cd, bool *bad)
{
	ssize_t n;

	do {
		n = more(c);
		if (n < 0 || take_step(c, cd, n == 0, bad) < 0)
			return -1;
	} while (n > 0);
	return 0;
}

/* What it is to somebody who takes it for UTF-8: characters of several bytes, bytes of none. */
struct seen {
	long wide, bad;
	bool escapes;
};

static int
look_utf8(struct recoding *c, struct seen *s)
{
	ssize_t n;
	size_t at, len;

	*s = (struct seen){ .wide = 0 };
	do {
		n = more(c);
		if (n < 0)
			return -1;
		for (at = 0; at < c->have && (n == 0 || c->have - at >= UTF8_MAX);
		     at += len ? len : 1) {
			len = utf8_len(c->data + at, c->have - at);
			s->wide += len > 1;
			s->bad += len == 0;
			s->escapes |= c->data[at] == 0x1b;
		}
		memmove(c->data, c->data + at, c->have - at);
		c->have -= at;
	} while (n > 0);
	return 0;
}

static const char *
marked(int in)
{
	unsigned char bom[3] = { 0 };

	if (pread(in, bom, sizeof(bom), 0) < 2)
		return NULL;
	if (bom[0] == 0xff && bom[1] == 0xfe)
		return "UTF-16LE";
	if (bom[0] == 0xfe && bom[1] == 0xff)
		return "UTF-16BE";
	return bom[0] == 0xef && bom[1] == 0xbb && bom[2] == 0xbf ? "UTF-8" : NULL;
}

static void
wording_again(struct recoding *c)
{
	c->at = 0;
	c->have = c->made = 0;
	c->cr = false;
}

/* In that code, or in none that there is: *bad. */
static int
recode_from(struct recoding *c, const char *charset, bool *bad)
{
	iconv_t cd = iconv_open("UTF-8", charset);
	int r;

	*bad = cd == (iconv_t)-1;
	if (*bad)
		return 0;
	r = take_coded(c, cd, bad);
	iconv_close(cd);
	return r < 0 ? -1 : flush_text(c);
}

/* In the code that it is said to be in, if it is; else as the others do. */
static int
recode_as_told(struct recoding *c, const char *charset, bool *guessed)
{
	bool bad = true;

	*guessed = false;
	if (charset && recode_from(c, charset, &bad) < 0)
		return -1;
	if (!bad)
		return 0;
	wording_again(c);
	*guessed = true;
	if (ftruncate(c->out, 0) < 0 || lseek(c->out, 0, SEEK_SET) < 0)
		return err_write(c->e, "its text");
	return recode_from(c, GUESS, &bad);
}

int
wording_utf8(int in, int out, const char *charset, bool *guessed, struct err *e)
{
	static struct recoding c;
	const char *mark = marked(in);
	struct seen s;

	c = (struct recoding){ .in = in, .out = out, .e = e };
	*guessed = false;
	if (mark && strcmp(mark, "UTF-8") != 0)
		return recode_as_told(&c, mark, guessed);
	if (look_utf8(&c, &s) < 0)
		return -1;
	wording_again(&c);
	*guessed = s.bad > 0;
	/* Codes of 7 bits, as ISO-2022-JP, are ASCII to look at. */
	if (s.wide > UTF8_FOR_BAD * s.bad || (s.bad == 0 && !(s.escapes && charset)))
		return take_utf8(&c) < 0 ? -1 : flush_text(&c);
	return recode_as_told(&c, charset, guessed);
}

int
wording_map(struct wording *w, int dir, const char *name, struct err *e)
{
	int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;
	void *p = NULL;

	*w = (struct wording){ NULL, 0 };
	if (fd < 0 || fstat(fd, &st) < 0 ||
	    (st.st_size > 0 &&
		(p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0)) ==
		    MAP_FAILED)) {
		err_sys(e, ERR_TRANSIENT, CODE_IO_READ, "its text");
		if (fd >= 0)
			close(fd);
		return -1;
	}
	close(fd);
	w->text = p;
	w->len = (size_t)st.st_size;
	return 0;
}

void
wording_unmap(struct wording *w)
{
	if (w->len > 0)
		munmap((void *)(uintptr_t)w->text, w->len);
	*w = (struct wording){ NULL, 0 };
}
