/*
 * awsfile: AWS's files are read by their syntax or refused with their line; an
 * endpoint that will do is kept in a form that does as well.
 */
#include <stdbool.h>

#include "aws/endpoint.h"
#include "aws/parse.h"
#include "base/buf.h"
#include "base/err.h"
#include "fuzz/fuzz.h"

static void
check_items(const struct buf *items, const char *from, const char *to)
{
	const struct awsitem *v = (const struct awsitem *)(const void *)items->p;
	size_t n = items->len / sizeof(*v);

	for (size_t i = 0; i < n; i++) {
		HOLDS(v[i].section >= from && v[i].section <= to);
		HOLDS(v[i].line > 0 &&
		    strlen(v[i].block) + strlen(v[i].value) <= (size_t)(to - from));
		for (const char *s = v[i].key; *s; s++)
			HOLDS(*s < 'A' || *s > 'Z');
		(void)awsparse_is(v[i].section, NULL, "default");
		(void)awsparse_is(v[i].section, "profile", "a b");
		(void)awsparse_is(v[i].section, "services", v[i].value);
	}
}

static void
read_file(const uint8_t *data, size_t size)
{
	struct buf items = BUF_INIT(1 << 24);
	struct awstext text = { fuzz_string(data, size), size };
	struct err e;

	if (awsparse("fuzz", text, &items, &e) == 0) {
		check_items(&items, text.p, text.p + size);
	} else {
		HOLDS(e.class == ERR_FATAL && !strcmp(e.code, "s3.config"));
		HOLDS(strstr(e.msg, "line ") || strstr(e.msg, "UTF-8") || strstr(e.msg, "NUL"));
	}
	buf_release(&items);
	free(text.p);
}

static void
read_endpoint(const uint8_t *data, size_t size)
{
	char *url = fuzz_string(data, size), *plain;

	if (!awsendpoint_fault(url)) {
		plain = awsendpoint_plain(url);
		HOLDS(!awsendpoint_fault(plain));
		HOLDS(*plain && plain[strlen(plain) - 1] != '/');
		HOLDS(!strncmp(plain, "http", 4) && !strpbrk(plain, "?#@ \n"));
		free(plain);
	}
	free(url);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	read_file(data, size);
	read_endpoint(data, size);
	return 0;
}
