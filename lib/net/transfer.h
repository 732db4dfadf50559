/*
 * net/transfer.h - one HTTP/1.1 exchange after the other on the loop, by libcurl's
 * multi interface (the only place that knows it).
 *
 * libcurl moves the bytes and nothing more: redirects are not followed, paths
 * are sent as they stand, headers are the caller's.  Connections are kept and
 * used again.
 *
 * Errors, transient: http.resolve, http.connect, http.timeout (no connection
 * within 10 s; nothing, or less than 1,000 bytes a second, for QUIRE_HTTP_WAIT
 * seconds, default 30, where what the system's buffers take counts, of a transfer
 * that is not patient; or the transfer's total), http.transfer (reset, cut
 * short, no HTTP), io.read (permanent where the file has become shorter);
 * fatal: http.tls (the server's certificate, the CA bundle), http.setup (also a
 * proxy that is none, or that refuses a tunnel with 4xx but 408 and 429).  No
 * message holds what the environment says of a proxy.
 */
#ifndef NET_TRANSFER_H
#define NET_TRANSFER_H

#include <stdbool.h>
#include <stddef.h>

struct err;
struct loop;
struct transfer;
struct transfers;

struct transfer_ops {
	/* Bytes of the answer's body. -1: the transfer ends with *e. */
	int (*body)(void *arg, const void *p, size_t n, struct err *);
	/*
	 * The body to send, at most n bytes of it from at on, into p: how many, or
	 * -1, and the transfer ends with *e.  NULL: it is the file's.
	 */
	long (*give)(void *arg, long long at, char *p, size_t n, struct err *);
	/* The answer is whole, whatever its status: e is NULL. Or why not. */
	void (*done)(void *arg, const struct err *e);
};

struct transfer_conf {
	const char *method; /* GET, HEAD, PUT, POST or DELETE */
	const char *url;
	int fd; /* the body to send, by position; -1: none, or what give gives */
	long long offset, length;
	long total_ms; /* 0: no limit */
	bool patient;  /* nothing may come for as long as that */
	const struct transfer_ops *ops;
	void *arg;
};

/*
 * ca_bundle: a file of certificates, or NULL for the system's. Borrowed.  NULL with
 * fatal proc.exec where there is no libcurl, http.setup where it cannot be used.
 */
struct transfers *transfers_new(struct loop *, const char *ca_bundle, struct err *);
void transfers_free(struct transfers *); /* no transfer may be left */

struct transfer *transfer_new(struct transfers *, const struct transfer_conf *);
/*
 * Also ends it, in done() too, but not within any body(): libcurl is at work
 * then.  No callback comes any more.  NULL is allowed.
 */
void transfer_free(struct transfer *);
/* A header to send. value "" sends it empty. */
void transfer_header(struct transfer *, const char *name, const char *value);
/* Off it goes. Callbacks come from the loop. -1 with http.setup. */
int transfer_go(struct transfer *, struct err *);
/* From body() and done() on: the answer's status (0: none), a header or NULL. */
long transfer_status(const struct transfer *);
const char *transfer_answer(const struct transfer *, const char *name);
/* From done() on: the bytes of both bodies, and how long it took. */
long long transfer_bytes(const struct transfer *);
long transfer_ms(const struct transfer *);
/* Of the body, as the answer says; -1 where it does not. */
long long transfer_length(const struct transfer *);

#endif
