#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "aws/file.h"
#include "aws/parse.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"

struct awsfile {
	char *path;
	struct awstext text; /* cut up in place: items point into it */
	struct buf items;
	bool there;
};

bool
awsvalue_env(struct awsvalue *value, const char *name)
{
	const char *text = getenv(name);

	*value = (struct awsvalue){ text ? text : "", name, NULL, 0 };
	return *value->text;
}

int
awsvalue_bad(const struct awsvalue *value, const char *err_code, const char *why, struct err *e)
{
	if (!value->path)
		return err_set(e, ERR_FATAL, err_code, "%s %s", value->name, why);
	return err_set(e, ERR_FATAL, err_code, "%s: line %zu: %s %s", value->path, value->line,
	    value->name, why);
}

int
awsvalue_check(const struct awsvalue *value, const char *err_code, struct err *e)
{
	for (const char *s = value->text; *s; s++)
		if ((unsigned char)*s < ' ' || *s == 0x7f)
			return awsvalue_bad(value, err_code, "holds a control character", e);
	return 0;
}

static struct awsitem *
items(const struct awsfile *f, size_t *n)
{
	*n = f->items.len / sizeof(struct awsitem);
	return (struct awsitem *)(void *)f->items.p;
}

/* The file's descriptor in *fd; -1 there for one that counts as empty. */
static int
open_file(const char *path, int *fd, struct err *e)
{
	struct stat st;

	*fd = -1;
	/* Opening a device can be an act by itself. */
	if (stat(path, &st) == 0) {
		if (S_ISCHR(st.st_mode))
			return 0;
		if (!S_ISREG(st.st_mode))
			return err_set(e, ERR_FATAL, CODE_S3_CONFIG, "%s: not a plain file", path);
		*fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	}
	if (*fd >= 0 || errno == ENOENT || errno == ENOTDIR)
		return 0;
	return err_sys(e, ERR_FATAL, CODE_S3_CONFIG, "%s", path);
}

static int
awsfile_read_all(struct awsfile *f, int fd, struct err *e)
{
	ssize_t n;

	/* One more to see that it is too large, one for a NUL. In one piece,
	 * for a buffer that grows leaves copies of secrets behind. */
	f->text.p = mem_new(AWSFILE_MAX + 2, 1);
	while (f->text.len <= AWSFILE_MAX) {
		n = read(fd, f->text.p + f->text.len, AWSFILE_MAX + 1 - f->text.len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(e, ERR_FATAL, CODE_S3_CONFIG, "%s", f->path);
		if (n == 0)
			return 0;
		f->text.len += (size_t)n;
	}
	return err_set(e, ERR_FATAL, CODE_S3_CONFIG, "%s: larger than %d bytes", f->path,
	    AWSFILE_MAX);
}

struct awsfile *
awsfile_empty(const char *path)
{
	struct awsfile *f = mem_new(1, sizeof(*f));

	f->path = mem_dup(path);
	/* The shortest item is a=, and a newline. */
	buf_init(&f->items, (AWSFILE_MAX / 3 + 1) * sizeof(struct awsitem));
	return f;
}

struct awsfile *
awsfile_read(const char *path, struct err *e)
{
	struct awsfile *f;
	int fd, r;

	if (open_file(path, &fd, e) < 0)
		return NULL;
	f = awsfile_empty(path);
	if (fd < 0)
		return f;
	f->there = true;
	r = awsfile_read_all(f, fd, e);
	close(fd);
	if (r == 0 && awsparse(f->path, f->text, &f->items, e) == 0)
		return f;
	awsfile_free(f);
	return NULL;
}

void
awsfile_free(struct awsfile *f)
{
	if (!f)
		return;
	if (f->text.p)
		explicit_bzero(f->text.p, f->text.len);
	free(f->text.p);
	free(f->path);
	buf_release(&f->items);
	free(f);
}

const char *
awsfile_path(const struct awsfile *f)
{
	return f->path;
}

bool
awsfile_there(const struct awsfile *f)
{
	return f->there;
}

const char *
awsfile_section(const struct awsfile *f, const char *kind, const char *name)
{
	const struct awsitem *v, *found = NULL;
	size_t n;

	v = items(f, &n);
	for (size_t i = 0; i < n; i++)
		if (!*v[i].key && !*v[i].block && (!found || v[i].line > found->line) &&
		    awsparse_is(v[i].section, kind, name))
			found = &v[i];
	return found ? found->section : NULL;
}

bool
awsfile_nested(const struct awsfile *f, const char *section, const char *block, const char *key,
    struct awsvalue *value)
{
	const struct awsitem *v;
	size_t n;

	for (v = items(f, &n); section && n; n--) {
		const struct awsitem *it = &v[n - 1];

		if (it->section != section || strcmp(it->block, block) != 0 ||
		    strcmp(it->key, key) != 0)
			continue;
		*value = (struct awsvalue){ it->value, it->key, f->path, it->line };
		return true;
	}
	return false;
}

bool
awsfile_get(const struct awsfile *f, const char *section, const char *key, struct awsvalue *value)
{
	return awsfile_nested(f, section, "", key, value);
}
