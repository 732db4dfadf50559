/*
 * vllm.h - the parts of the stand-in for vLLM's server
 *
 *	vllm.c          options, sockets and the clock
 *	vllm_http.c     requests as they come in
 *	vllm_conn.c     what becomes of them
 *	vllm_answer.c   what is answered, counted and logged
 *	vllm_script.c   what is to go wrong, and when
 *	vllm_chat.c     whether a request is one that vLLM takes
 *	vllm_image.c    the page in it, which is never kept
 *	vllm_json.c     JSON as it comes in, and strings of it
 *
 * A request is read while it arrives: of its page nothing is kept but the
 * digest, the beginning and the end.  Nothing here grows without a maximum.
 */
#ifndef FAKE_VLLM_H
#define FAKE_VLLM_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define BODY_MOST ((size_t)64 << 20)
#define PRINTF(m, n) __attribute__((format(printf, m, n)))

/* Bytes, up to most of them: what is beyond is dropped. */
struct buf {
	char *p; /* with a NUL after its len bytes, unless NULL */
	size_t len, cap, most;
};

void buf_add(struct buf *b, const char *s, size_t n);
void buf_fmt(struct buf *b, const char *fmt, ...) PRINTF(2, 3);
void buf_str(struct buf *b, const char *s, size_t n); /* as a JSON string */
void buf_release(struct buf *b);

/* A page: an image as a data: URL, of which bytes come one by one or in runs. */
struct image {
	char head[4096]; /* the first of its base64 characters */
	char tail[24];   /* and the last */
	char type[32];   /* what stands before them */
	size_t type_len;
	int in_data, pads, bad;
	uint64_t chars, hash;
	char word[16];
	unsigned n_word;
	unsigned width, height; /* 0: not found in the head */
	int colour;             /* of a PNG: RGB */
	uint64_t key;
};

void image_init(struct image *im);
size_t image_run(struct image *im, const char *s, size_t n); /* how many it took */
void image_byte(struct image *im, char c);
const char *image_end(struct image *im); /* what is wrong with it, or NULL */
unsigned image_tokens(unsigned width, unsigned height);

/* One JSON value that comes in pieces. */
enum json_kind {
	JSON_NULL,
	JSON_FALSE,
	JSON_TRUE,
	JSON_NUMBER,
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT,
	JSON_KEY,
	JSON_END,
};

#define JSON_DEPTH 48

struct json {
	void *of; /* what the functions below get */
	void (*on)(void *of, enum json_kind kind, const struct json *j);
	struct image *(*page)(void *of, const struct json *j); /* a string's sink; or NULL */
	char path[200]; /* of the value: messages[].content[].text */
	size_t path_len;
	unsigned depth;
	struct {
		size_t path_len;
		char open;
	} at[JSON_DEPTH];
	struct buf text; /* of the string, number or key */
	uint64_t text_len;
	struct image *sink;
	int state, is_key, failed;
	unsigned more, low, high; /* UTF-8 that is to follow */
	unsigned hex, n_hex, surrogate;
};

void json_init(struct json *j, size_t text_most);
int json_feed(struct json *j, const char *s, size_t n); /* -1: that is no JSON */
int json_end(struct json *j);                           /* -1: that is not all of it */
void json_release(struct json *j);

struct options {
	const char *model, *key, *script, *text, *log;
	const char *no[16]; /* fields of which it does not know */
	unsigned n_no;
	long port, max_model_len, max_pixels, max_images;
	long latency_ms, token_ms, batch, queue_max, queue_status;
	long die_after, lifetime_s, seed;
	int flat, scalar_xargs; /* as older versions have it */
};

/* A request, as far as it has been read. */
struct chat {
	const struct options *o;
	struct json json;
	struct image image;
	int status, rank; /* 0: nothing wrong so far */
	char message[512], param[64];
	const char *error_type;
	struct buf prompt;
	uint64_t text_chars, key;
	unsigned width, height, n_images, n_messages, image_tokens;
	int colour;
	int has_model, has_messages, has_role, has_content, part, has_text, has_url;
	int stream, include_usage, has_xargs;
	double temperature; /* -1: not said */
	long max_tokens, prompt_tokens;
};

void chat_init(struct chat *c, const struct options *o);
void chat_end(struct chat *c);
void chat_release(struct chat *c);
/* What is wrong; of several the one with the lowest rank is said. */
void chat_wrong(struct chat *c, int rank, int status, const char *fmt, ...) PRINTF(4, 5);

/* A line of the script: -1 and NULL are "not said". */
struct rule {
	double p, share, temperature_below, temperature_from;
	long nth, every, from, first, attempt, attempts, xargs, stream;
	char *key, *on;
	long status, retry_after, delay_ms, token_ms, cut, slow_ms, slow_bytes, loop;
	long empty, null, refuse, garbage, hang, reset;
	char *text, *finish, *type, *message, *location;
};

struct asked {
	const char *on;          /* chat, models or health */
	long n;                  /* since the script was set, from 1 */
	long attempt;            /* of this page */
	const struct chat *chat; /* or NULL */
};

struct script {
	struct rule *rules;
	size_t n;
	uint64_t seed;
};

void rule_init(struct rule *r); /* nothing said */
/* Lines of JSON; -1 and *error on a bad one, and the script is as it was. */
int script_set(struct script *s, const char *lines, size_t n, struct buf *error);
/* All rules that hold, each over those before it; strings are the script's. */
void script_ask(const struct script *s, const struct asked *a, struct rule *out);
void script_release(struct script *s);

/* Pages seen: at most PAGES_MOST of them are told apart. */
#define PAGES_MOST 65536

struct page {
	uint64_t key;
	long asked, answered;
};

struct stats {
	long requests, chats, aborted, connections, open, max_open;
	long in_flight, max_in_flight, running, waiting, max_running, max_waiting;
	long status[600];
	uint64_t bytes_in, bytes_out;
	struct page *pages; /* a hash table; asked is 0 in what is free */
	size_t n_pages;
};

struct page *stats_page(struct stats *s, uint64_t key); /* NULL: too many */
void stats_json(const struct stats *s, const struct options *o, struct buf *out);
void metrics_text(const struct stats *s, const struct options *o, struct buf *out);
void models_json(const struct options *o, struct buf *out);
void error_json(const struct options *o, const struct chat *c, struct buf *out);

/* What is said of a page. */
struct answer {
	struct buf text;
	const char *finish; /* "stop" or "length" */
	int is_null, garbage;
	long tokens, id;
};

void answer_make(struct answer *a, const struct chat *c, const struct rule *r);
void answer_json(const struct answer *a, const struct chat *c, struct buf *out);
/* Events of a stream: the next token from pos on; returns where that ends. */
void stream_begin(const struct answer *a, const struct chat *c, struct buf *out);
size_t stream_token(const struct answer *a, const struct chat *c, size_t pos, struct buf *out);
void stream_finish(const struct answer *a, const struct chat *c, struct buf *out);

#endif
