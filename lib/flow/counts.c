#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "flow/counts.h"
#include "rec/jx.h"

static const char *const count_names[COUNT_ALL] = { [COUNT_PAGES] = "pages",
	[COUNT_BYTES] = "bytes",
	[COUNT_SKIPPED] = "skipped",
	[COUNT_DOUBTFUL] = "doubtful",
	[COUNT_BLANK] = "blank",
	[COUNT_PICTURE] = "picture",
	[COUNT_LINKS] = "links",
	[COUNT_SPECIAL] = "special",
	[COUNT_YOUNG] = "young",
	[COUNT_UNMATCHED] = "unmatched",
	[COUNT_FOLDERS] = "folders",
	[COUNT_UNKNOWN] = "unknown" };

enum { COUNTS_BYTES = 16 << 10 }; /* of a file, at most */

static size_t
find_word(const struct counts_words *c, const char *word)
{
	size_t i;

	for (i = 0; i < c->n; i++)
		if (!strcmp(c->of[i].word, word))
			break;
	return i;
}

void
counts_word(struct counts_words *c, const char *word, long n)
{
	size_t i = find_word(c, word);

	if (i == COUNTS_CODES - 1)
		i = find_word(c, word = "other");
	if (i == c->n) {
		snprintf(c->of[i].word, sizeof(c->of[i].word), "%s", word);
		c->of[i].n = 0;
		c->n++;
	}
	c->of[i].n += n;
}

void
counts_add(struct counts *c, enum count what, long n)
{
	c->of[what] += n;
}

static void
print_words(const struct counts_words *c, const char *name, struct buf *b)
{
	buf_printf(b, ",\"%s\":{", name);
	for (size_t i = 0; i < c->n; i++) {
		if (i)
			buf_addc(b, ',');
		buf_json(b, c->of[i].word, strlen(c->of[i].word));
		buf_printf(b, ":%ld", c->of[i].n);
	}
	buf_addc(b, '}');
}

static void
print(const struct counts *c, struct buf *b)
{
	size_t i;

	buf_adds(b, "{\"tool\":");
	buf_json(b, log_tool, strlen(log_tool));
	buf_printf(b,
	    ",\"pid\":%ld,\"in\":%ld,\"passed\":%ld,\"failed\":%ld,\"done\":%ld,\"out\":%ld",
	    (long)getpid(), c->in, c->passed, c->failed, c->done, c->out);
	for (i = 0; i < COUNT_ALL; i++)
		buf_printf(b, ",\"%s\":%ld", count_names[i], c->of[i]);
	print_words(&c->codes, "codes", b);
	if (c->engines.n > 0)
		print_words(&c->engines, "engines", b);
	buf_adds(b, "}\n");
}

/* Of one's own, where nobody else leaves a link; or -1 with errno. */
static int
counts_dir(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0 && st.st_uid == geteuid() && !(st.st_mode & S_IWOTH))
		return fd;
	close(fd);
	errno = EPERM;
	return -1;
}

static int
write_file(int dir, const char *name, int flags, const struct buf *b)
{
	int fd = openat(dir, name, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | flags, 0666);
	ssize_t n;
	int r;

	if (fd < 0)
		return -1;
	n = write(fd, b->p, b->len);
	r = n == (ssize_t)b->len ? ftruncate(fd, n) : -1;
	return close(fd) < 0 ? -1 : r;
}

/* A full disk has no room for a second file, but the first keeps its block. */
static int
counts_replace(int dir, const char *temp, const char *name, const struct buf *b)
{
	(void)unlinkat(dir, temp, 0);
	if (write_file(dir, temp, O_CREAT | O_EXCL, b) == 0 && renameat(dir, temp, dir, name) == 0)
		return 0;
	(void)unlinkat(dir, temp, 0);
	return write_file(dir, name, 0, b);
}

void
counts_show(const struct counts *c)
{
	struct buf b = BUF_INIT(COUNTS_BYTES);
	const char *path = getenv("QUIRE_PROGRESS");
	char *temp;
	int dir;

	if (!path || !*path)
		return;
	temp = mem_printf(".%s.%ld", log_tool, (long)getpid());
	print(c, &b);
	dir = counts_dir(path);
	if (dir < 0 || counts_replace(dir, temp, temp + 1, &b) < 0)
		log_debug("%s/%s: %s", path, temp + 1, strerror(errno));
	if (dir >= 0)
		close(dir);
	buf_release(&b);
	free(temp);
}

static void
add_count(long *sum, const jv *o, const char *name)
{
	jv v = jx_get(o, name);

	if (jv_get_kind(v) == JV_KIND_NUMBER)
		*sum += (long)jv_number_value(v);
	jv_free(v);
}

static void
add_counts(struct counts *sum, const char *text, size_t n)
{
	jv o = jv_parse_sized(text, (int)n);

	if (jv_get_kind(o) == JV_KIND_OBJECT) {
		add_count(&sum->in, &o, "in");
		add_count(&sum->passed, &o, "passed");
		add_count(&sum->failed, &o, "failed");
		add_count(&sum->done, &o, "done");
		add_count(&sum->out, &o, "out");
		for (int i = 0; i < COUNT_ALL; i++)
			add_count(&sum->of[i], &o, count_names[i]);
	}
	jv_free(o);
}

static void
counts_read_file(int dir, const char *name, struct counts *sum)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	char text[COUNTS_BYTES];
	ssize_t n;

	if (fd < 0)
		return;
	n = read(fd, text, sizeof(text));
	if (n > 0)
		add_counts(sum, text, (size_t)n);
	close(fd);
}

void
counts_read(const char *path, const char *tool, struct counts *sum)
{
	size_t n = strlen(tool);
	DIR *d = opendir(path);
	const struct dirent *de;

	if (!d)
		return;
	while ((de = readdir(d)))
		if (!strncmp(de->d_name, tool, n) && de->d_name[n] == '.')
			counts_read_file(dirfd(d), de->d_name, sum);
	closedir(d);
}
