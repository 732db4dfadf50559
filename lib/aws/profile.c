#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "aws/profile.h"
#include "base/err.h"
#include "base/mem.h"

/* Empty where it cannot be told. */
static const char *
home(void)
{
	const char *dir = getenv("HOME");
	const struct passwd *pw;

	if (dir && *dir)
		return dir;
	pw = getpwuid(geteuid());
	return pw ? pw->pw_dir : "";
}

static bool
is_closed(const char *dir)
{
	return faccessat(AT_FDCWD, dir, X_OK, AT_EACCESS) < 0 && errno == EACCES;
}

static struct awsfile *
read_file(const char *variable, const char *name, struct err *e)
{
	const char *dir = home();
	struct awsvalue v;
	struct awsfile *f;
	char *path;

	if (awsvalue_env(&v, variable))
		path = *dir && strncmp(v.text, "~/", 2) == 0 ? mem_printf("%s%s", dir, v.text + 1)
							     : mem_dup(v.text);
	else
		path = mem_printf("%s/.aws/%s", *dir ? dir : "~", name);
	/*
	 * A home that is not ours is left alone: a service that runs as
	 * another user with root's HOME is told by its environment.
	 */
	if (!*v.text && (!*dir || is_closed(dir)))
		f = awsfile_empty(path);
	else
		f = awsfile_read(path, e);
	free(path);
	return f;
}

static int
find_profile(struct awsprofile *p, struct err *e)
{
	struct awsvalue v;
	bool asked = awsvalue_env(&v, "AWS_PROFILE") || awsvalue_env(&v, "AWS_DEFAULT_PROFILE");

	p->name = mem_dup(asked ? v.text : "default");
	p->config = read_file("AWS_CONFIG_FILE", "config", e);
	if (!p->config)
		return -1;
	p->credentials = read_file("AWS_SHARED_CREDENTIALS_FILE", "credentials", e);
	if (!p->credentials)
		return -1;
	p->in_config = awsfile_section(p->config, "profile", p->name);
	p->in_credentials = awsfile_section(p->credentials, NULL, p->name);
	if (!asked || p->in_config || p->in_credentials)
		return 0;
	return err_set(e, ERR_FATAL, CODE_S3_CONFIG,
	    "%s: no profile \"%.100s\" in %.100s or %.100s", v.name, p->name,
	    awsfile_path(p->credentials), awsfile_path(p->config));
}

int
awsprofile_open(struct awsprofile *p, struct err *e)
{
	*p = (struct awsprofile){ .name = NULL };
	if (find_profile(p, e) == 0)
		return 0;
	awsprofile_close(p);
	return -1;
}

void
awsprofile_close(struct awsprofile *p)
{
	awsfile_free(p->credentials);
	awsfile_free(p->config);
	free(p->name);
	*p = (struct awsprofile){ .name = NULL };
}

bool
awsprofile_get(const struct awsprofile *p, const char *key, struct awsvalue *v)
{
	if (awsfile_get(p->credentials, p->in_credentials, key, v) && *v->text)
		return true;
	return awsfile_get(p->config, p->in_config, key, v) && *v->text;
}

bool
awsprofile_nested(const struct awsprofile *p, const char *block, const char *key,
    struct awsvalue *v)
{
	const struct awsfile *f = p->credentials;
	const char *section = p->in_credentials;

	if (!awsfile_get(f, section, block, v)) {
		f = p->config;
		section = p->in_config;
	}
	return awsfile_nested(f, section, block, key, v) && *v->text;
}
