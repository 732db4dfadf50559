#include <stddef.h>
#include <sys/types.h>
#include <unistd.h>

#include "doc/container.h"
#include "doc/locked.h"

enum {
	HEAD_BYTES = 512,
	FIB_FLAGS = 11, /* of Word's file information block: the byte that has fEncrypted */
	FIB_ENCRYPTED = 1,
	BIFF_FILEPASS = 0x2f,
	BIFF_RECORDS = 8
};

static bool
word_is_locked(int fd, long long at)
{
	unsigned char head[HEAD_BYTES];

	return pread(fd, head, sizeof(head), at) > FIB_FLAGS && head[0] == 0xec &&
	    head[1] == 0xa5 && head[FIB_FLAGS] & FIB_ENCRYPTED;
}

/* Records of a type and a length: the one of a password comes among the first. */
static bool
excel_is_locked(int fd, long long at)
{
	unsigned char head[HEAD_BYTES];
	const ssize_t n = pread(fd, head, sizeof(head), at);
	size_t i = 0;

	for (int k = 0; k < BIFF_RECORDS && (ssize_t)i + 4 <= n; k++) {
		if (head[i] == BIFF_FILEPASS && head[i + 1] == 0)
			return true;
		i += 4 + (size_t)(head[i + 2] | head[i + 3] << 8);
	}
	return false;
}

static bool
ole_is_locked(int fd)
{
	long long at;

	return container_ole_has(fd, "EncryptedPackage", NULL) ||
	    container_ole_has(fd, "EncryptedSummary", NULL) ||
	    (container_ole_has(fd, "WordDocument", &at) && word_is_locked(fd, at)) ||
	    ((container_ole_has(fd, "Workbook", &at) || container_ole_has(fd, "Book", &at)) &&
		excel_is_locked(fd, at));
}

bool
locked_is(int fd)
{
	char head[HEAD_BYTES], first[1];
	const ssize_t n = pread(fd, head, sizeof(head), 0);
	long long at;

	if (n == sizeof(head) && container_is_ole(head, sizeof(head)))
		return ole_is_locked(fd);
	if (n <= 0 || !container_is_zip(head, (size_t)n))
		return false;
	if (container_zip_has(fd, "encrypted-package", NULL))
		return true;
	return container_zip_has(fd, "content.xml", &at) && at > 0 &&
	    pread(fd, first, 1, at) == 1 && *first != '<' && *first != '\xef';
}
