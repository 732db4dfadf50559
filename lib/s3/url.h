/*
 * s3/url.h - where a store has an object: the host and the path to ask.
 *
 * A bucket is in the path where an endpoint is given, unless the style says
 * otherwise, and where its name can be no part of the host's, or the host is
 * an address; else it is in the host's name.
 */
#ifndef S3_URL_H
#define S3_URL_H

#include <stdbool.h>

struct awsconf;
struct s3_name;

enum s3_style { S3_STYLE_AUTO, S3_STYLE_PATH, S3_STYLE_VIRTUAL };
extern const char *const s3_style_names[]; /* NULL-terminated */

struct s3_url {
	char *host; /* as the Host header says it */
	char *path; /* encoded as it is signed */
	char *url;  /* all of it */
};

/* query: encoded, or NULL. */
void s3_url_init(struct s3_url *, const struct awsconf *, enum s3_style, const struct s3_name *,
    const char *query);
void s3_url_release(struct s3_url *);

#endif
