/*
 * model/body.h - a request with a page's image in it, made as it is sent.
 *
 * The image is read and, where it is to be, encoded (base64, RFC 4648) by and by:
 * nothing of it is held.
 */
#ifndef MODEL_BODY_H
#define MODEL_BODY_H

#include <stdbool.h>
#include <stddef.h>

struct err;

struct body {
	char *head, *tail; /* what stands before and behind the image */
	bool plain;        /* the image stands there as it is */
	int fd;            /* the image, open to read */
	long long size;    /* its bytes */
};

/* Bytes in all. */
long long body_length(const struct body *);
/*
 * At most n bytes of it from at on, into p: how many.  -1 with transient io.read, or
 * permanent io.read where the image has become shorter.
 */
long body_give(const struct body *, long long at, char *p, size_t n, struct err *);
void body_release(struct body *); /* closes fd too; zeroes it, fd -1 */

#endif
