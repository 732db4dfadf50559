#include <stdlib.h>
#include <string.h>

#include "aws/conf.h"
#include "aws/endpoint.h"
#include "aws/sign.h"
#include "base/buf.h"
#include "base/mem.h"
#include "s3/name.h"
#include "s3/url.h"

enum { URL_MAX = 48 << 10 };

const char *const s3_style_names[] = { "auto", "path", "virtual", NULL };

/* "https://host" and "/and a path", of the store. */
static char *
split_endpoint(const struct awsconf *conf, const char **path)
{
	const char *p;

	*path = "";
	if (!conf->endpoint)
		return mem_printf("https://s3.%s.amazonaws%s", conf->region,
		    awsendpoint_tail(conf->region));
	p = strstr(conf->endpoint, "://") + 3;
	p += strcspn(p, "/");
	*path = p;
	return mem_copy(conf->endpoint, (size_t)(p - conf->endpoint));
}

/*
 * Where the bucket's name stands: with dots it has no certificate, and no
 * address has subdomains.
 */
static bool
in_path(bool path_style, const char *bucket, const char *host)
{
	return path_style || strpbrk(bucket, "._:ABCDEFGHIJKLMNOPQRSTUVWXYZ") || *host == '[' ||
	    host[strspn(host, "0123456789.")] == '\0' || host[strspn(host, "0123456789.")] == ':';
}

/* The scheme's own port is not named, as by libcurl and AWS's SDKs. */
static void
cut_port(char *origin)
{
	const char *port = strncmp(origin, "https:", 6) == 0 ? ":443" : ":80";
	size_t n = strlen(origin), p = strlen(port);

	if (n > p && strcmp(origin + n - p, port) == 0)
		origin[n - p] = '\0';
}

void
s3_url_init(struct s3_url *u, const struct awsconf *conf, enum s3_style style,
    const struct s3_name *name, const char *query)
{
	struct buf b = BUF_INIT(URL_MAX);
	const char *prefix;
	char *origin = split_endpoint(conf, &prefix);
	char *host = strstr(origin, "://") + 3;
	bool wanted = style == S3_STYLE_AUTO ? conf->path_style : style == S3_STYLE_PATH;
	bool path = in_path(wanted, name->bucket, host);

	cut_port(origin);
	u->host = mem_printf("%s%s%s", path ? "" : name->bucket, path ? "" : ".", host);
	(void)buf_adds(&b, prefix);
	(void)buf_addc(&b, '/');
	if (path) {
		(void)sigv4_encode(&b, name->bucket, strlen(name->bucket), true);
		(void)buf_adds(&b, *name->key ? "/" : "");
	}
	(void)sigv4_encode(&b, name->key, strlen(name->key), false);
	u->path = mem_copy(b.p, b.len);
	u->url = mem_printf("%.*s%s%s%s%s", (int)(host - origin), origin, u->host, u->path,
	    query ? "?" : "", query ? query : "");
	buf_release(&b);
	free(origin);
}

void
s3_url_release(struct s3_url *u)
{
	free(u->host);
	free(u->path);
	free(u->url);
}
