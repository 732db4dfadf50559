/* scripts: which of a directory's languages a script is read in. */
#include "unit/folder.h"

#include "base/err.h"
#include "ocr/scripts.h"

static void
add_data(const char *names)
{
	char name[64];

	for (size_t n; *names; names += n + (names[n] == ' ')) {
		n = strcspn(names, " ");
		snprintf(name, sizeof(name), "%.*s.traineddata", (int)n, names);
		folder_write(name, "");
	}
}

static void
check_langs(const char *locale, const char *script, const char *want)
{
	struct scripts *s = scripts_new(".", locale);
	const char *langs = scripts_langs(s, scripts_find(script));

	CHECK_STR(langs ? langs : "", want);
	scripts_free(s);
}

static void
check_usual(const char *locale, const char *want)
{
	struct scripts *s = scripts_new(".", locale);

	CHECK_STR(scripts_name(scripts_usual(s)), want);
	scripts_free(s);
}

static void
joins_what_is_there(void)
{
	CHECK(!scripts_new(".", NULL));
	add_data("osd own");
	CHECK(!scripts_new(".", "de_DE.UTF-8"));
	add_data("rus");
	check_usual(NULL, "Cyrillic");
	check_langs(NULL, "Latin", "");
	add_data("fra eng deu ukr chi_tra chi_sim");
	check_langs(NULL, "Latin", "eng+deu+fra");
	check_langs(NULL, "Cyrillic", "rus+ukr");
	check_langs(NULL, "Han", "chi_sim+chi_tra");
	check_langs(NULL, "Greek", "");
	check_langs(NULL, "Common", "");
	check_usual(NULL, "Latin");
}

static void
begins_with_the_locales_language(void)
{
	check_langs("fr_FR.UTF-8", "Latin", "fra+eng+deu");
	check_langs("uk", "Cyrillic", "ukr+rus");
	check_langs("zh_TW", "Han", "chi_tra+chi_sim");
	check_langs("zh_CN", "Han", "chi_sim+chi_tra");
	check_langs("fry", "Latin", "eng+deu+fra");
	check_langs("C.UTF-8", "Latin", "eng+deu+fra");
	check_usual("uk_UA.UTF-8", "Cyrillic");
	check_usual("el_GR", "Latin");
	check_usual("C", "Latin");
}

/* Of more than four the first, or data of the script as a whole. */
static void
knows_the_whole_of_a_script(void)
{
	add_data("ita spa");
	check_langs(NULL, "Latin", "eng+deu+fra+spa");
	check_langs("it_IT", "Latin", "ita+eng+deu+fra");
	CHECK(mkdir("script", 0755) == 0);
	add_data("script/Latin script/Greek Cyrillic HanT");
	check_langs("it_IT", "Latin", "script/Latin");
	check_langs(NULL, "Cyrillic", "rus+ukr");
	check_langs(NULL, "Greek", "script/Greek");
	check_usual("it_IT", "Latin");
}

static void
tells_all_of_it(void)
{
	struct scripts *s = scripts_new(".", "uk"), *told;
	char *line = scripts_tell(s), *again;

	CHECK_STR(line,
	    "auto Cyrillic Latin=script/Latin Cyrillic=ukr+rus Greek=script/Greek "
	    "Han=chi_sim+chi_tra");
	told = scripts_told(line);
	CHECK(told && scripts_usual(told) == scripts_find("Cyrillic"));
	again = scripts_tell(told);
	CHECK_STR(again, line);
	free(line);
	free(again);
	scripts_free(s);
	scripts_free(told);
	CHECK(!scripts_told("eng+deu") && !scripts_told("auto") && !scripts_told("auto Latin"));
	CHECK(!scripts_told("") && !scripts_told("auto Latin Greek=ell") &&
	    !scripts_told("auto Nothing Latin=eng"));
}

static void
knows_names_and_packages(void)
{
	char *package;

	CHECK(scripts_find("Hangul") == scripts_find("Korean"));
	CHECK(scripts_find("Katakana") == scripts_find("Japanese"));
	CHECK(scripts_find("Lat") == -1 && scripts_find("") == -1 && scripts_find("NULL") == -1);
	package = scripts_package(scripts_find("Han"));
	CHECK_STR(package, "tesseract-ocr-chi-sim");
	free(package);
	for (int i = 0; i < scripts_count(); i++)
		CHECK(scripts_find(scripts_name(i)) == i);
}

static void
stands_alone(void)
{
	static const char *const wrong[] = { "eng+auto", "auto+deu", "auto+auto", "a+auto+b" };
	static const char *const good[] = { "auto", "eng", "eng+autox", "aut+o", "" };
	struct err e;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		CHECK(scripts_check(wrong[i], &e) == -1);
		CHECK_STR(e.code, "ocr.lang");
		CHECK(e.class == ERR_FATAL);
	}
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		CHECK(scripts_check(good[i], &e) == 0);
}

int
main(void)
{
	folder_begin();
	joins_what_is_there();
	begins_with_the_locales_language();
	knows_the_whole_of_a_script();
	tells_all_of_it();
	knows_names_and_packages();
	stands_alone();
	folder_end();
	return 0;
}
