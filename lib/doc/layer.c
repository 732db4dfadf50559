#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "doc/layer.h"
#include "pdf/words.h"

/* What stands between two words that follow each other. */
static const char *
gap(const struct pdf_word *a, const struct pdf_word *b)
{
	if (a->flow != b->flow || a->block != b->block)
		return "\n\n";
	return a->line != b->line ? "\n" : " ";
}

int
layer_text(const struct pdf_words *words, struct buf *out)
{
	const struct pdf_word *w, *last = NULL;
	size_t i;

	for (i = 0; i < words->n; i++) {
		w = &words->v[i];
		if (w->hidden)
			continue;
		if ((last && buf_adds(out, gap(last, w)) < 0) ||
		    buf_adds(out, words->bytes.p + w->at) < 0)
			return -1;
		last = w;
	}
	return 0;
}

static long
word_characters(const char *s)
{
	size_t left = strlen(s), len;
	long n = 0;

	for (; left > 0; s += len, left -= len) {
		len = utf8_len(s, left);
		len = len ? len : 1;
		n += len > 1 || (unsigned char)*s > ' ';
	}
	return n;
}

long
layer_characters(const struct pdf_words *words)
{
	long n = 0;
	size_t i;

	for (i = 0; i < words->n; i++)
		if (!words->v[i].hidden)
			n += word_characters(words->bytes.p + words->v[i].at);
	return n;
}
