#include <string.h>

#include "base/err.h"
#include "base/hash.h"
#include "ledger/priv.h"
#include "rec/rec.h"

static unsigned
nibble(char c)
{
	return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

static void
key(struct jobs *j, const char *text, unsigned char *out, size_t n)
{
	char hex[DIGEST_HEX + 1];
	size_t i;

	digest_add(j->digest, text, strlen(text));
	digest_end(j->digest, hex);
	for (i = 0; i < n; i++)
		out[i] = (unsigned char)(nibble(hex[2 * i]) << 4 | nibble(hex[2 * i + 1]));
}

/* Sixteen bits of s[0..n). */
static unsigned
near(const char *s, size_t n)
{
	uint32_t h = hash_32(s, n);

	return (h ^ h >> 16) & 0xffff;
}

/*
 * A key that is a digest alone puts each new row on another page of the
 * index: with a million jobs that is 12 us of writing a row instead of 3.
 */
void
job_ukey(struct jobs *j, const char *uri, unsigned char u[UKEY_BYTES])
{
	const char *slash = strrchr(uri, '/'), *name = slash ? slash + 1 : uri;
	size_t stem = strcspn(name, ".");
	unsigned folder = near(uri, (size_t)(name - uri));
	unsigned names = near(name, stem > 3 ? stem - 3 : 0);

	u[0] = (unsigned char)(folder >> 8);
	u[1] = (unsigned char)folder;
	u[2] = (unsigned char)(names >> 8);
	u[3] = (unsigned char)names;
	key(j, uri, u + UKEY_NEAR, UKEY_BYTES - UKEY_NEAR);
}

int
job_key(struct jobs *j, struct rec *r, struct job_key *k, struct err *e)
{
	const char *uri = rec_need(r, "uri", e), *version;

	if (!uri)
		return -1;
	version = rec_str(r, "version");
	if (!version)
		version = rec_str(r, "etag");
	job_ukey(j, uri, k->u);
	key(j, version ? version : "", k->v, sizeof(k->v));
	return 0;
}
