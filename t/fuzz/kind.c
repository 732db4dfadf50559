/*
 * kind: any file is of one kind or none, and what looks into files that hold files, which
 * doc2png does outside a jail, stays inside them.
 */
#include <sys/mman.h>
#include <unistd.h>

#include "base/err.h"
#include "doc/container.h"
#include "doc/kind.h"
#include "doc/locked.h"
#include "doc/texts.h"
#include "fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct texts_hint hints[] = { { NULL, NULL }, { "a.txt", NULL },
		{ "a.csv", NULL }, { "a.pdf", NULL }, { NULL, "text/html; charset=x" } };
	const struct texts_hint *hint = &hints[fuzz_choice(&data, &size) % 5];
	int fd = memfd_create("document", MFD_CLOEXEC);
	const struct kind *k;
	char charset[8];
	long long at;
	struct err e;

	HOLDS(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	k = kind_of(kind_all, fd, "document", hint, &e);
	HOLDS(k || e.class == ERR_VALIDATION);
	HOLDS(!k || !kind_is_text(k) || k->called(hint));
	(void)locked_is(fd);
	if (container_zip_has(fd, "content.xml", &at))
		HOLDS(at >= 0);
	if (container_ole_has(fd, "WordDocument", &at))
		HOLDS(at >= 0);
	if (texts_charset(hint->type, charset, sizeof(charset)))
		HOLDS(strlen(charset) < sizeof(charset));
	close(fd);
	return 0;
}
