/* layer: words with their boxes become the text that they are. */
#include "base/buf.h"
#include "base/mem.h"
#include "doc/layer.h"
#include "pdf/words.h"
#include "unit/check.h"

/* Words of one block, 10 points high. */
struct placed {
	double x, y, w;
	long line;
	const char *text;
};

static void
check_text(const struct placed *v, size_t n, const char *want)
{
	struct pdf_words words;
	struct buf out = BUF_INIT(1000);
	size_t i;

	pdf_words_init(&words, 1000);
	words.v = mem_new(n, sizeof(*words.v));
	for (i = 0; i < n; i++) {
		words.v[words.n++] = (struct pdf_word){ .x = v[i].x,
			.y = v[i].y,
			.w = v[i].w,
			.h = 10,
			.line = v[i].line,
			.at = words.bytes.len };
		CHECK(buf_add(&words.bytes, v[i].text, strlen(v[i].text) + 1) == 0);
	}
	CHECK(layer_text(&words, &out) == 0 && buf_addc(&out, '\0') == 0);
	CHECK_STR(out.p, want);
	pdf_words_release(&words);
	buf_release(&out);
}

#define CHECK_TEXT(v, want) check_text(v, sizeof(v) / sizeof((v)[0]), want)

/* Drawn twice, two points off; said twice. */
static const struct placed shadow[] = { { 10, 10, 30, 0, "Long" }, { 12, 12, 30, 1, "Long" },
	{ 44, 10, 20, 1, "ago" }, { 46, 12, 20, 2, "ago" } };
static const struct placed twice[] = { { 10, 10, 15, 0, "had" }, { 28, 10, 15, 0, "had" },
	{ 10, 22, 15, 1, "had" }, { 100, 22, 15, 1, "had" } };
/* What pdftotext has in two pieces. */
static const struct placed pieces[] = { { 10, 10, 30, 0, "Pear" }, { 60, 10, 20, 1, "3,50" },
	{ 10, 22, 30, 2, "Plum" } };
/* From right to left; a bracket that touches is of the word. */
static const struct placed hebrew[] = { { 10, 10, 4, 0, "(" }, { 14, 10, 8, 0, "\xd7\x91" },
	{ 22, 10, 4, 0, ")" }, { 30, 10, 12, 0, "12" }, { 46, 10, 16, 0, "\xd7\x92\xd7\x90" } };

static void
hidden_words_are_left_out(void)
{
	struct pdf_words words;
	struct buf out = BUF_INIT(100);

	pdf_words_init(&words, 100);
	words.v = mem_new(1, sizeof(*words.v));
	words.n = 1;
	words.v[0].hidden = true;
	CHECK(buf_add(&words.bytes, "a", 2) == 0);
	CHECK(layer_text(&words, &out) == 0 && out.len == 0 && layer_characters(&words) == 0);
	words.v[0].hidden = false;
	CHECK(layer_characters(&words) == 1);
	out.max = 0;
	CHECK(layer_text(&words, &out) == -1);
	pdf_words_release(&words);
	buf_release(&out);
}

int
main(void)
{
	CHECK_TEXT(shadow, "Long ago");
	CHECK_TEXT(twice, "had had\v\nhad had");
	CHECK_TEXT(pieces, "Pear 3,50\nPlum");
	CHECK_TEXT(hebrew, "\xd7\x90\xd7\x92 12 (\xd7\x91)");
	hidden_words_are_left_out();
	return 0;
}
