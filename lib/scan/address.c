#include <sys/socket.h>
#include <sys/un.h>

#include <errno.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "scan/address.h"

#define UNIX "unix:"

struct address {
	char *text;
	struct sockaddr_un local; /* where no host is named */
	struct addrinfo *hosts;   /* or NULL */
};

static int
no_address(const char *text, struct err *e)
{
	return err_set(e, ERR_FATAL, CODE_SCAN_SERVER,
	    "%s: no address of clamd: unix:PATH, or HOST:PORT", text);
}

static int
address_local(struct address *a, const char *path, struct err *e)
{
	const size_t n = strlen(path);

	if (n == 0)
		return no_address(a->text, e);
	if (n >= sizeof(a->local.sun_path))
		return err_set(e, ERR_FATAL, CODE_SCAN_SERVER,
		    "%s: a socket's path has at most %zu bytes", a->text,
		    sizeof(a->local.sun_path) - 1);
	a->local.sun_family = AF_UNIX;
	memcpy(a->local.sun_path, path, n + 1);
	return 0;
}

static int
address_look_up(struct address *a, const char *host, const char *port, struct err *e)
{
	const struct addrinfo hints = { .ai_family = AF_UNSPEC,
		.ai_socktype = SOCK_STREAM,
		.ai_flags = AI_NUMERICSERV };
	const int r = getaddrinfo(host, port, &hints, &a->hosts);

	if (r == 0)
		return 0;
	a->hosts = NULL;
	return err_set(e, ERR_BUSY, CODE_SCAN_SERVER, "clamd's host %s: %s", host, gai_strerror(r));
}

static int
address_host(struct address *a, struct err *e)
{
	char *host = mem_dup(a->text), *colon = strrchr(host, ':'), *name = host;
	size_t n = colon ? (size_t)(colon - host) : 0;
	long port = 0;
	int r;

	if (colon && colon[1] && strspn(colon + 1, "0123456789") == strlen(colon + 1) &&
	    strlen(colon + 1) <= 5)
		port = strtol(colon + 1, NULL, 10);
	if (n > 2 && host[0] == '[' && host[n - 1] == ']') {
		name++;
		host[n - 1] = '\0';
	} else if (n > 0 && strcspn(host, ":[]") < n) {
		n = 0;
	}
	if (n == 0 || port < 1 || port > 65535) {
		r = no_address(a->text, e);
	} else {
		*colon = '\0';
		r = address_look_up(a, name, colon + 1, e);
	}
	free(host);
	return r;
}

struct address *
address_new(const char *text, struct err *e)
{
	struct address *a = mem_new(1, sizeof(*a));
	int r;

	a->text = mem_dup(text);
	if (strncmp(text, UNIX, strlen(UNIX)) == 0)
		r = address_local(a, text + strlen(UNIX), e);
	else
		r = address_host(a, e);
	if (r == 0)
		return a;
	address_free(a);
	return NULL;
}

void
address_free(struct address *a)
{
	if (!a)
		return;
	if (a->hosts)
		freeaddrinfo(a->hosts);
	free(a->text);
	free(a);
}

const char *
address_text(const struct address *a)
{
	return a->text;
}

size_t
address_count(const struct address *a)
{
	size_t n = 0;

	for (const struct addrinfo *h = a->hosts; h; h = h->ai_next)
		n++;
	return n ? n : 1;
}

static int
unreached(const struct address *a, struct err *e)
{
	return err_sys(e, ERR_TRANSIENT, CODE_SCAN_SERVER, "clamd at %s", a->text);
}

int
address_connect(const struct address *a, size_t i, struct err *e)
{
	const struct sockaddr *to = (const struct sockaddr *)&a->local;
	socklen_t len = sizeof(a->local);
	const struct addrinfo *h = a->hosts;
	int fd;

	for (; h && i > 0; i--)
		h = h->ai_next;
	if (h) {
		to = h->ai_addr;
		len = h->ai_addrlen;
	}
	fd = socket(to->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return unreached(a, e);
	if (connect(fd, to, len) == 0 || errno == EINPROGRESS)
		return fd;
	unreached(a, e);
	close(fd);
	return -1;
}
