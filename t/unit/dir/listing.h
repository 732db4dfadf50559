/*
 * listing.h - a folder listed as a whole, and what it gave.
 */
#ifndef LISTING_H
#define LISTING_H

#include "unit/folder.h"

#include "base/err.h"
#include "dir/list.h"
#include "dir/open.h"
#include "rec/name.h"
#include "rec/rec.h"

enum { FOUND_MAX = 4096 };

/* What the last listing gave, and passed over. */
static struct {
	struct rec *rec[FOUND_MAX];
	size_t n, nfailed;
	struct err e; /* of the last failed one */
	long skipped;
} found;

static inline void
forget(void)
{
	for (size_t i = 0; i < found.n; i++)
		rec_free(found.rec[i]);
	found.n = found.nfailed = 0;
}

static inline void
list(const char *path, const struct store_list_conf *conf)
{
	static const struct store_list_conf all;
	int before = folder_fds();
	struct store_list *l = store_list_new(path, conf ? conf : &all, &found.e);
	struct rec *rec;
	struct err e;

	CHECK(l);
	forget();
	while ((rec = store_list_next(l, &e))) {
		CHECK(found.n < FOUND_MAX);
		CHECK_STR(rec_str(rec, "kind"), e.code ? "error" : "document");
		found.nfailed += e.code != NULL;
		if (e.code)
			found.e = e;
		found.rec[found.n++] = rec;
	}
	CHECK(!e.code);
	CHECK(!store_list_next(l, &e) && !e.code);
	found.skipped = store_list_skipped(l);
	store_list_free(l);
	CHECK(folder_fds() == before);
}

/* The one record with this rel, or NULL. */
static inline struct rec *
find(const char *rel)
{
	struct rec *rec = NULL;

	for (size_t i = 0; i < found.n; i++) {
		if (strcmp(rec_str(found.rec[i], "rel"), rel) != 0)
			continue;
		CHECK(!rec);
		rec = found.rec[i];
	}
	return rec;
}

/* The record says what the file is, and its uri leads there. */
static inline void
check_document(const char *name, const char *content)
{
	char etag[48], *rel = name_encode(name), *path;
	struct rec *rec = find(rel);
	struct stat st;
	struct err e;
	int fd;

	CHECK(rec && !rec_has(rec, "error") && rec_int(rec, "v", 0) == 1);
	path = store_path(rec_str(rec, "uri"), &e);
	CHECK(path && *path == '/');
	fd = store_open(path, &st, &e);
	CHECK(fd >= 0);
	close(fd);
	CHECK_STR(folder_read(path), content);
	CHECK(rec_int(rec, "size", -1) == (long)strlen(content));
	store_etag(etag, st.st_size, store_mtime_ns(&st));
	CHECK_STR(rec_str(rec, "etag"), etag);
	free(path);
	free(rel);
}

#endif
