/*
 * model/sent.h - a page on its way to a server, and what comes of it.  For fleet.c alone.
 */
#ifndef MODEL_SENT_H
#define MODEL_SENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jv.h>

#include "base/buf.h"
#include "base/err.h"
#include "model/body.h"
#include "model/fleet.h"
#include "model/stream.h"

struct server;
struct transfer;
struct transfers;
struct watch;

/* A page on its way. */
struct sent {
	struct sent *next;
	struct fleet *fleet;
	struct fleet_page page;
	struct server *server; /* NULL: it waits */
	struct transfer *transfer;
	struct body body;
	jv without;   /* members that it was not sent */
	bool sending; /* not all of it has been given to the network */
	struct buf said;
	struct stream stream; /* what was said, where it comes as one */
	int64_t began_ms;
	uint64_t refused; /* the servers that refused it, a bit each, */
	struct err why;   /* the last of them in these words */
	int shorter;      /* quarters of the context that are not asked for */
};

struct fleet {
	struct fleet_conf conf;
	struct transfers *transfers;
	struct server *server;
	size_t n;
	char *auth;
	int sending;               /* pages */
	struct sent *first, **end; /* all pages, as they came */
	struct watch *turn;        /* pages are to be given out */
	struct watch *patience;    /* until it ends; while pages wait */
	int64_t good_ms;           /* when a server last worked on a page, or the first one came */
	struct err dead;           /* why no page can be sent any more */
	bool is_dead;
	bool stopping; /* pages are not to wait */
};

/* Pages are to be given out, when the loop has turned. */
void fleet_turn(struct fleet *);
/* No page can be sent any more. */
void fleet_kill(struct fleet *, const struct err *);

/* Give it to that server. */
void sent_begin(struct sent *, struct server *);
/* Whether it waits, and all servers that are there refused it. */
bool sent_is_held(const struct sent *);
/* Of one that is held: where it is known whose fault that is, it is answered so, and gone. */
bool sent_judged(struct sent *);
/* It waits no longer: it is answered so, and gone. */
void sent_fail(struct sent *, const struct err *);
void sent_free(struct sent *); /* it is not answered */

#endif
