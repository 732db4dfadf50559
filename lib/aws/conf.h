/*
 * aws/conf.h - what the environment and the shared AWS files say about how to
 * reach S3, by the conventions of the AWS command line (botocore 1.43;
 * https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html).
 * A variable or a key that is empty counts as not there.
 *
 * Credentials, from the first of
 *  1. AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN;
 *  2. the profile in the credentials file;
 *  3. the profile in the config file.
 * The profile's roles, single sign-on and credential_process, and the roles of
 * web identities and containers, are seen in their place in that order and
 * refused, as they are not built yet; the roles of EC2 instances are not
 * asked for.
 *
 * Region: AWS_REGION, AWS_DEFAULT_REGION, the profile's region, us-east-1.
 * Endpoint: AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, endpoint_url in the block
 * s3 of the config file's [services NAME] that the profile's services names,
 * the profile's endpoint_url; none of these when
 * AWS_IGNORE_CONFIGURED_ENDPOINT_URLS, else the profile's
 * ignore_configured_endpoint_urls, is true.
 * Path style: addressing_style in the profile's block s3; where that is not
 * there or auto, path style for an endpoint and virtual hosts for AWS.
 * CA bundle: AWS_CA_BUNDLE, the profile's ca_bundle.  Proxies are libcurl's.
 *
 * Unlike botocore 1.43: AWS_REGION counts and AWS_PROFILE goes before
 * AWS_DEFAULT_PROFILE (both as in the AWS CLI 2), a file that cannot be read
 * is an error, and auto does not mean virtual hosts at an endpoint.
 */
#ifndef AWS_CONF_H
#define AWS_CONF_H

#include <stdbool.h>

struct err;

enum { AWSCONF_ENDPOINT_MAX = 1024 }; /* bytes of an endpoint */

enum awsconf_style { AWSCONF_AUTO, AWSCONF_PATH, AWSCONF_VIRTUAL };

/* No string but source holds a control character. */
struct awsconf {
	char *key_id, *secret;
	char *token;  /* NULL: none */
	char *source; /* a file, or "the environment"; for the log */
	char *region; /* a host label */
	/*
	 * http:// or https:// with a host (a name, an IPv4 address, an IPv6
	 * address in brackets), perhaps a port and a path that sigv4.h can sign;
	 * no user, no query, no fragment.  The scheme is in lower case, and no
	 * slash is at the end.  NULL: AWS itself.
	 */
	char *endpoint;
	char *ca_bundle;          /* a path; NULL: the system's */
	enum awsconf_style style; /* as configured */
	bool path_style;          /* what follows from it and the endpoint */
};

/*
 * 0, or -1 with a fatal error: s3.credentials (none, half of them, or of a
 * kind that is not built), s3.config (a file, the profile, the region, the
 * style) or s3.endpoint.  Messages name the variable, or the file and line,
 * never a value but the profile's name.  On failure nothing needs freeing.
 * Not for threads: it reads the environment.
 */
int awsconf_load(struct awsconf *, struct err *);
/* Cleanses the credentials; what is zeroed, or freed before, will do. */
void awsconf_free(struct awsconf *);

#endif
