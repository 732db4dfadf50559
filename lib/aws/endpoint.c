#include <stdlib.h>
#include <string.h>

#include "aws/conf.h"
#include "aws/endpoint.h"
#include "aws/sign.h"
#include "base/mem.h"

#define DIGIT "0123456789"
#define LETTER "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

/* The length of the scheme at url; 0 where it is none of ours. */
static size_t
scheme(const char *url)
{
	if (strncasecmp(url, "http://", 7) == 0)
		return 7;
	return strncasecmp(url, "https://", 8) == 0 ? 8 : 0;
}

/* The length of the host at s; 0 where there is none. */
static size_t
host(const char *s)
{
	size_t n;

	if (*s == '[') {
		n = 1 + strspn(s + 1, DIGIT "abcdefABCDEF:.");
		return s[n] == ']' && memchr(s, ':', n) ? n + 1 : 0;
	}
	/* _ is in the names that container networks give. */
	return strspn(s, DIGIT LETTER) ? strspn(s, DIGIT LETTER "-._") : 0;
}

/* The length of a port at s, colon included; 0 for a bad one. */
static size_t
port(const char *s)
{
	size_t n = strspn(s + 1, DIGIT);
	long value = n && n <= 5 ? strtol(s + 1, NULL, 10) : 0;

	return value >= 1 && value <= 65535 ? n + 1 : 0;
}

const char *
awsendpoint_fault(const char *url)
{
	size_t n = scheme(url);
	const char *s = url + n;

	if (!n)
		return "is not http:// or https:// and a host";
	if (strlen(url) > AWSCONF_ENDPOINT_MAX)
		return "is longer than an endpoint may be";
	if (memchr(s, '@', strcspn(s, "/?#")))
		return "holds a user, which an endpoint may not";
	if (strpbrk(s, "?#"))
		return "has a query or a fragment, which an endpoint may not";
	n = host(s);
	if (!n)
		return "has no host, or a bad one";
	s += n;
	if (*s == ':') {
		n = port(s);
		if (!n)
			return "has a bad port";
		s += n;
	}
	if (*s && *s != '/')
		return "has a bad character behind its host";
	if (*s && !sigv4_is_path(s))
		return "has a path that is not encoded as S3 signs it";
	return NULL;
}

char *
awsendpoint_plain(const char *url)
{
	size_t len = strlen(url), n = scheme(url);
	char *out;

	while (len && url[len - 1] == '/')
		len--;
	out = mem_copy(url, len);
	memcpy(out, n == 8 ? "https" : "http", n - 3);
	return out;
}

const char *
awsendpoint_tail(const char *region)
{
	return strncmp(region, "cn-", 3) == 0  ? ".com.cn"
	    : strncmp(region, "eusc-", 5) == 0 ? ".eu"
					       : ".com";
}
