#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "ocr/data.h"
#include "ocr/earlier.h"
#include "ocr/tess.h"
#include "proc/proc.h"

enum { VERSION_MAX = 1 << 20 };

struct earlier {
	struct cache *cache;
	char *lang, *told;
	char *version; /* of all that reads; NULL: not looked at yet; "": it cannot be told */
	char *dir;     /* where the data is, and which: it may change while pages are read */
	char *data;
};

struct earlier *
earlier_new(struct cache *cache, const char *lang, const char *told)
{
	struct earlier *s = mem_new(1, sizeof(*s));

	*s = (struct earlier){ cache, mem_dup(lang), mem_dup(told), NULL, NULL, NULL };
	return s;
}

void
earlier_free(struct earlier *s)
{
	if (!s)
		return;
	free(s->lang);
	free(s->told);
	free(s->version);
	free(s->dir);
	free(s->data);
	free(s);
}

/* The program itself. */
static int
own_digest(struct cache_key *own)
{
	const int fd = open(proc_own_path(), O_RDONLY | O_CLOEXEC);
	int r;

	if (fd < 0)
		return -1;
	r = cache_key_file(own, fd);
	close(fd);
	return r;
}

/* NULL: it cannot be told. */
static char *
data_of(const struct earlier *s)
{
	struct buf b = BUF_INIT(VERSION_MAX);
	char *data =
	    data_version(&b, s->dir, s->lang) == 0 ? mem_copy(b.len ? b.p : "", b.len) : NULL;

	buf_release(&b);
	return data;
}

static void
keep_none(struct earlier *s, const char *why)
{
	free(s->version);
	s->version = mem_dup("");
	log_event(LOG_LEVEL_WARN, NULL, NULL, "pages of Tesseract's are not kept: %s", why);
}

/* Who loaded which data cannot be told any more once that has changed. */
static void
look_again(struct earlier *s)
{
	char *data = *s->version ? data_of(s) : NULL;

	if (*s->version && (!data || strcmp(data, s->data) != 0))
		keep_none(s, "its data has changed");
	free(data);
}

static const char *
version_of(struct earlier *s)
{
	const char *tesseract;
	struct cache_key own;
	struct err e = { .code = NULL };

	if (s->version) {
		look_again(s);
		return s->version;
	}
	tesseract = tess_version(&e);
	s->dir = tess_dir(s->lang, &e);
	s->data = s->dir ? data_of(s) : NULL;
	if (tesseract && s->data && own_digest(&own) == 0)
		s->version = mem_printf("%s %s\n%s", tesseract, own.name, s->data);
	else
		keep_none(s, "what reads them cannot be told");
	return s->version;
}

void
earlier_key(struct earlier *s, int fd, const void *request, size_t len, struct cache_key *key)
{
	const char *version = version_of(s);
	char asked[DIGEST_HEX + 1];
	struct cache_key image;

	key->name[0] = '\0';
	if (!*version || cache_key_file(&image, fd) < 0)
		return;
	digest_of(asked, request, len);
	cache_key(key, (const char *const[]){ "tesseract 1", version, s->told, asked, image.name },
	    5);
}

bool
earlier_find(struct earlier *s, const struct cache_key *key, struct buf *answer)
{
	return key->name[0] && cache_get(s->cache, key, answer);
}

void
earlier_keep(struct earlier *s, const struct cache_key *key, const char *answer, size_t len)
{
	if (key->name[0] && *version_of(s))
		cache_put(s->cache, key, answer, len);
}
