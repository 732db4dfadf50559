/*
 * model/batchin.h - answers to the requests of model/batchout.h, in files.
 *
 * A JSON line an answer: {"custom_id", "response": {"status_code", "body"}, "error"}, as
 * OpenAI's batches and vllm run-batch give them; of other ids they are passed over.  A
 * file is read through once, when it is opened, and then an answer at a time: held is
 * where each stands.  Of several answers with one id the last one counts, but none that
 * failed before one that did not.  So one file may hold what was asked again.
 */
#ifndef MODEL_BATCHIN_H
#define MODEL_BATCHIN_H

#include <stddef.h>

struct batch_in;
struct buf;
struct err;

enum { BATCH_FILES = 1000 };

/*
 * Fails with fatal ocr.batch, which names file and line: what is no line of answers. One
 * that the end of the file cuts short is a warning, and so is one that is too long.
 */
struct batch_in *batch_in_open(const char *const *path, size_t n, struct err *);

enum batch_found {
	BATCH_NONE,   /* *e, transient ocr.batch: there is none, or one that failed for now */
	BATCH_ANSWER, /* its completion, JSON, is in body, which was empty */
	BATCH_REFUSED /* *e, permanent ocr.refused or ocr.image: it was asked in vain */
};
enum batch_found batch_in_find(struct batch_in *, const char *id, struct buf *body, struct err *);
void batch_in_free(struct batch_in *); /* NULL is allowed */

#endif
