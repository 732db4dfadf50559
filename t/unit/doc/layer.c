/* layer: words with their boxes become the text that they are. */
#include "base/buf.h"
#include "base/mem.h"
#include "doc/layer.h"
#include "pdf/words.h"
#include "unit/check.h"

/* Words 10 points high. */
struct placed {
	double x, y, w;
	long line; /* each 100 are of one block */
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
			.block = v[i].line / 100,
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

/* Lam and alef in one drawing, of which pdftotext gives the second no width, and a line. */
static const struct placed drawn_with[] = { { 10, 10, 12, 0, "\xd8\xaf" },
	{ 30, 10, 9, 0, "\xd9\x84" }, { 30, 10, 0, 1, "\xd8\xa7" }, { 39, 10, 5, 1, "\xd8\xa8" } };
/* A line of English words on a page of Hebrew ones, as the line below it says. */
static const struct placed english[] = { { 10, 10, 30, 0, "Say" },
	{ 45, 10, 20, 0, "\xd7\x91\xd7\x90" }, { 10, 22, 55, 1, "or" }, { 70, 22, 55, 1, "no." },
	{ 10, 44, 55, 100, "\xd7\x91\xd7\x90\xd7\x93\xd7\x92\xd7\x93\xd7\x92" } };
static const struct placed alone[] = { { 10, 10, 30, 0, "Say" },
	{ 45, 10, 20, 0, "\xd7\x91\xd7\x90" },
	{ 10, 22, 55, 1, "\xd7\x93\xd7\x92\xd7\x93\xd7\x92" } };

/* Letters with 4 points between them, words with 9. */
static const struct placed spaced[] = { { 10, 10, 8, 0, "S" }, { 22, 10, 8, 0, "E" },
	{ 34, 10, 8, 0, "A" }, { 51, 10, 8, 1, "R" }, { 63, 10, 8, 1, "O" }, { 75, 10, 8, 1, "A" },
	{ 87, 10, 8, 1, "D" }, { 104, 10, 8, 2, "7" }, { 116, 10, 8, 2, "0" } };
/* No words: a part of the alphabet, nothing but consonants, answers in columns, numbers. */
static const struct placed alphabet[] = { { 10, 10, 8, 0, "A" }, { 22, 10, 8, 0, "B" },
	{ 34, 10, 8, 0, "C" }, { 46, 10, 8, 0, "D" }, { 58, 10, 8, 0, "E" } };
static const struct placed answers[] = { { 10, 10, 8, 0, "y" }, { 30, 10, 8, 0, "e" },
	{ 50, 10, 8, 0, "n" }, { 70, 10, 8, 0, "y" } };
static const struct placed figures[] = { { 10, 10, 8, 0, "2" }, { 22, 10, 8, 0, "0" },
	{ 34, 10, 8, 0, "2" }, { 46, 10, 8, 0, "6" } };
/* Within a line, where the letters are nearer to each other than words are, or are not. */
static const struct placed within[] = { { 10, 10, 20, 0, "is" }, { 35, 10, 8, 0, "v" },
	{ 45, 10, 8, 0, "e" }, { 55, 10, 8, 0, "r" }, { 65, 10, 8, 0, "y" },
	{ 78, 10, 20, 0, "old" } };
static const struct placed sums[] = { { 10, 10, 20, 0, "sum" }, { 33, 10, 8, 0, "a" },
	{ 44, 10, 8, 0, "x" }, { 55, 10, 8, 0, "b" }, { 66, 10, 8, 0, "y" },
	{ 77, 10, 20, 0, "old" } };

/* A bill, whose amounts pdftotext has after its lines. */
static const struct placed bill[] = { { 10, 10, 25, 0, "Item" }, { 10, 22, 30, 1, "Bread" },
	{ 10, 34, 40, 2, "Butter" }, { 20, 46, 40, 3, "salted" }, { 10, 58, 30, 4, "Sum" },
	{ 150, 10, 25, 5, "Price" }, { 155, 22, 20, 6, "3.10" }, { 155, 46, 20, 7, "2.95" },
	{ 150, 58, 25, 8, "6.05" }, { 10, 100, 200, 9, "Thanks" } };
/* So is what is behind them, unless it goes on where the bill ends. */
static const struct placed taxed[] = { { 10, 10, 30, 0, "Bread" }, { 10, 22, 40, 1, "Butter" },
	{ 10, 34, 30, 2, "Milk" }, { 155, 10, 20, 3, "3.10" }, { 155, 22, 20, 4, "2.95" },
	{ 155, 34, 20, 5, "1.05" }, { 210, 10, 8, 6, "A" }, { 210, 22, 8, 7, "B" },
	{ 210, 34, 8, 8, "A" }, { 210, 46, 8, 9, "C" } };
/* Numbers that begin lines of the second column belong to what is behind them. */
static const struct placed numbered[] = { { 10, 10, 60, 0, "Walk" }, { 10, 22, 30, 1, "Run" },
	{ 10, 34, 50, 2, "Swim" }, { 150, 10, 10, 3, "1." }, { 172, 10, 20, 3, "Hat" },
	{ 150, 22, 10, 4, "2." }, { 172, 22, 20, 4, "Coat" }, { 150, 34, 10, 5, "3." },
	{ 172, 34, 20, 5, "Shoe" } };
/* So do numbers beside running text. */
static const struct placed margin[] = { { 10, 10, 120, 0, "walks" }, { 10, 22, 119, 1, "ran" },
	{ 10, 34, 118, 2, "swam" }, { 10, 46, 50, 3, "fell." }, { 150, 10, 10, 4, "10" },
	{ 150, 22, 10, 5, "20" }, { 150, 34, 10, 6, "30" } };

/* Upside down. */
static const struct placed on_its_head[] = { { 150, 22, 40, 0, "Down" }, { 115, 22, 30, 0, "at" },
	{ 70, 22, 40, 0, "the" }, { 140, 10, 50, 1, "river" }, { 95, 10, 40, 1, "bank" } };

static int
check_box(void *arg, const struct layer_line *l)
{
	const struct pdf_words *words = arg;

	CHECK(l->x0 == 70 && l->x1 == 80 && l->y0 == 40 && l->y1 == 150);
	CHECK(l->n == 4 && l->words[0] == &words->v[0] && l->words[3] == &words->v[3]);
	CHECK(l->len == 7 && memcmp(l->text, "a b c d", 7) == 0);
	return 0;
}

/* Up the page: words in the order of the line, in the page's own boxes. */
static void
a_line_that_runs_up_is_read_so(void)
{
	struct pdf_words words;
	size_t i;

	pdf_words_init(&words, 100);
	words.v = mem_new(4, sizeof(*words.v));
	for (i = 0; i < 4; i++) {
		words.v[words.n++] = (struct pdf_word){ .x = 70,
			.y = 130 - 30 * (double)i,
			.w = 10,
			.h = 20,
			.at = words.bytes.len };
		CHECK(buf_add(&words.bytes, &"a\0b\0c\0d"[2 * i], 2) == 0);
	}
	CHECK(layer_each(&words, check_box, &words) == 0);
	pdf_words_release(&words);
}

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
	CHECK_TEXT(drawn_with, "\xd8\xa8\xd9\x84\xd8\xa7 \xd8\xaf");
	CHECK_TEXT(english,
	    "Say \xd7\x90\xd7\x91\nor no.\n\n\xd7\x92\xd7\x93\xd7\x92\xd7\x93\xd7\x90\xd7\x91");
	CHECK_TEXT(alone, "\xd7\x90\xd7\x91 Say\n\xd7\x92\xd7\x93\xd7\x92\xd7\x93");
	CHECK_TEXT(spaced, "SEA ROAD 70");
	CHECK_TEXT(alphabet, "A B C D E");
	CHECK_TEXT(answers, "y e n y");
	CHECK_TEXT(figures, "2 0 2 6");
	CHECK_TEXT(within, "is very old");
	CHECK_TEXT(sums, "sum a x b y old");
	CHECK_TEXT(bill, "Item Price\v\nBread 3.10\v\nButter\v\nsalted 2.95\v\nSum 6.05\n\nThanks");
	check_text(taxed, 9, "Bread 3.10 A\v\nButter 2.95 B\v\nMilk 1.05 A");
	CHECK_TEXT(taxed, "Bread 3.10\v\nButter 2.95\v\nMilk 1.05\n\nA\nB\nA\nC");
	CHECK_TEXT(numbered, "Walk\v\nRun\v\nSwim\v\n1. Hat\n2. Coat\n3. Shoe");
	CHECK_TEXT(margin, "walks\nran\nswam\nfell.\v\n10\n20\n30");
	CHECK_TEXT(on_its_head, "Down at the\nriver bank");
	a_line_that_runs_up_is_read_so();
	hidden_words_are_left_out();
	return 0;
}
