/*
 * vllm - what answers like vLLM's OpenAI-compatible server, for tests
 *
 * vllm [OPTION]...
 * vllm --digest <BASE64
 *
 * Listens on 127.0.0.1, says its port as the first line of standard output,
 * and ends at SIGTERM, with its parent, or after --lifetime.  The text that it
 * answers says which page it was asked about: by the digest of its base64,
 * which --digest tells, and by its size.  GET /_/stats is JSON of what has
 * been asked; POST /_/script puts another script in place of --script's (see
 * vllm_script.c).
 *
 *	--port N            0: any that is free
 *	--model ID          the served one
 *	--max-model-len N   of tokens
 *	--key KEY           Authorization: Bearer KEY is asked for
 *	--script FILE, --seed N
 *	--text TEXT         what is answered when the script has none
 *	--latency MS, --token-ms MS   until the first token, and for each of a stream
 *	--batch N           at most N are served at once, the others wait
 *	--queue-max N, --queue-status S   more waiting ones are refused (429)
 *	--max-pixels N, --max-images N
 *	--no FIELD, --no-xargs   an older server that does not know the field
 *	--scalar-xargs, --flat-errors   as older versions have them
 *	--die-after N       answers to chat requests
 *	--log FILE          a JSON line for each chat request
 *	--lifetime S
 */
#include "fake/vllm_conn.h"

#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define CONNS_MOST 16384

static volatile sig_atomic_t stopping;

static void
on_stop(int sig)
{
	stopping = sig;
}

static int64_t
clock_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void
fail(const char *what, const char *why)
{
	fprintf(stderr, "vllm: %s: %s\n", what, why);
	exit(2);
}

static const struct known {
	const char *name;
	char kind; /* T a string, N a number, B a flag, F one more field that is unknown */
	size_t at;
	const char *field;
} known[] = {
	{ "port", 'N', offsetof(struct options, port), NULL },
	{ "model", 'T', offsetof(struct options, model), NULL },
	{ "max-model-len", 'N', offsetof(struct options, max_model_len), NULL },
	{ "key", 'T', offsetof(struct options, key), NULL },
	{ "script", 'T', offsetof(struct options, script), NULL },
	{ "seed", 'N', offsetof(struct options, seed), NULL },
	{ "text", 'T', offsetof(struct options, text), NULL },
	{ "latency", 'N', offsetof(struct options, latency_ms), NULL },
	{ "token-ms", 'N', offsetof(struct options, token_ms), NULL },
	{ "batch", 'N', offsetof(struct options, batch), NULL },
	{ "queue-max", 'N', offsetof(struct options, queue_max), NULL },
	{ "queue-status", 'N', offsetof(struct options, queue_status), NULL },
	{ "max-pixels", 'N', offsetof(struct options, max_pixels), NULL },
	{ "max-images", 'N', offsetof(struct options, max_images), NULL },
	{ "no", 'F', 0, NULL },
	{ "no-xargs", 'F', 0, "vllm_xargs" },
	{ "scalar-xargs", 'B', offsetof(struct options, scalar_xargs), NULL },
	{ "flat-errors", 'B', offsetof(struct options, flat), NULL },
	{ "die-after", 'N', offsetof(struct options, die_after), NULL },
	{ "log", 'T', offsetof(struct options, log), NULL },
	{ "lifetime", 'N', offsetof(struct options, lifetime_s), NULL },
	{ "digest", 'D', 0, NULL },
};

#define N_KNOWN (sizeof known / sizeof *known)

/* The digest of base64 on standard input. */
static void
tell_digest(void)
{
	static const char type[] = "data:image/png;base64,";
	struct image im;
	size_t i;
	int c;

	image_init(&im);
	for (i = 0; type[i]; i++)
		image_byte(&im, type[i]);
	while ((c = getchar()) != EOF)
		if (c != '\n')
			image_byte(&im, (char)c);
	image_end(&im);
	printf("%016llx\n", (unsigned long long)im.key);
	exit(fflush(stdout) ? 1 : 0);
}

static void
set_option(struct options *o, const struct known *k, const char *arg)
{
	void *at = (char *)o + k->at;
	char *end;

	switch (k->kind) {
	case 'T':
		*(const char **)at = arg;
		break;
	case 'B':
		*(int *)at = 1;
		break;
	case 'F':
		if (o->n_no == sizeof o->no / sizeof *o->no)
			fail(k->name, "too many");
		o->no[o->n_no++] = k->field ? k->field : arg;
		break;
	case 'D':
		tell_digest();
		break;
	default:
		*(long *)at = strtol(arg, &end, 10);
		if (*end || end == arg || *(long *)at < 0 || *(long *)at > 100000000)
			fail(k->name, "a number, up to 100000000");
	}
}

static void
read_options(struct options *o, int argc, char *argv[])
{
	struct option longs[N_KNOWN + 1] = { 0 };
	size_t i;
	int k;

	o->model = "deepseek-ai/DeepSeek-OCR";
	o->text = "# Page {key}\n\n{width} x {height}\n";
	o->max_model_len = 8192;
	o->queue_max = -1;
	o->queue_status = 429;
	o->lifetime_s = 600;
	o->seed = -1;
	for (i = 0; i < N_KNOWN; i++) {
		longs[i].name = known[i].name;
		longs[i].has_arg = !known[i].field && !strchr("BD", known[i].kind);
		longs[i].val = (int)i;
	}
	while ((k = getopt_long(argc, argv, "", longs, NULL)) >= 0) {
		if (k == '?')
			exit(2);
		set_option(o, &known[k], optarg);
	}
	if (optind < argc)
		fail(argv[optind], "no option");
	if (o->queue_status < 400 || o->queue_status > 599)
		fail("queue-status", "400 to 599");
	if (o->seed < 0) {
		o->seed = (long)(clock_ms() ^ getpid()) & 0xffff;
		fprintf(stderr, "vllm: --seed %ld\n", o->seed);
	}
}

static void
read_script(const char *name)
{
	struct buf lines = { .most = (size_t)16 << 20 }, error = { .most = 512 };
	char part[65536];
	FILE *fp = fopen(name, "re");
	size_t n;

	if (!fp)
		fail(name, strerror(errno));
	while ((n = fread(part, 1, sizeof part, fp)) > 0)
		buf_add(&lines, part, n);
	fclose(fp);
	if (script_set(&sv.script, lines.p, lines.len, &error) < 0)
		fail(name, error.p);
	buf_release(&lines);
}

static void
open_listener(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	struct epoll_event e = { .events = EPOLLIN };
	socklen_t len = sizeof a;
	struct rlimit files;
	int on = 1;

	if (!getrlimit(RLIMIT_NOFILE, &files)) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	a.sin_port = htons((uint16_t)sv.o.port);
	sv.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	setsockopt(sv.listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (bind(sv.listener, (struct sockaddr *)&a, sizeof a) < 0 || listen(sv.listener, 4096) < 0)
		fail("127.0.0.1", strerror(errno));
	sv.epoll = epoll_create1(EPOLL_CLOEXEC);
	if (sv.epoll < 0 || epoll_ctl(sv.epoll, EPOLL_CTL_ADD, sv.listener, &e) < 0)
		fail("epoll", strerror(errno));
	getsockname(sv.listener, (struct sockaddr *)&a, &len);
	printf("%d\n", ntohs(a.sin_port));
	fflush(stdout);
}

static void
conn_accept(void)
{
	struct conn *c;
	int fd, on = 1;

	while ((fd = accept4(sv.listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0) {
		c = sv.stats.open < CONNS_MOST ? calloc(1, sizeof *c) : NULL;
		if (!c) {
			close(fd);
			continue;
		}
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
		c->fd = fd;
		c->o = &sv.o;
		c->route = NOWHERE;
		c->head.most = 16384;
		c->script.most = (size_t)16 << 20;
		c->ahead.most = (size_t)1 << 20;
		c->out.most = (size_t)64 << 20;
		chat_init(&c->chat, &sv.o);
		c->next = sv.conns;
		if (c->next)
			c->next->prev = c;
		sv.conns = c;
		sv.stats.connections++;
		if (++sv.stats.open > sv.stats.max_open)
			sv.stats.max_open = sv.stats.open;
		conn_watch(c);
	}
}

static void
conn_read(struct conn *c)
{
	static char part[256 << 10];
	ssize_t n = recv(c->fd, part, sizeof part, 0);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		conn_kill(c, 1);
		return;
	}
	sv.stats.bytes_in += (uint64_t)n;
	http_take(c, part, (size_t)n);
}

/* What came ahead of its turn has it, perhaps. */
static void
conn_go_on(struct conn *c)
{
	struct buf ahead;

	while (c->ahead.len && (c->phase == HEAD || c->phase == BODY)) {
		ahead = c->ahead;
		c->ahead = (struct buf){ .most = ahead.most };
		http_take(c, ahead.p, ahead.len);
		buf_release(&ahead);
	}
	conn_watch(c);
}

static void
conn_event(struct conn *c, uint32_t events)
{
	int reads = c->phase == HEAD || c->phase == BODY || c->phase == LINGER;

	if (c->phase == DEAD)
		return;
	if (reads)
		conn_read(c);
	else if (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR))
		conn_kill(c, 1);
	else if (events & EPOLLOUT) {
		conn_flush(c);
		if (c->phase == STREAMING && !c->blocked)
			c->due_ms = sv.next_ms = sv.now_ms;
	}
	conn_go_on(c);
}

static void
run_clock(void)
{
	struct conn *c, *next;

	if (sv.now_ms < sv.next_ms)
		return;
	sv.next_ms = INT64_MAX;
	for (c = sv.conns; c; c = next) {
		next = c->next;
		if (c->due_ms && c->due_ms <= sv.now_ms) {
			conn_on_due(c);
			conn_go_on(c);
		}
		if (c->phase != DEAD && c->due_ms && c->due_ms < sv.next_ms)
			sv.next_ms = c->due_ms;
	}
}

static void
bury(void)
{
	struct conn *c;

	while ((c = sv.dead)) {
		sv.dead = c->next;
		chat_release(&c->chat);
		buf_release(&c->head);
		buf_release(&c->script);
		buf_release(&c->ahead);
		buf_release(&c->out);
		buf_release(&c->answer.text);
		free(c);
	}
}

static void
serve(pid_t parent)
{
	struct epoll_event e[256];
	int64_t end_ms = sv.start_ms + sv.o.lifetime_s * 1000, wait;
	int i, n;

	while (!stopping && getppid() == parent && sv.now_ms < end_ms) {
		wait = sv.next_ms - sv.now_ms;
		n = epoll_wait(sv.epoll, e, 256, wait > 500 ? 500 : wait < 0 ? 0 : (int)wait);
		sv.now_ms = clock_ms();
		for (i = 0; i < n; i++)
			if (e[i].data.ptr)
				conn_event(e[i].data.ptr, e[i].events);
			else
				conn_accept();
		run_clock();
		conn_serve();
		bury();
	}
	while (sv.conns)
		conn_kill(sv.conns, 0);
	bury();
}

int
main(int argc, char *argv[])
{
	struct sigaction stop = { .sa_handler = on_stop };
	pid_t parent = getppid();

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	sigaction(SIGTERM, &stop, NULL);
	sigaction(SIGINT, &stop, NULL);
	read_options(&sv.o, argc, argv);
	sv.script.seed = (uint64_t)sv.o.seed;
	sv.start_ms = sv.now_ms = clock_ms();
	sv.next_ms = INT64_MAX;
	if (sv.o.script)
		read_script(sv.o.script);
	if (sv.o.log && !(sv.log = fopen(sv.o.log, "ae")))
		fail(sv.o.log, strerror(errno));
	if (sv.log)
		setvbuf(sv.log, NULL, _IOLBF, 65536);
	open_listener();
	serve(parent);
	script_release(&sv.script);
	free(sv.stats.pages);
	return 0;
}
