#include <stdlib.h>
#include <string.h>

#include "aws/conf.h"
#include "aws/cred.h"
#include "aws/endpoint.h"
#include "aws/profile.h"
#include "base/err.h"
#include "base/mem.h"

static bool
is_digits(const char *s)
{
	return s[strspn(s, "0123456789")] == '\0';
}

/*
 * A region becomes part of a host name, so it is a label, and no number, as
 * botocore has it (utils.py, validate_region_name).
 */
static bool
is_label(const char *s)
{
	size_t n = strspn(s,
	    "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");

	return n >= 1 && n <= 63 && !s[n] && s[0] != '-' && s[n - 1] != '-' && !is_digits(s);
}

static int
load_region(struct awsconf *c, const struct awsprofile *p, struct err *e)
{
	struct awsvalue v;

	if (!awsvalue_env(&v, "AWS_REGION") && !awsvalue_env(&v, "AWS_DEFAULT_REGION") &&
	    !awsprofile_get(p, "region", &v)) {
		c->region = mem_dup("us-east-1");
		return 0;
	}
	if (awsvalue_check(&v, CODE_S3_CONFIG, e) < 0)
		return -1;
	if (!is_label(v.text))
		return awsvalue_bad(&v, CODE_S3_CONFIG,
		    "is no region: letters, digits and - in between", e);
	c->region = mem_dup(v.text);
	return 0;
}

static int
load_ca_bundle(struct awsconf *c, const struct awsprofile *p, struct err *e)
{
	struct awsvalue v;

	if (!awsvalue_env(&v, "AWS_CA_BUNDLE") && !awsprofile_get(p, "ca_bundle", &v))
		return 0;
	if (awsvalue_check(&v, CODE_S3_CONFIG, e) < 0)
		return -1;
	c->ca_bundle = mem_dup(v.text);
	return 0;
}

static int
load_style(struct awsconf *c, const struct awsprofile *p, struct err *e)
{
	static const char *const names[] = {
		[AWSCONF_AUTO] = "auto",
		[AWSCONF_PATH] = "path",
		[AWSCONF_VIRTUAL] = "virtual",
	};
	struct awsvalue v;

	if (!awsprofile_nested(p, "s3", "addressing_style", &v))
		return 0;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strcasecmp(v.text, names[i]) == 0) {
			c->style = (enum awsconf_style)i;
			return 0;
		}
	return awsvalue_bad(&v, CODE_S3_CONFIG, "is not path, virtual or auto", e);
}

static bool
endpoints_ignored(const struct awsprofile *p)
{
	struct awsvalue v;

	return (awsvalue_env(&v, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") ||
		   awsprofile_get(p, "ignore_configured_endpoint_urls", &v)) &&
	    strcasecmp(v.text, "true") == 0;
}

/* The endpoint of the profile's services: 1 and *v, 0 for none, or -1. */
static int
of_services(const struct awsprofile *p, struct awsvalue *v, struct err *e)
{
	const char *section;

	if (!awsprofile_get(p, "services", v))
		return 0;
	section = awsfile_section(p->config, "services", v->text);
	if (!section)
		return awsvalue_bad(v, CODE_S3_CONFIG,
		    "names a [services] section that the config file lacks", e);
	return awsfile_nested(p->config, section, "s3", "endpoint_url", v) && *v->text;
}

static int
set_endpoint(struct awsconf *c, const struct awsvalue *v, struct err *e)
{
	const char *why = awsendpoint_fault(v->text);

	if (why)
		return awsvalue_bad(v, CODE_S3_ENDPOINT, why, e);
	free(c->endpoint);
	c->endpoint = awsendpoint_plain(v->text);
	c->path_style = c->style != AWSCONF_VIRTUAL;
	return 0;
}

static int
load_endpoint(struct awsconf *c, const struct awsprofile *p, struct err *e)
{
	struct awsvalue v;
	int r = 1;

	c->path_style = c->style == AWSCONF_PATH;
	if (endpoints_ignored(p))
		return 0;
	if (!awsvalue_env(&v, "AWS_ENDPOINT_URL_S3") && !awsvalue_env(&v, "AWS_ENDPOINT_URL")) {
		r = of_services(p, &v, e);
		if (r == 0)
			r = awsprofile_get(p, "endpoint_url", &v);
	}
	return r > 0 ? set_endpoint(c, &v, e) : r;
}

int
awsconf_load(struct awsconf *c, struct err *e)
{
	struct awsprofile p;
	int r;

	*c = (struct awsconf){ .style = AWSCONF_AUTO };
	if (awsprofile_open(&p, e) < 0)
		return -1;
	r = load_region(c, &p, e);
	if (r == 0)
		r = load_ca_bundle(c, &p, e);
	if (r == 0)
		r = load_style(c, &p, e);
	if (r == 0)
		r = load_endpoint(c, &p, e);
	if (r == 0)
		r = awscred_load(c, &p, e);
	awsprofile_close(&p);
	if (r < 0)
		awsconf_free(c);
	return r;
}

static void
cleanse(char *s)
{
	if (s)
		explicit_bzero(s, strlen(s));
	free(s);
}

void
awsconf_free(struct awsconf *c)
{
	cleanse(c->key_id);
	cleanse(c->secret);
	cleanse(c->token);
	free(c->source);
	free(c->region);
	free(c->endpoint);
	free(c->ca_bundle);
	*c = (struct awsconf){ .style = AWSCONF_AUTO };
}
