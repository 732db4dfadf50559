#include <stdbool.h>
#include <stddef.h>

#include "aws/conf.h"
#include "aws/cred.h"
#include "aws/profile.h"
#include "base/err.h"
#include "base/mem.h"

enum { FOUND = 1, NOT_HERE = 0 }; /* -1: an error */

/* What a source holds; a value that is not there has empty text. */
struct held {
	struct awsvalue key_id, secret, token;
};

static int
cred_take(struct awsconf *c, const struct held *h, const char *source, struct err *e)
{
	if (!*h->key_id.text)
		return NOT_HERE;
	if (!*h->secret.text)
		return awsvalue_bad(&h->key_id, CODE_S3_CREDENTIALS,
		    "is given without its secret key", e);
	if (awsvalue_check(&h->key_id, CODE_S3_CREDENTIALS, e) < 0 ||
	    awsvalue_check(&h->secret, CODE_S3_CREDENTIALS, e) < 0 ||
	    awsvalue_check(&h->token, CODE_S3_CREDENTIALS, e) < 0)
		return -1;
	c->key_id = mem_dup(h->key_id.text);
	c->secret = mem_dup(h->secret.text);
	c->token = *h->token.text ? mem_dup(h->token.text) : NULL;
	c->source = mem_dup(source);
	return FOUND;
}

static int
environment(struct awsconf *c, const struct awsprofile *p, struct err *e)
{
	struct held h;

	(void)p;
	awsvalue_env(&h.key_id, "AWS_ACCESS_KEY_ID");
	awsvalue_env(&h.secret, "AWS_SECRET_ACCESS_KEY");
	/* The old name first, as botocore has it. */
	if (!awsvalue_env(&h.token, "AWS_SECURITY_TOKEN"))
		awsvalue_env(&h.token, "AWS_SESSION_TOKEN");
	return cred_take(c, &h, "the environment", e);
}

static void
cred_value(const struct awsfile *f, const char *section, const char *key, struct awsvalue *v)
{
	if (!awsfile_get(f, section, key, v))
		*v = (struct awsvalue){ .text = "" };
}

static int
section(struct awsconf *c, const struct awsfile *f, const char *name, struct err *e)
{
	struct held h;

	cred_value(f, name, "aws_access_key_id", &h.key_id);
	cred_value(f, name, "aws_secret_access_key", &h.secret);
	cred_value(f, name, "aws_security_token", &h.token);
	if (!*h.token.text)
		cred_value(f, name, "aws_session_token", &h.token);
	return cred_take(c, &h, awsfile_path(f), e);
}

static int
credentials_file(struct awsconf *c, const struct awsprofile *p, struct err *e)
{
	return section(c, p->credentials, p->in_credentials, e);
}

static int
config_file(struct awsconf *c, const struct awsprofile *p, struct err *e)
{
	return section(c, p->config, p->in_config, e);
}

/*
 * In the order in which they are asked: that of botocore 1.43
 * (credentials.py, create_credential_resolver).
 */
static const struct source {
	/* FOUND, NOT_HERE or -1; NULL for what is not built yet. */
	int (*load)(struct awsconf *, const struct awsprofile *, struct err *);
	/* For those: what shows that they are wanted, and for what. */
	const char *variable[2], *key[2];
	const char *why;
} sources[] = {
	{ .load = environment },
	{ .key = { "role_arn", "web_identity_token_file" },
	    .why = "asks for a role, which is not supported yet" },
	{ .variable = { "AWS_WEB_IDENTITY_TOKEN_FILE" },
	    .why = "asks for a role, which is not supported yet" },
	{ .key = { "sso_account_id", "sso_role_name" },
	    .why = "asks for single sign-on, which is not supported" },
	{ .load = credentials_file },
	{ .key = { "login_session" }, .why = "asks for a login session, which is not supported" },
	{ .key = { "credential_process" },
	    .why = "asks for a program, which is not supported yet" },
	{ .load = config_file },
	{ .key = { "sso_session", "sso_start_url" },
	    .why = "asks for single sign-on, which is not supported" },
	{ .variable = { "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
	      "AWS_CONTAINER_CREDENTIALS_FULL_URI" },
	    .why = "asks for a container's role, which is not supported yet" },
};

static bool
cred_wanted(const struct source *s, const struct awsprofile *p, struct awsvalue *v)
{
	for (int i = 0; i < 2; i++) {
		if (s->variable[i] && awsvalue_env(v, s->variable[i]))
			return true;
		if (s->key[i] && awsprofile_get(p, s->key[i], v))
			return true;
	}
	return false;
}

/* What the search of a file has come to. */
static const char *
outcome(const struct awsfile *f, const char *section)
{
	if (!awsfile_there(f))
		return " (no such file)";
	return section ? "" : " (no such profile)";
}

static int
none(const struct awsprofile *p, struct err *e)
{
	return err_set(e, ERR_FATAL, CODE_S3_CREDENTIALS,
	    "no credentials: AWS_ACCESS_KEY_ID is not set, and no "
	    "aws_access_key_id for profile \"%.60s\" in %.90s%s or %.90s%s",
	    p->name, awsfile_path(p->credentials), outcome(p->credentials, p->in_credentials),
	    awsfile_path(p->config), outcome(p->config, p->in_config));
}

int
awscred_load(struct awsconf *c, const struct awsprofile *p, struct err *e)
{
	struct awsvalue v;
	int r;

	for (size_t i = 0; i < sizeof(sources) / sizeof(*sources); i++) {
		const struct source *s = &sources[i];

		if (!s->load && cred_wanted(s, p, &v))
			return awsvalue_bad(&v, CODE_S3_CREDENTIALS, s->why, e);
		r = s->load ? s->load(c, p, e) : NOT_HERE;
		if (r != NOT_HERE)
			return r == FOUND ? 0 : -1;
	}
	return none(p, e);
}
