/*
 * net/call.h - HTTP requests that are made again when that may help.
 *
 * An attempt (transfer.h) that fails in transport, or that the caller judges
 * transient, is made again: up to HTTP_ATTEMPTS, after full jitter over
 * 200 ms x 2^n up to 20 s or what Retry-After asks for, as long as the budget
 * lasts, which all calls of a process share (as the standard mode of AWS's
 * SDKs has it: 500, a retry costs 5, a success gives 1 back).  Each attempt is
 * begun anew by the caller, who signs it.  Errors: those of transfer.h and the
 * caller's own.
 */
#ifndef NET_CALL_H
#define NET_CALL_H

#include <stddef.h>

struct err;
struct http;
struct http_call;
struct loop;

enum {
	HTTP_ATTEMPTS = 5,
	HTTP_TEXT_MAX = 64 << 10,       /* bytes of an error's body that are kept */
	HTTP_RETRY_AFTER_MAX_MS = 60000 /* a longer one is the caller's to heed */
};

struct http_ops {
	/*
	 * An attempt begins: forget the one before, http_header what it takes.
	 * -1: the call ends with *e.
	 */
	int (*attempt)(struct http_call *, void *arg, struct err *);
	/*
	 * Bytes of a 2xx answer's body; its headers can be asked for.  -1: the
	 * attempt has failed with *e.
	 */
	int (*body)(struct http_call *, void *arg, const void *p, size_t n, struct err *);
	/*
	 * The answer is whole.  text is the body of one that is not 2xx, cut at
	 * HTTP_TEXT_MAX, and never NULL.  -1 with *e: it is not what was asked
	 * for; transient: it is tried again.
	 */
	int (*judge)(struct http_call *, void *arg, const char *text, size_t len, struct err *);
	/* It is over: e is NULL, or why. The call is gone after this. */
	void (*done)(void *arg, const struct err *e);
};

struct http_request {
	const char *method; /* GET, HEAD, PUT, POST or DELETE; a literal */
	const char *url;    /* copied */
	int fd;             /* its body, by position; -1: none */
	long long offset, length;
	long total_ms; /* of one attempt; 0: no limit */
	const struct http_ops *ops;
	void *arg;
};

/* ca_bundle: a file of certificates, or NULL for the system's. Borrowed. */
struct http *http_new(struct loop *, const char *ca_bundle, struct err *);
void http_free(struct http *); /* no call may be left; NULL is allowed */

/* Callbacks come from the loop, none from within this. */
struct http_call *http_start(struct http *, const struct http_request *);
/* No callback comes any more. Not within any body(). NULL is allowed. */
void http_cancel(struct http_call *);

/* In body() and judge(): whatever they say, there is no further attempt. */
void http_last(struct http_call *);
/* In attempt(): a header to send. value "" sends it empty. */
void http_header(struct http_call *, const char *name, const char *value);
/* From body() and judge() on: the answer's status, and a header or NULL. */
long http_status(const struct http_call *);
const char *http_answer(const struct http_call *, const char *name);
/* Of the body, as the answer says; -1 where it does not. */
long long http_length(const struct http_call *);
/* A header's date (RFC 9110, 5.6.7) in s since 1970; -1 where it is none. */
long long http_date(const char *);
/* How many attempts have been begun. */
int http_tries(const struct http_call *);

#endif
