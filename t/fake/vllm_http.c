/*
 * vllm_http.c - requests as they come in
 *
 * HTTP/1.1: bodies with Content-Length or chunked, 100-continue, keep-alive
 * and what comes ahead of its turn.  A body is never kept, but for a script.
 */
#include "fake/vllm_conn.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

enum chunk { SIZE, EXTENSION, DATA, DATA_END, TRAILER, TRAILER_LINE };

static const struct {
	const char *method, *path;
	enum route route;
} routes[] = {
	{ "POST", "/v1/chat/completions", CHAT },
	{ "GET", "/v1/models", MODELS },
	{ "GET", "/health", HEALTH },
	{ "GET", "/metrics", METRICS },
	{ "GET", "/_/stats", STATS },
	{ "POST", "/_/script", SCRIPT },
};

static int
http_malformed(struct conn *c, int status, const char *what)
{
	c->keep = 0;
	conn_reply(c, status, "text/plain; charset=utf-8", what, strlen(what));
	return -1;
}

static void
http_route(struct conn *c, const char *method, const char *path)
{
	size_t i, n = strcspn(path, "?");

	c->route = NOWHERE;
	for (i = 0; i < sizeof routes / sizeof *routes; i++) {
		if (strncmp(routes[i].path, path, n) != 0 || routes[i].path[n])
			continue;
		c->route = strcmp(routes[i].method, method) != 0 ? NOT_SO : routes[i].route;
	}
}

static void
http_authorize(struct conn *c, const char *value)
{
	const char *key = c->o->key;

	c->authorized = key && !strncasecmp(value, "bearer ", 7) && !strcmp(value + 7, key);
}

/* One field; -1 when it may not be so. */
static int
http_field(struct conn *c, char *name, char *value)
{
	char *end;

	if (!strcasecmp(name, "content-length")) {
		if (c->has_length || !*value || strspn(value, "0123456789") != strlen(value))
			return -1;
		c->has_length = 1;
		c->left = strtoull(value, &end, 10);
	} else if (!strcasecmp(name, "transfer-encoding")) {
		if (c->chunked || strcasecmp(value, "chunked") != 0)
			return -1;
		c->chunked = 1;
	} else if (!strcasecmp(name, "connection")) {
		c->keep = strcasecmp(value, "close") != 0 &&
		    (c->keep || !strcasecmp(value, "keep-alive"));
	} else if (!strcasecmp(name, "expect")) {
		c->expect = !strcasecmp(value, "100-continue");
	} else if (!strcasecmp(name, "authorization")) {
		http_authorize(c, value);
	} else if (!strcasecmp(name, "content-type")) {
		value[strcspn(value, "; ")] = '\0';
		c->is_json = !strcasecmp(value, "application/json");
	} else if (!strcasecmp(name, "host")) {
		if (c->has_host)
			return -1;
		c->has_host = 1;
	}
	return 0;
}

static int
http_fields(struct conn *c, char *line)
{
	static const char token[] = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	char *next, *value;
	size_t n;

	for (; *line; line = next) {
		next = strstr(line, "\r\n");
		*next = '\0';
		next += 2;
		if (!*line)
			break;
		n = strspn(line, token);
		if (!n || line[n] != ':' || strpbrk(line, "\r\n"))
			return -1;
		line[n] = '\0';
		value = line + n + 1;
		value += strspn(value, " \t");
		n = strlen(value);
		while (n > 0 && strchr(" \t", value[n - 1]))
			value[--n] = '\0';
		if (http_field(c, line, value) < 0)
			return -1;
	}
	return c->has_host && !(c->has_length && c->chunked) ? 0 : -1;
}

/* The head is here, ended by an empty line; -1 when it has been answered. */
static int
http_head(struct conn *c)
{
	char *method = c->head.p, *path, *version, *line;

	c->keep = 0;
	if (strlen(c->head.p) != c->head.len)
		return http_malformed(c, 400, "Invalid HTTP request received.");
	line = strstr(method, "\r\n");
	*line = '\0';
	path = strchr(method, ' ');
	version = path ? strchr(path + 1, ' ') : NULL;
	if (!version || path[1] != '/' || strncmp(version, " HTTP/1.", 8) != 0 ||
	    !strchr("01", version[8]) || version[9])
		return http_malformed(c, 400, "Invalid HTTP request received.");
	*path++ = *version = '\0';
	c->keep = version[8] == '1';
	if (http_fields(c, line + 2) < 0)
		return http_malformed(c, 400, "Invalid HTTP request received.");
	http_route(c, method, path);
	if (c->o->key && !c->authorized && !strncmp(path, "/v1", 3))
		c->route = UNAUTHORIZED;
	if (c->left > BODY_MOST)
		return http_malformed(c, 413, "Request Entity Too Large");
	if (c->expect && (c->left || c->chunked)) {
		if (c->route >= NOWHERE) {
			c->keep = 0;
			conn_asked(c);
			return -1;
		}
		(void)!send(c->fd, "HTTP/1.1 100 Continue\r\n\r\n", 25, MSG_NOSIGNAL);
	}
	return 0;
}

static void
http_begin(struct conn *c)
{
	c->body_bytes = 0;
	c->left = 0;
	c->chunked = c->has_length = c->expect = c->is_json = c->has_host = c->authorized = 0;
	if (http_head(c) < 0)
		return;
	c->phase = BODY;
	c->chunk_state = SIZE;
	conn_begin(c);
	if (!c->chunked && !c->left)
		conn_asked(c);
}

static size_t
http_take_head(struct conn *c, const char *s, size_t n)
{
	const char *end = memchr(s, '\n', n);
	size_t len = end ? (size_t)(end - s) + 1 : n;

	buf_add(&c->head, s, len);
	if (c->head.len == c->head.most)
		http_malformed(c, 431, "Request Header Fields Too Large");
	else if (c->head.len == 2 && !memcmp(c->head.p, "\r\n", 2))
		c->head.len = 0;
	else if (c->head.len >= 4 && !memcmp(c->head.p + c->head.len - 4, "\r\n\r\n", 4))
		http_begin(c);
	return len;
}

static size_t
http_take_data(struct conn *c, const char *s, size_t n)
{
	if (n > c->left)
		n = (size_t)c->left;
	c->left -= n;
	c->body_bytes += n;
	if (c->body_bytes > BODY_MOST)
		http_malformed(c, 413, "Request Entity Too Large");
	else if (c->route == CHAT)
		json_feed(&c->chat.json, s, n);
	else if (c->route == SCRIPT)
		buf_add(&c->script, s, n);
	return n;
}

/* A byte between chunks; -1 when it may not be there. */
static int
http_chunk_byte(struct conn *c, char b)
{
	static const char digits[] = "0123456789abcdefABCDEF";
	const char *at = b ? strchr(digits, b) : NULL;

	switch (c->chunk_state) {
	case SIZE:
		if (at && c->left <= BODY_MOST) {
			c->left =
			    c->left << 4 | (uint64_t)(at - digits - (at - digits > 15 ? 6 : 0));
			c->chunk_digits++;
			return 0;
		}
		if (!c->chunk_digits || !b || !strchr(";\r", b))
			return -1;
		c->chunk_state = EXTENSION;
		return 0;
	case EXTENSION:
		if (b != '\n')
			return 0;
		c->chunk_digits = 0;
		c->chunk_state = c->left ? DATA : TRAILER;
		return 0;
	case DATA_END:
		if (b == '\n')
			c->chunk_state = SIZE;
		return b == '\r' || b == '\n' ? 0 : -1;
	case TRAILER:
		if (b == '\n')
			conn_asked(c);
		else if (b != '\r')
			c->chunk_state = TRAILER_LINE;
		return 0;
	default:
		if (b == '\n')
			c->chunk_state = TRAILER;
		return 0;
	}
}

static size_t
http_take_body(struct conn *c, const char *s, size_t n)
{
	if (!c->chunked || c->chunk_state == DATA) {
		n = http_take_data(c, s, n);
		if (c->left || c->phase != BODY)
			return n;
		if (c->chunked)
			c->chunk_state = DATA_END;
		else
			conn_asked(c);
		return n;
	}
	if (http_chunk_byte(c, *s) < 0)
		http_malformed(c, 400, "Invalid HTTP request received.");
	return 1;
}

void
http_take(struct conn *c, const char *s, size_t n)
{
	size_t used;

	while (n > 0 && (c->phase == HEAD || c->phase == BODY)) {
		used = c->phase == HEAD ? http_take_head(c, s, n) : http_take_body(c, s, n);
		s += used;
		n -= used;
	}
	if (n > 0 && c->phase != LINGER && c->phase != DEAD)
		buf_add(&c->ahead, s, n);
}
