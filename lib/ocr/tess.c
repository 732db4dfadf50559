#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <tesseract/capi.h>

#include "base/dl.h"
#include "base/err.h"
#include "base/mem.h"
#include "img/image.h"
#include "ocr/tess.h"

#define LIBRARY "libtesseract.so.5"
/* Where Debian's library looks for data that TESSDATA_PREFIX does not place. */
#define DATA "/usr/share/tesseract-ocr/5/tessdata"

enum { LANG_MAX = 100, WORDS_MAX = 100000, SIDE_MAX = INT16_MAX };

/* All that is called of it, under the names it has there; omp_ is of its libgomp. */
#define EACH_CALL(X) \
	X(TessBaseAPICreate) \
	X(TessBaseAPIDelete) \
	X(TessBaseAPIEnd) \
	X(TessBaseAPISetVariable) \
	X(TessBaseAPIInit3) \
	X(TessBaseAPIGetDatapath) \
	X(TessBaseAPISetPageSegMode) \
	X(TessBaseAPIClearAdaptiveClassifier) \
	X(TessBaseAPISetImage) \
	X(TessBaseAPISetSourceResolution) \
	X(TessBaseAPIGetUTF8Text) \
	X(TessBaseAPIMeanTextConf) \
	X(TessBaseAPIClear) \
	X(TessBaseAPIDetectOrientationScript) \
	X(TessBaseAPIGetIterator) \
	X(TessResultIteratorGetPageIteratorConst) \
	X(TessResultIteratorConfidence) \
	X(TessResultIteratorGetUTF8Text) \
	X(TessResultIteratorNext) \
	X(TessResultIteratorDelete) \
	X(TessPageIteratorBoundingBox) \
	X(TessPageIteratorIsAtBeginningOf) \
	X(TessDeleteText) \
	X(TessVersion) \
	X(omp_set_max_active_levels)

/* OpenMP 5.0, 3.2.16; omp.h is a header of the compiler, not of libgomp. */
extern void omp_set_max_active_levels(int levels);

struct tess { /* the calls first, for dl_load */
#define X(name) __typeof__ (&(name))(name);
	EACH_CALL(X)
#undef X
	TessBaseAPI *api;
};

/* Names become paths below the data directory: they must not climb out. */
static bool
name_ok(const char *s, size_t n)
{
	size_t i;

	if (n == 0 || n >= LANG_MAX || s[0] == '/' || s[n - 1] == '/')
		return false;
	for (i = 0; i < n; i++)
		if (!isalnum((unsigned char)s[i]) && !strchr("_-/", s[i]))
			return false;
	return true;
}

static int
missing(const char *name, const char *path, struct err *e)
{
	char package[LANG_MAX];
	size_t i;

	if (strchr(name, '/'))
		return err_set(e, ERR_FATAL, CODE_OCR_LANG,
		    "no language data for %s: %s is not there", name, path);
	for (i = 0; name[i]; i++)
		package[i] = name[i] == '_' ? '-' : (char)tolower((unsigned char)name[i]);
	package[i] = '\0';
	return err_set(e, ERR_FATAL, CODE_OCR_LANG,
	    "no language data for %s: "
	    "install the package tesseract-ocr-%s (%s is not there)",
	    name, package, path);
}

/* One language of several; dir NULL: look at its name alone. */
static int
check_name(const char *s, size_t n, const char *dir, struct err *e)
{
	char *name, *path;
	int r = 0;

	if (!name_ok(s, n))
		return err_set(e, ERR_FATAL, CODE_OCR_LANG,
		    "\"%.*s\" is not the name of a language", n < LANG_MAX ? (int)n : LANG_MAX, s);
	if (!dir)
		return 0;
	name = mem_copy(s, n);
	path = mem_printf("%s%s%s.traineddata", dir, *dir && dir[strlen(dir) - 1] == '/' ? "" : "/",
	    name);
	if (access(path, R_OK) < 0)
		r = missing(name, path, e);
	free(path);
	free(name);
	return r;
}

static int
check_names(const char *lang, const char *dir, struct err *e)
{
	const char *s = lang;
	size_t n;

	for (;; s += n + 1) {
		n = strcspn(s, "+");
		if (check_name(s, n, dir, e) < 0)
			return -1;
		if (s[n] == '\0')
			return 0;
	}
}

static const char *
default_dir(void)
{
	const char *dir = getenv("TESSDATA_PREFIX");

	return dir ? dir : DATA;
}

bool
tess_has(const char *lang)
{
	struct err e;

	return check_names(lang, default_dir(), &e) == 0;
}

char *
tess_dir(const char *lang, struct err *e)
{
	struct tess *t;
	char *dir;

	if (tess_has(lang))
		return mem_dup(default_dir());
	if (!(t = tess_new(lang, e)))
		return NULL;
	dir = mem_dup(t->TessBaseAPIGetDatapath(t->api));
	tess_free(t);
	return dir;
}

/* What OpenMP and C++ leave behind in a process stays, as the library does. */
static int
find_calls(struct tess *t, struct err *e)
{
#define X(name) #name,
	static const char *const names[] = { EACH_CALL(X) };
#undef X
	static const struct dl dl = { LIBRARY, "libtesseract5", CODE_OCR_LANG, names,
		sizeof(names) / sizeof(*names) };

	return dl_load(&dl, t, e);
}

const char *
tess_version(struct err *e)
{
	struct tess t;

	return find_calls(&t, e) < 0 ? NULL : t.TessVersion();
}

/* Tesseract loads what it can of several languages and calls that success. */
static int
load(struct tess *t, const char *lang, struct err *e)
{
	int r = t->TessBaseAPIInit3(t->api, NULL, lang);
	const char *dir = t->TessBaseAPIGetDatapath(t->api);

	if (check_names(lang, dir ? dir : "", e) < 0)
		return -1;
	if (r != 0)
		return err_set(e, ERR_FATAL, CODE_OCR_LANG,
		    "the language data of %s in %s cannot be loaded", lang,
		    dir ? dir : "no directory");
	return 0;
}

struct tess *
tess_new(const char *lang, struct err *e)
{
	struct tess *t = mem_new(1, sizeof(*t));

	if (check_names(lang, NULL, e) < 0 || find_calls(t, e) < 0) {
		free(t);
		return NULL;
	}
	t->omp_set_max_active_levels(0);
	t->api = t->TessBaseAPICreate();
	/* Else a page with no text, or no resolution, is a line on stderr. */
	t->TessBaseAPISetVariable(t->api, "debug_file", "/dev/null");
	if (load(t, lang, e) < 0) {
		tess_free(t);
		return NULL;
	}
	t->TessBaseAPISetPageSegMode(t->api, PSM_AUTO);
	return t;
}

int
tess_set(struct tess *t, const char *set, struct err *e)
{
	const char *value = strchr(set, '=');
	char *name = value ? mem_copy(set, (size_t)(value - set)) : NULL;
	int r = 0;

	if (!name || !t->TessBaseAPISetVariable(t->api, name, value + 1))
		r = err_set(e, ERR_FATAL, CODE_OCR_PROFILE,
		    "Tesseract has no variable like that, which can be set: %s", set);
	free(name);
	return r;
}

static size_t
letters_of(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += isalnum((unsigned char)*s) || (*s & 0xc0) == 0xc0;
	return n;
}

/* The word where the iterator is; false: it is blank. */
static bool
word_at(const struct tess *t, const TessResultIterator *it, struct tess_word *w)
{
	const TessPageIterator *page = t->TessResultIteratorGetPageIteratorConst(it);
	char *text = t->TessResultIteratorGetUTF8Text(it, RIL_WORD);
	bool is_word = text && text[strspn(text, " \t\r\n\f")] &&
	    t->TessPageIteratorBoundingBox(page, RIL_WORD, &w->x0, &w->y0, &w->x1, &w->y1);

	if (is_word) {
		w->confidence = t->TessResultIteratorConfidence(it, RIL_WORD) / 100.0;
		w->letters = letters_of(text);
	}
	if (text)
		t->TessDeleteText(text);
	return is_word;
}

static void
take_words(const struct tess *t, struct tess_page *page)
{
	TessResultIterator *it = t->TessBaseAPIGetIterator(t->api);
	size_t cap = 0, lines = 0;
	bool begins = true; /* the line has had no word */

	if (!it)
		return;
	do {
		begins |=
		    t->TessPageIteratorIsAtBeginningOf(t->TessResultIteratorGetPageIteratorConst(
							   it),
			RIL_TEXTLINE);
		if (page->n == cap) {
			cap = cap ? 2 * cap : 256;
			page->words = mem_resize(page->words, cap, sizeof(*page->words));
		}
		if (!word_at(t, it, &page->words[page->n]))
			continue;
		lines += begins;
		begins = false;
		page->words[page->n++].line = lines - 1;
	} while (page->n < WORDS_MAX && t->TessResultIteratorNext(it, RIL_WORD));
	t->TessResultIteratorDelete(it);
}

int
tess_read(struct tess *t, const struct image *im, long dpi, struct tess_page *page, struct err *e)
{
	char *text;

	*page = (struct tess_page){ 0 };
	if (im->width > SIDE_MAX || im->height > SIDE_MAX)
		return err_set(e, ERR_PERMANENT, CODE_OCR_FAILED, "%u x %u pixels are too many",
		    (unsigned)im->width, (unsigned)im->height);
	/* What it learned of the page before must not change this one. */
	t->TessBaseAPIClearAdaptiveClassifier(t->api);
	t->TessBaseAPISetImage(t->api, im->px, (int)im->width, (int)im->height, 1, (int)im->width);
	if (dpi > 0)
		t->TessBaseAPISetSourceResolution(t->api, (int)dpi);
	text = t->TessBaseAPIGetUTF8Text(t->api);
	/* Noise can have words that are blank, of which it is quite sure. */
	if (text && text[strspn(text, " \t\r\n\f")]) {
		page->confidence = t->TessBaseAPIMeanTextConf(t->api) / 100.0;
		take_words(t, page);
	}
	t->TessBaseAPIClear(t->api);
	if (!text)
		return err_set(e, ERR_PERMANENT, CODE_OCR_FAILED, "Tesseract gave no result");
	page->text = mem_dup(text);
	t->TessDeleteText(text);
	return 0;
}

int
tess_lines(struct tess *t, const struct image *im, long dpi, struct tess_page *page, struct err *e)
{
	int r;

	t->TessBaseAPISetPageSegMode(t->api, PSM_SINGLE_BLOCK);
	r = tess_read(t, im, dpi, page, e);
	t->TessBaseAPISetPageSegMode(t->api, PSM_AUTO);
	return r;
}

const char *
tess_script(struct tess *t, const struct image *im, long dpi, double *sure)
{
	const char *name = NULL;
	float turned_sure = 0, script_sure = 0;
	int turned = 0;
	bool told;

	if (im->width > SIDE_MAX || im->height > SIDE_MAX)
		return NULL;
	t->TessBaseAPISetImage(t->api, im->px, (int)im->width, (int)im->height, 1, (int)im->width);
	if (dpi > 0)
		t->TessBaseAPISetSourceResolution(t->api, (int)dpi);
	told = t->TessBaseAPIDetectOrientationScript(t->api, &turned, &turned_sure, &name,
	    &script_sure);
	t->TessBaseAPIClear(t->api);
	*sure = script_sure;
	return told ? name : NULL;
}

void
tess_page_release(struct tess_page *page)
{
	free(page->text);
	free(page->words);
	*page = (struct tess_page){ 0 };
}

void
tess_free(struct tess *t)
{
	if (!t)
		return;
	t->TessBaseAPIEnd(t->api);
	t->TessBaseAPIDelete(t->api);
	free(t);
}
