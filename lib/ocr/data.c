#include <sys/stat.h>

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "ocr/data.h"
#include "ocr/scripts.h"
#include "ocr/tess.h"

#define SUFFIX ".traineddata"

/* What the user's own pages may be in; NULL: it is not said. */
static const char *
locale_name(void)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const char *value = getenv(names[i]);

		if (value && *value)
			return value;
	}
	return NULL;
}

/* A file of data that is a link leads out of the directory. */
static void
allow_link(struct data *d, size_t *n, const char *dir, const char *name, size_t len)
{
	char *path = mem_printf("%s/%.*s" SUFFIX, dir, (int)len, name);
	struct stat st;

	if (*n <= DATA_LINKS && lstat(path, &st) == 0 && S_ISLNK(st.st_mode))
		d->path[(*n)++] = (struct jail_path){ path, JAIL_READ };
	else
		free(path);
}

/* The data that workers load when a page needs it, which is in their jail. */
static void
allow_data(struct data *d, const struct scripts *scripts, const char *dir)
{
	size_t n = 0, len;

	d->path[n++] = (struct jail_path){ mem_dup(dir), JAIL_READ };
	for (int i = 0; i < scripts_count(); i++)
		for (const char *s = scripts_langs(scripts, i); s && *s; s += len + (s[len] == '+'))
			allow_link(d, &n, dir, s, len = strcspn(s, "+"));
}

struct scripts *
data_find(struct data *d, struct err *e)
{
	char *dir = tess_dir(TESS_OSD, e);
	struct scripts *scripts;

	if (!dir)
		return NULL;
	scripts = scripts_new(dir, locale_name());
	if (scripts)
		allow_data(d, scripts, dir);
	else
		err_set(e, ERR_FATAL, CODE_OCR_LANG,
		    "no language data at all: install the package tesseract-ocr-eng (%s has none)",
		    dir);
	free(dir);
	return scripts;
}

void
data_release(struct data *d)
{
	for (struct jail_path *p = d->path; p->path; p++)
		free((char *)p->path);
	*d = (struct data){ .path = { { NULL, 0 } } };
}

static int
is_data(const struct dirent *de)
{
	const size_t n = strlen(de->d_name);

	return n > strlen(SUFFIX) && strcmp(de->d_name + n - strlen(SUFFIX), SUFFIX) == 0;
}

/* Of a directory of data, or of one in it. */
static int
add_versions(struct buf *out, const char *path)
{
	struct dirent **all;
	const int n = scandir(path, &all, is_data, alphasort);
	struct stat st;
	int r = n < 0 ? -1 : 0;

	for (int i = 0; i < n; i++) {
		char *file = mem_printf("%s/%s", path, all[i]->d_name);

		if (r == 0 && stat(file, &st) == 0)
			r = buf_printf(out, "%s %lld %lld.%09ld\n", all[i]->d_name,
			    (long long)st.st_size, (long long)st.st_mtim.tv_sec,
			    st.st_mtim.tv_nsec);
		free(file);
		free(all[i]);
	}
	if (n >= 0)
		free(all);
	return r;
}

/* Those below it that languages are named by, as "script/Latin". */
static int
add_below(struct buf *out, const char *dir, const char *lang)
{
	size_t n;
	int r = 0;

	for (const char *s = lang; r == 0 && *s; s += n + (s[n] == '+')) {
		const char *slash = memrchr(s, '/', n = strcspn(s, "+"));
		char *within = slash ? mem_printf("%s/%.*s", dir, (int)(slash - s), s) : NULL;

		if (within && access(within, F_OK) == 0)
			r = add_versions(out, within);
		free(within);
	}
	return r;
}

int
data_version(struct buf *out, const char *dir, const char *lang)
{
	if (add_versions(out, dir) < 0 || add_below(out, dir, "script/Latin") < 0)
		return -1;
	return add_below(out, dir, lang);
}
