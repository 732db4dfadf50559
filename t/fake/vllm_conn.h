/*
 * vllm_conn.h - a connection of the stand-in for vLLM's server
 */
#ifndef FAKE_VLLM_CONN_H
#define FAKE_VLLM_CONN_H

#include "fake/vllm.h"

enum phase {
	HEAD,      /* of a request is read */
	BODY,      /* is read */
	WAITING,   /* for a place in the batch */
	RUNNING,   /* until due */
	STREAMING, /* tokens */
	SENDING,   /* what is in out */
	LINGER,    /* until the client closes: what it sends would reset the answer */
	DEAD,
};

/* What is asked for; from NOWHERE on an error is the answer. */
enum route { CHAT, MODELS, HEALTH, METRICS, STATS, SCRIPT, NOWHERE, NOT_SO, UNAUTHORIZED };

struct conn {
	const struct options *o;
	struct conn *next, *prev, *queued;
	int fd;
	enum phase phase;
	enum route route;
	uint32_t events;
	struct buf head, script, ahead; /* ahead: what came before its turn */
	/* The request. */
	uint64_t left, body_bytes;
	int chunked, chunk_state, chunk_digits;
	int keep, expect, is_json, has_host, has_length, authorized;
	struct chat chat;
	int in_flight, has_slot, is_cut;
	/* The answer. */
	struct rule rule; /* its strings are gone with the script */
	struct answer answer;
	struct buf out;
	size_t out_pos, text_pos;
	uint64_t sent, head_bytes;
	int status, blocked;
	struct page *page;
	int64_t began_ms, due_ms; /* due_ms 0: never */
};

/* The process's only server: a signal handler and a clock are one as well. */
struct server {
	struct options o;
	struct script script;
	struct stats stats;
	struct conn *conns, *dead, *queue, **queue_end;
	int epoll, listener;
	long n_asked; /* since the script was set */
	long n_answered, n_ids;
	int64_t now_ms, start_ms, next_ms;
	FILE *log;
};
extern struct server sv;

/* Bytes that came. */
void http_take(struct conn *c, const char *s, size_t n);

/* What is called for a request: when its head is here, and when all is. */
void conn_begin(struct conn *c);
void conn_asked(struct conn *c);
void conn_reply(struct conn *c, int status, const char *type, const char *body, size_t n);

void conn_watch(struct conn *c); /* what epoll is to tell of it */
void conn_flush(struct conn *c); /* send what may go out now */
void conn_on_due(struct conn *c);
void conn_serve(void);
void conn_kill(struct conn *c, int aborted); /* by the client; it stays in sv.dead */

#endif
