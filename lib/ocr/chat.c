#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "model/fleet.h"
#include "ocr/chat.h"
#include "ocr/converter.h"
#include "ocr/talk.h"

/* The size that a PNG says it has (ISO/IEC 15948, 11.2.2), without decoding it. */
static int
png_size(int fd, long *width, long *height, struct err *e)
{
	static const uint8_t begin[16] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 13,
		'I', 'H', 'D', 'R' };
	uint8_t b[24];

	if (pread(fd, b, sizeof(b), 0) != (ssize_t)sizeof(b) ||
	    memcmp(b, begin, sizeof(begin)) != 0)
		return err_set(e, ERR_VALIDATION, CODE_PAGE_IMAGE, "the page's image is no PNG");
	*width = (long)b[16] << 24 | b[17] << 16 | b[18] << 8 | b[19];
	*height = (long)b[20] << 24 | b[21] << 16 | b[22] << 8 | b[23];
	if (*width < 1 || *height < 1)
		return err_set(e, ERR_VALIDATION, CODE_PAGE_SIZE,
		    "the page's image has no width or no height");
	return 0;
}

/* Its image's size, where it is a page. */
static int
chat_takes(const struct chat *c, const struct ocr_ask *ask, long *width, long *height,
    struct err *e)
{
	if (!ask->whole)
		return png_size(ask->fd, width, height, e);
	if (c->profile.converts)
		return 0;
	return err_set(e, ERR_PERMANENT, CODE_OCR_REFUSED, "%s reads pages, and no whole documents",
	    c->profile.name);
}

static int
chat_read(void *self, struct ocr_task *task, struct err *e)
{
	struct chat *c = self;
	struct talk *t;
	long size[2] = { 0, 0 };

	if (chat_takes(c, &task->ask, &size[0], &size[1], e) < 0)
		return -1;
	t = talk_new(c, task, size, e);
	if (!t || talk_start(t, e) == 0)
		return t ? 0 : -1;
	talk_free(t);
	return -1;
}

static void
chat_cancel(void *self, struct ocr_task *task)
{
	struct chat *c = self;
	struct talk *t, *next;

	for (t = c->talks; t; t = next) {
		next = t->next;
		if (t->task != task)
			continue;
		if (t->looking)
			smaller_cancel(c->smaller, &t->look);
		if (c->fleet)
			fleet_cancel(c->fleet, t);
		talk_free(t);
	}
}

static void
chat_stop(void *self)
{
	struct chat *c = self;

	if (c->fleet)
		fleet_stop(c->fleet);
}

static void
chat_close(void *self)
{
	struct chat *c = self;
	struct talk *t, *next;

	if (!c)
		return;
	fleet_free(c->fleet);
	smaller_free(c->smaller);
	for (t = c->talks; t; t = next) {
		next = t->next;
		talk_free(t);
	}
	profile_release(&c->profile);
	free(c->prompt);
	free(c);
}

/* What the model is told: all texts of the messages; a converter is told nothing. */
static char *
prompt_of(const struct profile *p)
{
	jv text = p->converts
	    ? jv_string("")
	    : jv_dump_string(jv_getpath(jv_copy(p->all),
				 jv_array_append(jv_array(), jv_string("messages"))),
		  0);
	char *prompt = mem_dup(jv_string_value(text));

	jv_free(text);
	return prompt;
}

/* Children that look at pages: one for each processor, as one page takes it 20 ms or so. */
static long
lookers(void)
{
	const long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n > 2 ? n : 2;
}

/* The servers' part: none where files of batches have all that there is. */
static int
chat_fleet(struct chat *c, const struct engine_conf *conf, struct err *e)
{
	const struct fleet_conf fleet = { .loop = conf->loop,
		.profile = &c->profile,
		.url = conf->server,
		.n = conf->servers,
		.key = conf->key,
		.ca_bundle = conf->ca_bundle,
		.jobs = conf->jobs,
		.patience_ms = conf->patience_ms };

	if (conf->servers == 0 && (conf->batch_in || conf->batch_out)) {
		c->jobs = c->jobs ? c->jobs : 2 * lookers();
		return 0;
	}
	c->fleet = fleet_new(&fleet, e);
	return c->fleet ? 0 : -1;
}

static int
chat_ready(struct chat *c, const struct engine_conf *conf, struct err *e)
{
	if (!clean_kind_named(c->profile.clean, &c->kind))
		return err_set(e, ERR_FATAL, CODE_OCR_PROFILE,
		    "the profile %s: clean is plain, grounded, frontmatter, dots or tags",
		    c->profile.name);
	if (c->profile.converts && (conf->batch_in || conf->batch_out))
		return err_set(e, ERR_FATAL, CODE_OCR_BATCH,
		    "batches are for models, which %s is none of", conf->name);
	if (conf->page_ms)
		c->profile.timeout_ms = conf->page_ms;
	c->html_tables = conf->html_tables;
	c->loop = conf->loop;
	c->kept = (struct kept){ &c->profile, conf->cache, conf->batch_in, conf->batch_out };
	c->jobs = conf->jobs ? conf->jobs : c->profile.jobs * (long)conf->servers;
	c->prompt = prompt_of(&c->profile);
	c->smaller = smaller_new(conf->loop, lookers());
	return chat_fleet(c, conf, e);
}

/* http:URL: its one server, which is given no key, as that is the models'. */
static int
chat_open_converter(struct chat *c, const struct engine_conf *conf, struct err *e)
{
	const char *const url = converter_url(conf->name);
	struct engine_conf own = *conf;
	char *model = mem_printf("model=%s", url);
	const char **set = mem_new(conf->sets + 1, sizeof(*set));
	int r;

	set[0] = model; /* by which its answers are kept */
	for (size_t i = 0; i < conf->sets; i++)
		set[i + 1] = conf->set[i];
	own.server = &url;
	own.servers = 1;
	own.key = NULL;
	r = profile_load(&c->profile, OCR_CONVERTER, set, conf->sets + 1, e);
	free(set);
	free(model);
	return r < 0 ? -1 : chat_ready(c, &own, e);
}

static void *
chat_open(const struct engine_conf *conf, struct err *e)
{
	struct chat *c = mem_new(1, sizeof(*c));
	int r;

	if (converter_is(conf->name))
		r = chat_open_converter(c, conf, e);
	else
		r = profile_load(&c->profile, conf->name, conf->set, conf->sets, e) == 0
		    ? chat_ready(c, conf, e)
		    : -1;
	if (r == 0)
		return c;
	chat_close(c);
	return NULL;
}

static long
chat_jobs(const void *self)
{
	return ((const struct chat *)self)->jobs;
}

static char *
chat_called(const char *name)
{
	return converter_is(name) ? converter_called(name) : mem_dup(name);
}

const struct engine engine_chat = { .called = chat_called,
	.asks = true,
	.child = smaller_child,
	.open = chat_open,
	.read = chat_read,
	.stop = chat_stop,
	.cancel = chat_cancel,
	.close = chat_close,
	.jobs = chat_jobs };
