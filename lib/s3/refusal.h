/*
 * s3/refusal.h - what a store's refusals mean.
 *
 * The code is "s3." and the store's own, where it says one; else what the
 * status stands for.  At most 64 codes that are not in the table are kept,
 * then it is s3.Error.  Classes: what will be refused to every request is
 * fatal (keys, signature, clock, region, no bucket, 401, 407), busy where the
 * account is at a limit of its own; what time may mend is
 * transient (408, 429, 5xx except 501, SlowDown and the like, with Retry-After);
 * the rest is permanent.
 */
#ifndef S3_REFUSAL_H
#define S3_REFUSAL_H

#include <stddef.h>

struct err;

struct s3_refusal {
	const char *method;
	const char *uri; /* s3://BUCKET/KEY; a bucket's ends with its slash */
	long status;
	const char *text; /* the body; may be empty */
	size_t len;
	const char *region;     /* x-amz-bucket-region, or NULL */
	const char *request_id; /* x-amz-request-id, or NULL */
	const char *date;       /* Date, or NULL */
};

int s3_refused(const struct s3_refusal *, struct err *); /* returns -1 */

#endif
