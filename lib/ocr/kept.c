#include <sys/stat.h>

#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>

#include <jv.h>

#include "base/err.h"
#include "base/mem.h"
#include "model/answer.h"
#include "model/ask.h"
#include "model/batchin.h"
#include "model/batchout.h"
#include "model/body.h"
#include "model/profile.h"
#include "ocr/kept.h"

/* The request, as a server that has said nothing of itself is sent it. */
static void
kept_request(const struct profile *profile, const struct kept_page *p, struct body *body)
{
	const struct profile_page page = { .model = profile->model,
		.width = p->width,
		.height = p->height,
		.temperature = p->temperature,
		.without = jv_array() };

	ask_body(NULL, profile, &page, body);
	jv_free(page.without);
}

static bool
kept_key(const struct kept *k, struct kept_page *p)
{
	struct body body = { .fd = -1 };
	const char *asked[4];
	char *speech;

	if (!p->image.name[0] && cache_key_file(&p->image, p->fd) < 0)
		return false;
	kept_request(k->profile, p, &body);
	speech = k->profile->converts ? mem_printf("convert 1 %s", k->profile->model)
				      : mem_dup("chat 1");
	asked[0] = speech;
	asked[1] = body.head;
	asked[2] = body.tail;
	asked[3] = p->image.name;
	cache_key(&p->key, asked, 4);
	free(speech);
	body_release(&body);
	return true;
}

enum kept_found
kept_find(const struct kept *k, struct kept_page *p, struct buf *answer, struct err *e)
{
	if (!k->cache && !k->in && !k->out)
		return KEPT_NONE;
	if (!kept_key(k, p)) {
		err_sys(e, ERR_TRANSIENT, CODE_IO_READ, "the page's image");
		return KEPT_REFUSED;
	}
	if (k->cache && cache_get(k->cache, &p->key, answer))
		return KEPT_CACHED;
	switch (k->in ? batch_in_find(k->in, p->key.name, answer, e) : BATCH_NONE) {
	case BATCH_ANSWER:
		return KEPT_BATCH;
	case BATCH_REFUSED:
		return KEPT_REFUSED;
	default:
		return KEPT_NONE;
	}
}

void
kept_put(const struct kept *k, const struct kept_page *p, const struct answered *a)
{
	jv text;

	if (!k->cache || a->odd)
		return;
	text = jv_dump_string(jv_copy(a->all), 0);
	cache_put(k->cache, &p->key, jv_string_value(text),
	    (size_t)jv_string_length_bytes(jv_copy(text)));
	jv_free(text);
}

int
kept_write(const struct kept *k, const struct kept_page *p, struct err *e)
{
	struct body body = { .fd = fcntl(p->fd, F_DUPFD_CLOEXEC, 3) };
	struct stat st;
	int r;

	if (body.fd < 0 || fstat(body.fd, &st) < 0) {
		r = err_sys(e, ERR_TRANSIENT, CODE_IO_READ, "the page's image");
	} else {
		body.size = st.st_size;
		kept_request(k->profile, p, &body);
		r = batch_out_add(k->out, p->key.name, &body, e);
	}
	body_release(&body);
	return r < 0 ? -1
		     : err_set(e, ERR_TRANSIENT, CODE_OCR_WRITTEN, "custom_id %s", p->key.name);
}
