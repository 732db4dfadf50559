/*
 * model/fleet.h - servers of a model, kept as busy as they bear.
 *
 * A page goes to the server with the fewest in hand.  How many a server is given at
 * once finds its level: it begins at the profile's jobs, is halved when the server is
 * too busy (429, 503, no answer in time), not more than once for what was sent
 * together, and grows by one for as many pages as it is; where requests wait there, as
 * its /metrics says, it is what it works on.  Retry-After is heeded.  One
 * that cannot be reached, or fails three times in a row, is given nothing and asked
 * for its models now and then (a second, at most half a minute apart) until it is
 * there again; its pages go to others.
 *
 * Pages wait while no server takes them, at most the patience; then the page, and so
 * the command, fails with busy ocr.server.  One that a server refuses goes to the others.
 * What is a page's own: permanent ocr.refused (the server's words), where others are
 * taken, by model/refusals.h; transient http.*, ocr.server or ocr.answer when as many
 * servers failed on it as it has tries, transient ocr.timeout.  What may be everybody's:
 * transient ocr.server, and fatal where it is; what is: fatal ocr.key, ocr.model.
 */
#ifndef MODEL_FLEET_H
#define MODEL_FLEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct answered;
struct err;
struct fleet;
struct loop;
struct profile;

enum { FLEET_SERVERS = 64 };

struct fleet_conf {
	struct loop *loop;
	const struct profile *profile; /* borrowed */
	const char *const *url;        /* of servers, with or without /v1; copied */
	size_t n;
	const char *key; /* NULL: none; copied */
	const char *ca_bundle;
	long jobs; /* pages at once in all; 0: as the profile says, of each server */
	long patience_ms;
};

/* The completion, borrowed for the call; or e. */
typedef void fleet_done_fn(void *arg, const struct answered *, const struct err *e);

struct fleet_page {
	int fd; /* its image, or document, open to read; duplicated */
	long width, height;
	double temperature;
	uint64_t document;       /* a number that stands for whose it is */
	const char *name, *mime; /* of a file that is converted; lent until the answer; or NULL */
	long *tries; /* lent until the answer: what may still fail of it; each failure takes one */
	fleet_done_fn *done;
	void *arg;
};

/* Fails with fatal http.setup, ocr.server (an address is none). */
struct fleet *fleet_new(const struct fleet_conf *, struct err *);
/* Never answers from within. -1 with io.read: the image cannot be read. */
int fleet_send(struct fleet *, const struct fleet_page *, struct err *);
/* Pages that no server works on are to wait no longer: they fail, transient stage.stopped. */
void fleet_stop(struct fleet *);
/* No answer comes for the page with this arg. */
void fleet_cancel(struct fleet *, const void *arg);
void fleet_free(struct fleet *); /* NULL is allowed; nothing is answered any more */

#endif
