#include "base/digest.h"

#include "unit/check.h"

struct sample {
	const char *text;
	const char *hex;
};

/* The examples of FIPS 180-2, appendix B, and the empty message. */
static const struct sample samples[] = {
	{ "",
	    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85"
	    "5" },
	{ "abc",
	    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f2001"
	    "5ad" },
	{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
	    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c"
	    "1" },
};

static void
million_times_a(struct digest *d)
{
	static char a[1000];
	char hex[DIGEST_HEX + 1];

	memset(a, 'a', sizeof(a));
	for (int i = 0; i < 1000; i++)
		digest_add(d, a, sizeof(a));
	digest_end(d, hex);
	CHECK_STR(hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

int
main(void)
{
	struct digest *d = digest_new(), *other = digest_new();
	char hex[DIGEST_HEX + 1];

	for (size_t i = 0; i < sizeof(samples) / sizeof(*samples); i++) {
		const char *text = samples[i].text;

		digest_add(d, text, strlen(text));
		digest_end(d, hex);
		CHECK_STR(hex, samples[i].hex);
		/* a byte at a time, in another */
		for (; *text; text++)
			digest_add(other, text, 1);
		digest_end(other, hex);
		CHECK_STR(hex, samples[i].hex);
	}
	million_times_a(d);
	digest_free(other);
	digest_free(d);
	digest_free(NULL);
	return 0;
}
