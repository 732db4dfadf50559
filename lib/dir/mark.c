#include <sys/stat.h>
#include <sys/xattr.h>

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "dir/mark.h"
#include "rec/mark.h"

static const char name_uri[] = "user.quire.source-uri", name_etag[] = "user.quire.source-etag",
		  name_settings[] = "user.quire.settings", name_size[] = "user.quire.size";

static void
set_word(int fd, const char *name, const char *word)
{
	if (*word)
		(void)fsetxattr(fd, name, word, strlen(word), 0);
}

void
store_mark_set(int fd, const struct mark *m)
{
	set_word(fd, name_uri, m->uri);
	set_word(fd, name_etag, m->etag);
	set_word(fd, name_settings, m->settings);
	set_word(fd, name_size, m->size);
}

/* One that is longer than ours, or has other bytes, is none. */
static void
get_word(int fd, const char *name, char *word, size_t size)
{
	ssize_t n = fgetxattr(fd, name, word, size - 1);

	word[n > 0 ? n : 0] = '\0';
	for (const char *s = word; *s; s++)
		if (*s <= 0x20 || *s >= 0x7f)
			*word = '\0';
}

bool
store_mark_get(int dir, const char *name, struct mark *m, struct stat *st)
{
	int fd;

	*m = (struct mark){ .uri = "" };
	/* Opening a device can be an act by itself. */
	if (fstatat(dir, name, st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(st->st_mode))
		return false;
	fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return true;
	get_word(fd, name_uri, m->uri, sizeof(m->uri));
	get_word(fd, name_etag, m->etag, sizeof(m->etag));
	get_word(fd, name_settings, m->settings, sizeof(m->settings));
	get_word(fd, name_size, m->size, sizeof(m->size));
	close(fd);
	return true;
}

void
store_mark_whose(int fd, long long bytes, char *uri)
{
	struct mark m;

	get_word(fd, name_uri, m.uri, sizeof(m.uri));
	get_word(fd, name_size, m.size, sizeof(m.size));
	mark_whose(uri, m.uri, m.size, bytes);
}
