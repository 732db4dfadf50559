/*
 * model/server.h - one server of a fleet: where it is, how it stands, and how much
 * it bears.
 *
 * One that says by /metrics, as vLLM does, how many requests wait there is asked for
 * that while it has several pages: what waits there could wait here, for whichever
 * server is free first, so it is given our share of what it works on, as others may
 * ask it, too, and an eighth more.
 */
#ifndef MODEL_SERVER_H
#define MODEL_SERVER_H

#include <stdbool.h>
#include <stdint.h>

#include <jv.h>

#include "base/buf.h"
#include "base/err.h"
#include "model/refusals.h"

struct loop;
struct profile;
struct transfer;
struct transfers;
struct watch;

enum {
	SERVER_FAILS = 3,
	SERVER_PROBE_MS = 1000,
	SERVER_PROBE_MAX_MS = 30000,
	SERVER_LOOK_MS = 2000
};

struct server {
	/* the fleet's, at server_init */
	struct loop *loop;
	struct transfers *transfers;
	const struct profile *profile;
	const char *auth; /* the header's value; NULL: none */
	/* It can be given something again, or (e) cannot ever. */
	void (*changed)(void *arg, struct server *, const struct err *e);
	void *arg;

	char *url;    /* as it is called, without /v1; of a converter all of it */
	char *model;  /* as it calls it; NULL: not asked yet */
	long context; /* tokens; 0: not said */
	jv without;   /* an array: members of a request that it does not know */
	double limit; /* pages at once */
	double most;  /* and at most */
	long in_hand; /* pages */
	int fails;    /* in a row */
	int64_t not_before_ms, halved_ms;
	long probe_ms;   /* until it is asked next; 0: it is up */
	long probed_ms;  /* and what that was before */
	bool asked;      /* at all */
	int64_t busy_ms; /* when it last said 429 or 503, if nothing else since; 0 */
	struct watch *timer;
	struct transfer *asking;
	struct buf said;
	struct watch *look; /* until its queue is looked at; NULL: it does not tell of it */
	struct transfer *looking;
	struct buf metrics;
	bool queues; /* requests waited when it last told */
	struct refusals refusals;
	bool shaky;     /* it failed, and has taken no page since */
	struct err why; /* it took no pages, the last time that it did not; code NULL: it did */
};

/*
 * url: http:// or https://, with or without /v1, of a converter as it is called.  Fails
 * with fatal ocr.server.
 */
int server_init(struct server *, const char *url, struct err *);
void server_release(struct server *);
/* It may be given a page at that time. */
bool server_takes(const struct server *, int64_t now_ms);
/* Ask for its models, if that was not done yet; a converter has none. */
void server_ask(struct server *);
/* How a page went that was begun at that time. */
void server_did_well(struct server *);
void server_is_busy(struct server *, int64_t began_ms, long retry_after_ms);
/* gone: what is there answers no page, for that reason; NULL: this one alone failed */
void server_failed(struct server *, int64_t began_ms, const struct err *gone);
/*
 * What is wrong with an answer of that status that is neither one nor a refusal: a
 * redirect, which is not followed (the key and the page would go to whom it names),
 * another one's page.  Returns -1 with transient ocr.server.
 */
int server_strange(const struct transfer *, struct err *);
/* That member of a request it does not know: it is not sent that again. */
void server_does_not_know(struct server *, const char *key);
/* A transfer to one of its paths; free(3) nothing. */
struct transfer_conf;
struct transfer *server_transfer(struct server *, const char *path, struct transfer_conf *);

#endif
