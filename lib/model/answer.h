/*
 * model/answer.h - what an OpenAI-compatible server says: a completion, what
 * models it has, and why it refuses.
 */
#ifndef MODEL_ANSWER_H
#define MODEL_ANSWER_H

#include <stdbool.h>
#include <stddef.h>

#include <jv.h>

struct err;

enum { ANSWER_JSON_MAX = 8 << 20 }; /* bytes of an answer that are taken */

struct answered {
	jv all, joined; /* what follows lends from them */
	const char *text;
	size_t len;
	const char *finish;         /* "stop", "length", ...; NULL: it is not said */
	long prompt_tokens, tokens; /* 0: not said */
	bool odd; /* the caller's: another was asked, or otherwise, than the profile says */
};

/* The JSON object that it is, else invalid. */
jv answer_json(const char *json, size_t len);
/*
 * The text of content in parts is that of all its parts.  Fails with transient
 * ocr.answer: it is no completion.
 */
int answer_read(struct answered *, const char *json, size_t len, struct err *);
void answer_release(struct answered *);
/* Whether the server says that it stopped before the end: "abort", as vLLM does, "error". */
bool answer_broke_off(const struct answered *);

/* An event of an answer that comes piece by piece (model/stream.h). */
struct answer_chunk {
	jv all, choice, joined; /* what follows lends from them */
	const char *text;
	size_t len;
	const char *finish;         /* NULL: it goes on */
	long prompt_tokens, tokens; /* 0: not said */
};

/* Fails with transient ocr.answer: it is none, or says an error.  To be released even so. */
int answer_chunk(struct answer_chunk *, const char *json, size_t len, struct err *);
void answer_chunk_release(struct answer_chunk *);

/*
 * Of /v1/models: the id that serves wanted (where it is not there, or "", the only one
 * there is), free(3) it, and its context in tokens (0: not said).  Fails with fatal
 * ocr.model, which names those that are there; transient ocr.answer.
 */
char *answer_model(const char *json, size_t len, const char *wanted, long *context, struct err *);

/* What a refusal of 400 is about. */
enum refusal {
	REFUSAL_OTHER,
	REFUSAL_KEY,    /* a member of the request that it does not know */
	REFUSAL_IMAGE,  /* the image is too large */
	REFUSAL_CONTEXT /* prompt and answer are too long together */
};
/*
 * text: the answer's body.  request: the request's own members, of which *key (free(3)
 * it) is the one that is not known.
 */
enum refusal answer_refusal(const char *text, size_t len, const jv *request, char **key);
/* Its message, cut to size, one line. */
void answer_message(const char *text, size_t len, char *to, size_t size);

#endif
