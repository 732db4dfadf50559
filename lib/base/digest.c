#include <stdlib.h>

#include <nettle/nettle-meta.h>

#include "base/digest.h"
#include "base/mem.h"

struct digest {
	const struct nettle_hash *hash;
	void *ctx;
};

static struct digest *
new_of(const struct nettle_hash *hash)
{
	struct digest *d = mem_new(1, sizeof(*d));

	*d = (struct digest){ hash, mem_new(1, hash->context_size) };
	hash->init(d->ctx);
	return d;
}

struct digest *
digest_new(void)
{
	return new_of(&nettle_sha256);
}

struct digest *
digest_md5(void)
{
	return new_of(&nettle_md5);
}

void
digest_add(struct digest *d, const void *data, size_t n)
{
	d->hash->update(d->ctx, n, data);
}

void
digest_hex(char *out, const unsigned char *bytes, size_t n)
{
	static const char digit[] = "0123456789abcdef";

	for (size_t i = 0; i < n; i++) {
		*out++ = digit[bytes[i] >> 4];
		*out++ = digit[bytes[i] & 15];
	}
	*out = '\0';
}

void
digest_end(struct digest *d, char hex[DIGEST_HEX + 1])
{
	unsigned char bytes[DIGEST_HEX / 2];

	/* This starts anew, too. */
	d->hash->digest(d->ctx, d->hash->digest_size, bytes);
	digest_hex(hex, bytes, d->hash->digest_size);
}

void
digest_free(struct digest *d)
{
	if (!d)
		return;
	free(d->ctx);
	free(d);
}

void
digest_of(char hex[DIGEST_HEX + 1], const void *data, size_t n)
{
	struct digest *d = digest_new();

	digest_add(d, data, n);
	digest_end(d, hex);
	digest_free(d);
}
