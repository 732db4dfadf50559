#include <stdlib.h>

#include <openssl/evp.h>

#include "base/digest.h"
#include "base/err.h"

struct digest {
	EVP_MD_CTX *ctx;
	const EVP_MD *md;
};

/* Fetching costs more than hashing a small file: once a process. */
static EVP_MD *sha256, *md5;

static struct digest *
new_of(const EVP_MD *md)
{
	struct digest *d = malloc(sizeof(*d));

	if (d)
		*d = (struct digest){ EVP_MD_CTX_new(), md };
	if (d && d->ctx && md && EVP_DigestInit_ex2(d->ctx, md, NULL))
		return d;
	digest_free(d);
	return NULL;
}

struct digest *
digest_new(struct err *e)
{
	struct digest *d;

	if (!sha256)
		sha256 = EVP_MD_fetch(NULL, "SHA2-256", NULL);
	d = new_of(sha256);
	if (!d)
		err_set(e, ERR_FATAL, CODE_DIGEST_INIT, "OpenSSL gives no SHA-256");
	return d;
}

struct digest *
digest_md5(void)
{
	if (!md5)
		md5 = EVP_MD_fetch(NULL, "MD5", NULL);
	return new_of(md5);
}

/*
 * What follows fails on misuse alone. A wrong digest would name other bytes,
 * so there is no going on.
 */
void
digest_add(struct digest *d, const void *data, size_t n)
{
	if (!EVP_DigestUpdate(d->ctx, data, n))
		abort();
}

void
digest_end(struct digest *d, char hex[DIGEST_HEX + 1])
{
	static const char digit[] = "0123456789abcdef";
	unsigned char md[DIGEST_HEX / 2];
	unsigned n;

	if (!EVP_DigestFinal_ex(d->ctx, md, &n) || n > sizeof(md) ||
	    !EVP_DigestInit_ex2(d->ctx, d->md, NULL))
		abort();
	for (size_t i = 0; i < n; i++) {
		hex[2 * i] = digit[md[i] >> 4];
		hex[2 * i + 1] = digit[md[i] & 15];
	}
	hex[2 * (size_t)n] = '\0';
}

void
digest_free(struct digest *d)
{
	if (!d)
		return;
	EVP_MD_CTX_free(d->ctx);
	free(d);
}

int
digest_of(char hex[DIGEST_HEX + 1], const void *data, size_t n, struct err *e)
{
	struct digest *d = digest_new(e);

	*hex = '\0';
	if (!d)
		return -1;
	digest_add(d, data, n);
	digest_end(d, hex);
	digest_free(d);
	return 0;
}
