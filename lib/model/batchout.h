/*
 * model/batchout.h - requests in a file, for who asks models by batches, at half the
 * price: OpenAI's, and vllm run-batch.
 *
 * A JSON line a request: {"custom_id", "method", "url", "body"}, the body as a server is
 * sent it (https://platform.openai.com/docs/api-reference/batch/request-input).  It is
 * written as it is read, image after image; held are the ids alone, as each may stand
 * there once.  The file is FILE.part until it is complete: only the writer's to read
 * (0600), one command's at a time, and removed where it does not come to that; of one
 * that was killed the next makes its own.
 */
#ifndef MODEL_BATCHOUT_H
#define MODEL_BATCHOUT_H

#include <stddef.h>

struct batch_out;
struct body;
struct err;

/* Fails with fatal ocr.batch: the file cannot be made there, or is no file. */
struct batch_out *batch_out_open(const char *path, struct err *);
/*
 * One more, unless that id (model/ids.h) has one.  -1 with io.read where the body cannot
 * be had, and then there is none; fatal io.write, busy disk.full: no further can be written.
 */
int batch_out_add(struct batch_out *, const char *id, const struct body *, struct err *);
/* So many of them. */
size_t batch_out_count(const struct batch_out *);
/* It is complete, and takes the place of what was there. Fails with fatal io.write. */
int batch_out_end(struct batch_out *, struct err *);
void batch_out_free(struct batch_out *); /* NULL is allowed */

#endif
