#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "ocr/scripts.h"

/* A language is NAME or NAME:LOCALE. */
static const struct {
	const char *name, *whole; /* osd's, and those of data of it as a whole */
	const char *langs;
	const char *also; /* other names that osd has for it; NULL: none */
} rows[] = {
	{ "Latin", "Latin",
	    "eng:en deu:de fra:fr spa:es ita:it por:pt nld:nl pol:pl tur:tr ces:cs swe:sv hun:hu "
	    "ron:ro vie:vi dan:da nor:nb fin:fi slk:sk hrv:hr cat:ca ind:id slv:sl lit:lt lav:lv "
	    "est:et msa:ms isl:is glg:gl eus:eu sqi:sq bos:bs srp_latn gle:ga cym:cy mlt:mt afr:af "
	    "swa:sw aze:az uzb:uz fil:fil jav:jv epo:eo lat:la bre:br ltz:lb oci:oc fao:fo fry:fy "
	    "gla:gd hat:ht que:qu mri:mi ton:to yor:yo cos:co sun:su kmr:ku",
	    NULL },
	{ "Cyrillic", "Cyrillic",
	    "rus:ru ukr:uk bul:bg srp:sr bel:be mkd:mk kaz:kk mon:mn kir:ky tgk:tg tat:tt "
	    "uzb_cyrl aze_cyrl",
	    NULL },
	{ "Greek", "Greek", "ell:el grc", NULL },
	{ "Arabic", "Arabic", "ara:ar fas:fa urd:ur pus:ps uig:ug snd:sd", NULL },
	{ "Hebrew", "Hebrew", "heb:he yid:yi", NULL },
	{ "Han", "HanS HanT", "chi_sim:zh chi_tra:zh_TW", NULL },
	{ "Japanese", "Japanese", "jpn:ja", "Hiragana Katakana" },
	{ "Korean", "Hangul", "kor:ko", "Hangul" },
	{ "Devanagari", "Devanagari", "hin:hi mar:mr nep:ne san:sa", NULL },
	{ "Bengali", "Bengali", "ben:bn asm:as", NULL },
	{ "Thai", "Thai", "tha:th", NULL },
	{ "Tamil", "Tamil", "tam:ta", NULL },
	{ "Telugu", "Telugu", "tel:te", NULL },
	{ "Gujarati", "Gujarati", "guj:gu", NULL },
	{ "Gurmukhi", "Gurmukhi", "pan:pa", NULL },
	{ "Kannada", "Kannada", "kan:kn", NULL },
	{ "Malayalam", "Malayalam", "mal:ml", NULL },
	{ "Oriya", "Oriya", "ori:or", NULL },
	{ "Sinhala", "Sinhala", "sin:si", NULL },
	{ "Myanmar", "Myanmar", "mya:my", NULL },
	{ "Khmer", "Khmer", "khm:km", NULL },
	{ "Lao", "Lao", "lao:lo", NULL },
	{ "Tibetan", "Tibetan", "bod:bo dzo:dz", NULL },
	{ "Georgian", "Georgian", "kat:ka kat_old", NULL },
	{ "Armenian", "Armenian", "hye:hy", NULL },
	{ "Ethiopic", "Ethiopic", "amh:am tir:ti", NULL },
	{ "Syriac", "Syriac", "syr", NULL },
	{ "Thaana", "Thaana", "div:dv", NULL },
	{ "Cherokee", "Cherokee", "chr:chr", NULL },
	{ "Canadian_Aboriginal", "Canadian_Aboriginal", "iku:iu", NULL },
	{ "Fraktur", "Fraktur", "frk deu_latf deu_frak", NULL },
};

enum { ROWS = sizeof(rows) / sizeof(*rows) };

struct scripts {
	char *langs[ROWS]; /* NULL: none */
	int usual;
};

/* The next of words with blanks between them, or NULL; into *s what is behind it. */
static const char *
word_of(const char **s, size_t *len)
{
	const char *word = *s + strspn(*s, " ");

	*len = strcspn(word, " ");
	*s = word + *len;
	return *len ? word : NULL;
}

static bool
script_is_there(const char *dir, const char *name)
{
	char *path = mem_printf("%s/%s.traineddata", dir, name);
	const bool there = access(path, R_OK) == 0;

	free(path);
	return there;
}

/* Languages that are joined. */
struct joined {
	char *names; /* NULL: none yet */
	size_t n;    /* all there are, which may be more than were joined */
};

static void
join_lang(struct joined *j, const char *name)
{
	char *both;

	if (j->n++ >= SCRIPT_LANGS)
		return;
	both = j->names ? mem_printf("%s+%s", j->names, name) : mem_dup(name);
	free(j->names);
	j->names = both;
}

/* How much of a locale is the language's that a word of a row names; 0: it is another. */
static size_t
locale_fits(const char *locale, const char *word, size_t len)
{
	const char *colon = memchr(word, ':', len);
	const size_t n = colon ? len - (size_t)(colon + 1 - word) : 0;

	if (n == 0 || strncmp(locale, colon + 1, n) != 0 || isalpha((unsigned char)locale[n]))
		return 0;
	return n;
}

/* The word of a row that fits a locale best, or NULL. */
static const char *
spoken_there(const char *langs, const char *locale)
{
	const char *word, *best = NULL;
	size_t len, most = 0;

	while (locale && (word = word_of(&langs, &len))) {
		const size_t n = locale_fits(locale, word, len);

		if (n > most) {
			most = n;
			best = word;
		}
	}
	return best;
}

static void
join_word(struct joined *j, const char *dir, const char *word, size_t len)
{
	const char *colon = memchr(word, ':', len);
	char *name = mem_copy(word, colon ? (size_t)(colon - word) : len);

	if (script_is_there(dir, name))
		join_lang(j, name);
	free(name);
}

static void
join_whole(struct joined *j, const char *dir, const char *names)
{
	const char *word;
	size_t len;

	while ((word = word_of(&names, &len))) {
		char *name = mem_copy(word, len), *below = mem_printf("script/%s", name);

		if (script_is_there(dir, name))
			join_lang(j, name);
		else if (script_is_there(dir, below))
			join_lang(j, below);
		free(name);
		free(below);
	}
}

/* What is there for a script; *first: the locale's language is among it. */
static char *
langs_there(int row, const char *dir, const char *locale, bool *first)
{
	const char *langs = rows[row].langs, *word, *own = spoken_there(langs, locale);
	struct joined j = { NULL, 0 }, whole = { NULL, 0 };
	size_t len;

	if (own)
		join_word(&j, dir, own, strcspn(own, " "));
	*first = j.n > 0;
	while ((word = word_of(&langs, &len)))
		if (word != own)
			join_word(&j, dir, word, len);
	if (j.n == 0 || j.n > SCRIPT_LANGS)
		join_whole(&whole, dir, rows[row].whole);
	if (!whole.names)
		return j.names;
	free(j.names);
	return whole.names;
}

struct scripts *
scripts_new(const char *dir, const char *locale)
{
	struct scripts *s = mem_new(1, sizeof(*s));
	int first = -1;

	s->usual = -1;
	for (int i = ROWS - 1; i >= 0; i--) {
		bool own;

		s->langs[i] = langs_there(i, dir, locale, &own);
		s->usual = own ? i : s->usual;
		first = s->langs[i] ? i : first;
	}
	s->usual = s->usual >= 0 ? s->usual : first;
	if (s->usual >= 0)
		return s;
	scripts_free(s);
	return NULL;
}

void
scripts_free(struct scripts *s)
{
	for (int i = 0; s && i < ROWS; i++)
		free(s->langs[i]);
	free(s);
}

int
scripts_check(const char *lang, struct err *e)
{
	const size_t len = strlen(SCRIPTS_AUTO);
	const char *s = lang;

	if (strcmp(lang, SCRIPTS_AUTO) == 0)
		return 0;
	for (size_t n; *s; s += n + (s[n] == '+')) {
		n = strcspn(s, "+");
		if (n == len && memcmp(s, SCRIPTS_AUTO, n) == 0)
			return err_set(e, ERR_FATAL, CODE_OCR_LANG,
			    "--lang %s: " SCRIPTS_AUTO " stands alone", lang);
	}
	return 0;
}

char *
scripts_tell(const struct scripts *s)
{
	char *line = mem_printf(SCRIPTS_AUTO " %s", scripts_name(s->usual)), *more;

	for (int i = 0; i < ROWS; i++)
		if (s->langs[i]) {
			more = mem_printf("%s %s=%s", line, scripts_name(i), s->langs[i]);
			free(line);
			line = more;
		}
	return line;
}

static bool
has_name(const char *names, const char *name, size_t n)
{
	const char *word;
	size_t len;

	while (names && (word = word_of(&names, &len)))
		if (len == n && memcmp(word, name, n) == 0)
			return true;
	return false;
}

static int
find_name(const char *name, size_t n)
{
	for (int i = 0; i < ROWS; i++)
		if (has_name(rows[i].name, name, n) || has_name(rows[i].also, name, n))
			return i;
	return -1;
}

struct scripts *
scripts_told(const char *line)
{
	struct scripts *s = mem_new(1, sizeof(*s));
	const char *word;
	size_t len;

	s->usual = -1;
	word = word_of(&line, &len);
	if (word && len == strlen(SCRIPTS_AUTO) && memcmp(word, SCRIPTS_AUTO, len) == 0 &&
	    (word = word_of(&line, &len)))
		s->usual = find_name(word, len);
	while (s->usual >= 0 && (word = word_of(&line, &len))) {
		const size_t n = strcspn(word, "=");
		const int i = n < len ? find_name(word, n) : -1;

		if (i >= 0 && !s->langs[i])
			s->langs[i] = mem_copy(word + n + 1, len - n - 1);
	}
	if (s->usual >= 0 && s->langs[s->usual])
		return s;
	scripts_free(s);
	return NULL;
}

int
scripts_find(const char *name)
{
	return find_name(name, strlen(name));
}

int
scripts_count(void)
{
	return ROWS;
}

const char *
scripts_name(int script)
{
	return rows[script].name;
}

char *
scripts_package(int script)
{
	char *package = mem_printf("tesseract-ocr-%.*s", (int)strcspn(rows[script].langs, ": "),
	    rows[script].langs);

	for (char *s = package; *s; s++)
		*s = *s == '_' ? '-' : *s;
	return package;
}

const char *
scripts_langs(const struct scripts *s, int script)
{
	return script >= 0 && script < ROWS ? s->langs[script] : NULL;
}

int
scripts_usual(const struct scripts *s)
{
	return s->usual;
}
