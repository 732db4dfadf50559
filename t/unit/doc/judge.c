/* judge, letters: which text layers are believed. */
#include "doc/judge.h"

#include "base/err.h"
#include "doc/letters.h"
#include "img/image.h"
#include "pdf/pdf.h"
#include "pdf/words.h"
#include "unit/check.h"

static struct pdf_words words;

/* A line of words, 20 points high, each in a box of 60 points. */
static void
line(const char *text)
{
	char row[200];
	struct pdf_words_reader r = { .pages = &words, .first = 1, .last = 1 };
	char *copy = strdup(text);
	int i = 0;

	pdf_words_clear(&words);
	for (char *s = strtok(copy, " "); s; s = strtok(NULL, " "), i++) {
		snprintf(row, sizeof(row), "5\t1\t0\t0\t%d\t%d\t%d\t%d\t60\t20\t100\t%s", i / 6, i,
		    i % 6 * 72, i / 6 * 24, s);
		pdf_words_line(&r, row);
	}
	free(copy);
}

static bool
doubtful(const char *text)
{
	line(text);
	return letters_doubtful(&words);
}

static void
doubts_characters_that_are_rare(void)
{
	CHECK(
	    !doubtful("花园协会的成员星期一在大厅里开会并听取了去年的工作报告然后进行了新的选举"));
	CHECK(!doubtful(
	    "港の事務所には古い灯台が建てられてから入港したすべての船の名前と積荷船長の名と出発した港を書いた本がある"));
	CHECK(!doubtful(
	    "항구 사무소는 옛 등대가 북쪽 바위에 세워진 뒤로 들어온 모든 배의 이름과 짐을 책에 적어 둔다"));
	CHECK(!doubtful("学而时习之不亦说乎有朋自远方来不亦乐乎人不知而不愠不亦君子乎"));
	CHECK(!doubtful(
	    "氯化钠 硫酸 硝酸 盐酸 氢氧化钠 碳酸钙 高锰酸钾 二氧化碳 甲醇 乙醇 丙酮 苯 甲苯"));
	CHECK(!doubtful(
	    "王伟 李芳 张秀英 刘洋 陈静 杨磊 赵敏 黄强 周杰 吴艳 徐丽 孙涛 胡军 朱明 高霞"));
	CHECK(!doubtful("饕餮 魑魅魍魉"));
	/* Each character the one behind it, or 31 behind. */
	CHECK(doubtful("芲囮卐伛皅我呙映朠丁圩夨历重弁伛幷吭受亇厼幵皅左佝抦呋焷吏远衍亇斱皅逊丿"));
	CHECK(doubtful("苐圌卮伹皣戯呷显朾丟均奆厤釫弟伹底呋叵亥叚库皣帄佻拄呩煕吭迺衫亥族皣逨九"));
	CHECK(doubtful(
	    "湎の亪勸扟には吃い炎吏が弙てられてから冄湎したすべての艘の听剬と穬莖艘閖の听と则皙した湎を朗いた杋がある"));
	CHECK(doubtful(
	    "핮국 삭묵속늕 옜 듲댁각 붂쪾 박윅엑 섹웍짅 뒥록 듥억옩 목듡 백읙 익릅곽 집읅 챆엑 젂억 둕닥"));
}

static void
doubts_what_no_language_has(void)
{
	CHECK(!doubtful("The members met on Monday in the large hall"));
	CHECK(!doubtful("Die Mitglieder trafen sich am Montag im großen Saal"));
	CHECK(!doubtful("Les membres se sont réunis lundi dans la grande salle"));
	CHECK(!doubtful("W poniedziałek członkowie spotkali się w dużej sali"));
	CHECK(!doubtful("Глава третья Возвращение в старый город"));
	CHECK(!doubtful("花园协会的年度报告在星期一的大厅里宣读"));
	CHECK(!doubtful("12 345.50 1,200.00 (3.5%) 14/03/2026"));
	CHECK(!doubtful("IBM DB2 HTTP"));
	CHECK(!doubtful(""));
	/* Each letter the one before it; or eleven behind it. */
	CHECK(doubtful("Sgd ldladqr lds nm Lnmczx hm sgd kZqfd gZkk"));
	CHECK(doubtful("Esp xpxmpcd xpe zy Xzyolj ty esp wlcrp slww"));
	/* Russian and Hebrew, each letter of 8 bits as if it were one of Latin-1. */
	CHECK(doubtful("Ãëàâà òðåòüÿ Âîçâðàùåíèå"));
	CHECK(doubtful("äîçéø äåà îàä åòùøéí"));
	/* Latin words with letters of Cyrillic that look the same; a sign is none. */
	CHECK(doubtful("Thе mеmbеrs mеt in thе lаrgе hаll"));
	CHECK(!doubtful("Глава третья USB-порт и Wi-Fi Возвращение"));
	CHECK(!doubtful("widths of 20 μm and 30 μm were measured at ΔT"));
	CHECK(!doubtful("« Où êtes-vous né ? » — À Évian, répondit-elle."));
	CHECK(doubtful("\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd \xef\xbf\xbd\xef\xbf\xbd"));
	CHECK(doubtful("\xee\x80\x81\xee\x80\x82\xee\x80\x83 \xee\x80\x84\xee\x80\x85"));
	CHECK(doubtful("8910,)33$((11031(0):08&167\"-0()0%14$1'0(910\"::&\"*0"));
}

#define HONEST \
	"The members of the garden society met on Monday in the large hall and heard the " \
	"report of the year before they voted again "

/* Six words are a line; behind four of them. */
static void
doubts_a_name_once(void)
{
	line(HONEST HONEST "xfqz xfqz xfqz xfqz xfqz xfqz");
	CHECK(!letters_doubtful(&words) && !judge_misreads(&words));
	/* Next to them figures and what makes no words, but no honest ones, nor addresses. */
	line(HONEST HONEST HONEST HONEST "xfqz 3 qzxw 4 wvxj 5 12 7.50 9 10 11 12");
	CHECK(!letters_doubtful(&words) && words.v[words.n - 1].odd && !words.v[80].odd);
	line(HONEST HONEST HONEST HONEST "http://www.ship.example.org 12 7.50 9 10 11 12");
	CHECK(!letters_doubtful(&words) && !judge_misreads(&words));
	line(HONEST HONEST "xfqz qzxw wvxj jqxz zxkq vvqx");
	CHECK(!letters_doubtful(&words) && judge_misreads(&words));
}

/* What is said of a page with those words, ink under the first n and more elsewhere. */
static enum verdict
verdict(size_t inked, int more, struct judge_facts f, const char **why)
{
	struct judged j = { 0 };
	enum verdict v;
	struct image im;
	struct err e;

	CHECK(image_init(&im, 500, 660, &e) == 0);
	memset(im.px, 255, 500UL * 660);
	for (size_t i = 0; i < inked && i < words.n; i++)
		for (int k = 0; k < 6; k++)
			for (int y = 4; y < 12; y++)
				memset(im.px +
					((size_t)(words.v[i].y * 60 / 72) + (size_t)y) * 500 +
					(size_t)(words.v[i].x * 60 / 72) + (size_t)k * 7 + 2,
				    0, 4);
	for (int k = 0; k < more; k++)
		for (int y = 0; y < 8; y++)
			memset(im.px + (300UL + (size_t)(k / 60) * 20 + (size_t)y) * 500 +
				(size_t)(k % 60) * 7 + 10,
			    0, 4);
	for (size_t i = 0; i < words.n; i++)
		words.v[i].hidden = false;
	judge_look(&j, &im, &words);
	image_release(&im);
	j.characters = 0;
	for (size_t i = 0; i < words.n; i++)
		if (!words.v[i].hidden)
			j.characters += (long)strlen(words.bytes.p + words.v[i].at);
	v = judge_verdict(&j, &words, &f, why);
	judge_release(&j);
	return v;
}

static void
believes_what_the_page_bears_out(void)
{
	const struct judge_facts digital = { 0, false, -1 };
	const char *why;

	line("one two three four");
	CHECK(verdict(4, 0, digital, &why) == VERDICT_LAYER && !strcmp(why, "layer"));
	CHECK(!words.v[3].hidden);
	CHECK(verdict(3, 0, digital, &why) == VERDICT_LAYER && words.v[3].hidden);
	CHECK(verdict(0, 0, digital, &why) == VERDICT_LAYER && !strcmp(why, "blank"));
	CHECK(verdict(0, 60, digital, &why) == VERDICT_READ && !strcmp(why, "none"));
	CHECK(verdict(4, 240, digital, &why) == VERDICT_PARTS && !strcmp(why, "ink"));
	line("Esp xpxmpcd xpe zy Xzyolj");
	CHECK(verdict(5, 0, digital, &why) == VERDICT_CHECK && !strcmp(why, "font"));
	CHECK(verdict(5, 240, digital, &why) == VERDICT_READ && !strcmp(why, "ink"));
}

/* What is not looked at to its end is not called read. */
static void
doubts_what_was_cut(void)
{
	CHECK(!judge_misses(&(struct judged){ .looked = true, .ems_unread = 14 }));
	CHECK(judge_misses(&(struct judged){ .looked = true, .ems_unread = 15 }));
	CHECK(judge_misses(&(struct judged){ .looked = true, .cut = true }));
	CHECK(!judge_misses_most(&(struct judged){ .ems_read = 40, .ems_unread = 20 }));
	CHECK(judge_misses_most(&(struct judged){ .ems_read = 40, .ems_unread = 21 }));
	CHECK(!judge_misses_most(&(struct judged){ .ems_read = 4, .ems_unread = 14 }));
}

static void
asks_more_of_words_over_images(void)
{
	const char *why;

	line("one two three four");
	CHECK(verdict(4, 0, (struct judge_facts){ 0.5, true, 15 }, &why) == VERDICT_LAYER);
	CHECK(verdict(4, 0, (struct judge_facts){ 0.5, true, 0 }, &why) == VERDICT_CHECK &&
	    !strcmp(why, "hidden"));
	CHECK(verdict(4, 0, (struct judge_facts){ 0.5, true, -1 }, &why) == VERDICT_CHECK);
	CHECK(verdict(4, 0, (struct judge_facts){ 1, true, 15 }, &why) == VERDICT_CHECK &&
	    !strcmp(why, "scan"));
	CHECK(verdict(0, 60, (struct judge_facts){ 1, true, 0 }, &why) == VERDICT_READ &&
	    !strcmp(why, "scan"));
}

static void
goes_by_numbers_where_nothing_was_seen(void)
{
	struct judged j = { .characters = 30 };
	struct judge_facts f = { 0, false, -1 };
	const char *why;

	line("one two three four");
	CHECK(judge_verdict(&j, &words, &f, &why) == VERDICT_LAYER);
	j.characters = 29;
	CHECK(judge_verdict(&j, &words, &f, &why) == VERDICT_READ && !strcmp(why, "none"));
	j.characters = 300;
	f = (struct judge_facts){ 0.8, true, 300 };
	CHECK(judge_verdict(&j, &words, &f, &why) == VERDICT_READ && !strcmp(why, "scan"));
}

static void
hides_what_an_image_is_over(void)
{
	const struct pdf_scan scan = { .cover = { { 60, 0, 150, 30 }, { 0, 500, 9, 600 } },
		.covers = 2 };
	struct judged j = { 0 };

	line("The members met on Monday in the large hall");
	words.v[2].hidden = true;
	j.hidden = 1;
	judge_covers(&j, &scan, &words);
	CHECK(j.hidden == 2 && words.v[1].hidden && !words.v[0].hidden && !words.v[3].hidden);
	judge_covers(&j, &scan, &words);
	CHECK(j.hidden == 2);
}

static void
hides_what_is_too_small_to_read(void)
{
	const struct pdf_scan scan = { .covers = 0 };
	struct judged j = { 0 };

	line("The members met on Monday");
	words.v[1].h = 1.2;
	words.v[2].h = 1.6;
	judge_covers(&j, &scan, &words);
	CHECK(j.hidden == 1 && words.v[1].hidden);
	/* A page in other units. */
	for (size_t i = 0; i < words.n; i++)
		words.v[i].h = i < 2 ? 1 : 1.3;
	words.v[1].hidden = false;
	judge_covers(&j, &scan, &words);
	CHECK(j.hidden == 1 && !words.v[1].hidden);
	pdf_words_clear(&words);
	judge_covers(&j, &scan, &words);
	CHECK(j.hidden == 1);
}

static void
doubts_words_that_lie_on_each_other(void)
{
	line("The price is 120.50 today 9,999.00");
	CHECK(!judge_overlaid(&words));
	words.v[5].x = words.v[3].x + 4;
	words.v[5].y = words.v[3].y + 1;
	CHECK(judge_overlaid(&words));
	words.v[3].hidden = true;
	CHECK(!judge_overlaid(&words));
	words.v[3].hidden = false;
	/* A watermark, and one that only touches. */
	words.v[5].h = 80;
	CHECK(!judge_overlaid(&words));
	words.v[5].h = 20;
	words.v[5].x = words.v[3].x + 40;
	CHECK(!judge_overlaid(&words));
	/* The same twice; an accent. */
	line("price prices");
	words.v[1].x = words.v[0].x;
	CHECK(!judge_overlaid(&words));
	line("price \xc2\xa8");
	words.v[1].x = words.v[0].x;
	CHECK(!judge_overlaid(&words));
}

int
main(void)
{
	pdf_words_init(&words, 1 << 16);
	hides_what_an_image_is_over();
	hides_what_is_too_small_to_read();
	doubts_words_that_lie_on_each_other();
	doubts_what_no_language_has();
	doubts_characters_that_are_rare();
	doubts_a_name_once();
	believes_what_the_page_bears_out();
	asks_more_of_words_over_images();
	doubts_what_was_cut();
	goes_by_numbers_where_nothing_was_seen();
	pdf_words_release(&words);
	return 0;
}
