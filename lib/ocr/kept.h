/*
 * ocr/kept.h - answers that a model need not be asked for, of the cache and of files of
 * batches; and requests that are written into such a file instead of being sent.
 *
 * All go by one key, the digest of the image and of all that is asked, so that neither
 * another image nor another prompt gets an old answer.  It is a request's custom_id.
 */
#ifndef OCR_KEPT_H
#define OCR_KEPT_H

#include "ocr/cache.h"

struct answered;
struct batch_in;
struct batch_out;
struct buf;
struct err;
struct profile;

/* Where they are; each but the profile may be NULL. */
struct kept {
	const struct profile *profile;
	struct cache *cache;
	struct batch_in *in;
	struct batch_out *out;
};

/* What is asked. */
struct kept_page {
	int fd;             /* the image */
	long width, height; /* pixels */
	double temperature;
	struct cache_key image; /* of the image, where its name is set: with another one unset it */
	struct cache_key key;   /* of all that, as kept_find has found it */
};

enum kept_found {
	KEPT_NONE,    /* where there are files of answers, *e says of it: transient ocr.batch */
	KEPT_CACHED,  /* its answer is in answer, which was empty */
	KEPT_BATCH,   /* the same, of a file, so that nobody has it yet */
	KEPT_REFUSED, /* *e, of model/batchin.h: it was asked in vain */
};
enum kept_found kept_find(const struct kept *, struct kept_page *, struct buf *answer,
    struct err *);
/* What was paid for is put by, whatever it is worth; but not what is odd, no answer to this. */
void kept_put(const struct kept *, const struct kept_page *, const struct answered *);
/*
 * Its request into the file.  Always -1: inner ocr.written; io.read; fatal and busy, as
 * of batch_out_add.
 */
int kept_write(const struct kept *, const struct kept_page *, struct err *);

#endif
