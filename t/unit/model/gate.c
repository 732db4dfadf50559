/* model: what no page says is told from what pages do say. */
#include "base/buf.h"
#include "model/gate.h"
#include "unit/check.h"

struct said {
	const char *finish, *prompt;
};
static const struct said stopped = { "stop", NULL }, full = { "length", NULL };

static enum gate_verdict
judged_bytes(const struct said *how, const char *s, size_t n, struct gate_numbers *numbers)
{
	const struct gate_ask ask = { .raw = s,
		.raw_len = n,
		.text = s,
		.text_len = n,
		.finish = how->finish,
		.prompt = how->prompt };

	return gate_judge(&gate_conf_default, &ask, numbers);
}

/* As it is judged: the name. */
static const char *
judged(const struct said *how, const char *s)
{
	struct gate_numbers n;

	return gate_name(judged_bytes(how, s, strlen(s), &n));
}

/* A text that begins so, and goes on with n of the piece, in which "%d" counts. */
static const char *
many(const char *begin, int n, const char *piece)
{
	static struct buf b = BUF_INIT(1 << 20);
	const char *d = strstr(piece, "%d");

	b.len = 0;
	CHECK(buf_adds(&b, begin) == 0);
	for (int i = 0; i < n; i++) {
		if (d)
			CHECK(buf_printf(&b, "%.*s%d%s", (int)(d - piece), piece, 17 * i + 3,
				  d + 2) == 0);
		else
			CHECK(buf_adds(&b, piece) == 0);
	}
	CHECK(buf_addc(&b, '\0') == 0);
	return b.p;
}

#define BEGIN "A page begins as pages do, with a sentence or two of text.\n\n"
#define SENTENCE "The committee has taken note of the report of the secretary. "

static void
a_piece_over_and_over_is_a_loop(void)
{
	CHECK_STR(judged(&stopped, many(BEGIN, 300, "___ de ")), "loops");
	CHECK_STR(judged(&full, many(BEGIN, 80, "___ de ")), "loops");
	CHECK_STR(judged(&stopped, many("<table><tr>", 500, "<td></td>")), "loops");
	CHECK_STR(judged(&full, many("<table>", 120, "<tr><td></td><td></td></tr>\n")), "loops");
	CHECK_STR(judged(&stopped, many(BEGIN, 10, SENTENCE)), "loops");
	CHECK_STR(judged(&full, many(BEGIN, 5, SENTENCE)), "loops");
	CHECK_STR(judged(&stopped, many(BEGIN, 10, "\n%d. " SENTENCE)), "loops");
	CHECK_STR(judged(&stopped, many(BEGIN, 800, "a")), "loops");
	CHECK_STR(judged(&stopped, many(BEGIN, 800, "\xe3\x80\x82")), "loops");
	CHECK_STR(judged(&stopped, many("<|det|>[", 200, "[%d, 8, 900, 44], ")), "loops");
	CHECK_STR(judged(&stopped,
		      many("", 100, "<|ref|>text<|/ref|><|det|>[[%d, 8, 900, 44]]<|/det|>\n")),
	    "loops");
}

/* It went on behind the loop, or the loop has its like with other text between. */
static void
a_loop_need_not_be_at_the_end(void)
{
	struct buf b = BUF_INIT(1 << 20);
	struct gate_numbers n;

	CHECK(buf_adds(&b, many(BEGIN, 20, SENTENCE)) == 0 && buf_adds(&b, "\n\nThe end.") == 0);
	CHECK(judged_bytes(&stopped, b.p, b.len, &n) == GATE_LOOPS);
	CHECK(n.repeat > 0.8 && n.repeat <= 1 && n.period == sizeof(SENTENCE) - 1);
	buf_release(&b);
	CHECK_STR(judged(&stopped, many(BEGIN, 60, SENTENCE "\nIn %d of them.\n")), "loops");
}

/* Lines of pages that were seen, and their like. */
static void
pages_repeat_themselves(void)
{
	CHECK_STR(judged(&stopped,
		      many("Contents\n\n", 60, "Chapter %d ........................... %d\n")),
	    "fine");
	CHECK_STR(judged(&stopped, many(BEGIN, 140, ".")), "fine");
	CHECK_STR(judged(&stopped,
		      many("<table>", 60,
			  "<tr><td>Account %d</td><td>0.00</td><td>0.00</td><td>0.00</td></tr>\n")),
	    "fine");
	CHECK_STR(judged(&stopped,
		      many("| Item | Yes | No |\n|---|---|---|\n", 50,
			  "| %d | yes | no | yes | no |\n")),
	    "fine");
	CHECK_STR(judged(&stopped,
		      many("Form 7 <table>", 40, "<tr><td></td><td></td><td></td></tr>\n")),
	    "fine");
	CHECK_STR(judged(&stopped, many("Amount\n", 70, "0.00\n")), "fine");
	CHECK_STR(judged(&stopped,
		      many("Form\n\n", 40,
			  "____________________________________________________\n\n")),
	    "fine");
	CHECK_STR(judged(&stopped, many("", 25, "Name %d: ______________ Date: __________\n")),
	    "fine");
	CHECK_STR(judged(&stopped, many("", 40, "Mr A. %d\n12 Station Road\nLeeds LS1 %d\n\n")),
	    "fine");
	CHECK_STR(judged(&stopped, many("", 60, "%d 4711 12 99\n")), "fine");
	CHECK_STR(judged(&full, many("", 60, "%d 4711 12 99\n")), "truncated");
}

static void
a_refrain_is_no_loop(void)
{
	static const char verse[] =
	    "Verse %d has its own first line, and one more of %d\n"
	    "that nobody has sung before, nor will sing again\n\n"
	    "Fare thee well, fare thee well,\nfare thee well, my fairy fay\n"
	    "for I'm going to Louisiana\nfor to see my Susy-anna\n\n";

	CHECK_STR(judged(&stopped, many("The song\n\n", 12, verse)), "fine");
}

static void
who_refuses_says_so_at_once(void)
{
	CHECK_STR(judged(&stopped, "I'm sorry, but I can't assist with that."), "refused");
	CHECK_STR(judged(&stopped, "I\xe2\x80\x99m sorry, I can\xe2\x80\x99t help with that."),
	    "refused");
	CHECK_STR(judged(&stopped, "As an AI language model, I cannot read files."), "refused");
	CHECK_STR(judged(&stopped, "I cannot assist with identifying people."), "refused");
	CHECK_STR(judged(&stopped, "Unable to process the image."), "refused");
	CHECK_STR(judged(&stopped,
		      "\xe6\x8a\xb1\xe6\xad\x89\xef\xbc\x8c"
		      "\xe5\x9b\xbe\xe7\x89\x87"),
	    "refused");
	CHECK_STR(judged(&(struct said){ "content_filter", NULL }, "I"), "refused");
	CHECK_STR(judged(&stopped, "I'm sorry that I could not come to your party."), "fine");
	CHECK_STR(judged(&stopped, "He said: I'm sorry, but I can't assist with that."), "fine");
	CHECK_STR(judged(&stopped,
		      many("I'm sorry, but I can't assist with images.", 9,
			  "\nChapter %d is about what the prince did then, and why he did.")),
	    "fine");
}

static void
the_prompt_is_no_answer(void)
{
	const struct said asked = { "stop", "Convert the document to markdown, page by page." };
	const struct said brief = { "stop", "<image>\nFree OCR." };

	CHECK_STR(judged(&asked, "convert the document to Markdown: page by page"), "echo");
	CHECK_STR(judged(&asked, "The document to which page 5 refers is lost by now."), "fine");
	CHECK_STR(judged(&asked, "page"), "fine");
	CHECK_STR(judged(&brief, "image free ocr"), "echo");
	CHECK_STR(judged(&brief, "OCR"), "fine");
}

/* Of a page with so many letters an answer of so many characters. */
static const char *
held(long chars, long letters)
{
	return gate_name(gate_letters(&gate_conf_default, chars, letters));
}

static void
letters_say_how_much_there_is(void)
{
	struct gate_conf blind = gate_conf_default;

	CHECK_STR(held(0, 0), "fine");
	CHECK_STR(held(0, 30), "fine");
	CHECK_STR(held(0, 31), "empty");
	CHECK_STR(held(370, 3000), "empty");
	CHECK_STR(held(380, 3000), "partly");
	CHECK_STR(held(2690, 3000), "partly");
	CHECK_STR(held(2710, 3000), "fine");
	CHECK_STR(held(100000, 3000), "fine");
	blind.partly = 0;
	CHECK_STR(gate_name(gate_letters(&blind, 380, 3000)), "fine");
	CHECK_STR(gate_name(gate_letters(&blind, 370, 3000)), "empty");
	CHECK_STR(judged(&stopped, ""), "fine");
	CHECK_STR(judged(&full, "x"), "truncated");
}

static void
scripts_are_counted(void)
{
	struct gate_numbers n;

	judged_bytes(&stopped, "abc 12", 6, &n);
	CHECK(n.chars == 5 && n.script == 1);
	judged_bytes(&stopped, "12 <td>", 7, &n);
	CHECK(n.chars == 2 && n.script == 1);
	judged_bytes(&stopped, "\xd0\xb0\xd0\xb1 \xe6\x97\xa5\xe6\x9c\xac", 11, &n);
	CHECK(n.chars == 4 && n.script == 0.5);
}

int
main(void)
{
	a_piece_over_and_over_is_a_loop();
	a_loop_need_not_be_at_the_end();
	pages_repeat_themselves();
	a_refrain_is_no_loop();
	who_refuses_says_so_at_once();
	the_prompt_is_no_answer();
	letters_say_how_much_there_is();
	scripts_are_counted();
	return 0;
}
