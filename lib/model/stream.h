/*
 * model/stream.h - a completion that comes token by token, as events of a stream.
 *
 * Server-sent events (HTML Living Standard, 9.2.6), each a chunk of OpenAI's
 * chat.completion.chunk, the last one [DONE].  What they say is put together to the
 * completion that the server would have answered at once.  A loop (model/loops.h) is
 * noticed while it grows: who asks ends the connection then, and the server stops.
 */
#ifndef MODEL_STREAM_H
#define MODEL_STREAM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "model/loops.h"

struct err;

struct stream {
	const struct loops_conf *loops;
	struct buf line;            /* until it ends */
	struct buf text;            /* what was said */
	char finish[24];            /* "": not said yet */
	long tokens, prompt_tokens; /* 0: not said */
	size_t judged;              /* bytes of text that were looked at for loops */
	bool ended;                 /* [DONE] has come */
	bool looped;                /* a loop was found: finish is "abort", as vLLM calls it */
};

/* max: bytes of the text. */
void stream_init(struct stream *, const struct loops_conf *, size_t max);
void stream_release(struct stream *);
/*
 * The next bytes.  Fails with transient ocr.answer (no events, or an error that the
 * server says in one), permanent ocr.large; and where it has looped, with transient
 * ocr.loops.
 */
int stream_more(struct stream *, const void *bytes, size_t n, struct err *);
/*
 * The completion, JSON, appended to out.  Fails with transient ocr.answer where the
 * stream ended early, permanent ocr.large.
 */
int stream_completion(const struct stream *, struct buf *out, struct err *);

#endif
