#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <tesseract/capi.h>

#include "base/err.h"
#include "base/mem.h"
#include "img/image.h"
#include "ocr/tess.h"

/* OpenMP 5.0, 3.2.16; omp.h is a header of the compiler, not of libgomp. */
extern void omp_set_max_active_levels(int levels);

enum { LANG_MAX = 100 };

struct tess {
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
		return err_set(e, ERR_FATAL, "ocr.lang", "no language data for %s: %s is not there",
		    name, path);
	for (i = 0; name[i]; i++)
		package[i] = name[i] == '_' ? '-' : (char)tolower((unsigned char)name[i]);
	package[i] = '\0';
	return err_set(e, ERR_FATAL, "ocr.lang",
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
		return err_set(e, ERR_FATAL, "ocr.lang", "\"%.*s\" is not the name of a language",
		    n < LANG_MAX ? (int)n : LANG_MAX, s);
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

/* Tesseract loads what it can of several languages and calls that success. */
static int
load(TessBaseAPI *api, const char *lang, struct err *e)
{
	int r = TessBaseAPIInit3(api, NULL, lang);
	const char *dir = TessBaseAPIGetDatapath(api);

	if (check_names(lang, dir ? dir : "", e) < 0)
		return -1;
	if (r != 0)
		return err_set(e, ERR_FATAL, "ocr.lang",
		    "the language data of %s in %s cannot be loaded", lang,
		    dir ? dir : "no directory");
	return 0;
}

struct tess *
tess_new(const char *lang, struct err *e)
{
	struct tess *t;
	TessBaseAPI *api;

	omp_set_max_active_levels(0);
	if (check_names(lang, NULL, e) < 0)
		return NULL;
	api = TessBaseAPICreate();
	/* Else a page with no text, or no resolution, is a line on stderr. */
	TessBaseAPISetVariable(api, "debug_file", "/dev/null");
	if (load(api, lang, e) < 0) {
		TessBaseAPIEnd(api);
		TessBaseAPIDelete(api);
		return NULL;
	}
	TessBaseAPISetPageSegMode(api, PSM_AUTO);
	t = mem_new(1, sizeof(*t));
	t->api = api;
	return t;
}

int
tess_read(struct tess *t, const struct image *im, long dpi, struct tess_page *page, struct err *e)
{
	*page = (struct tess_page){ 0 };
	if (im->width > IMAGE_SIDE_MAX || im->height > IMAGE_SIDE_MAX)
		return err_set(e, ERR_PERMANENT, "ocr.failed", "%u x %u pixels are too many",
		    (unsigned)im->width, (unsigned)im->height);
	/* What it learned of the page before must not change this one. */
	TessBaseAPIClearAdaptiveClassifier(t->api);
	TessBaseAPISetImage(t->api, im->px, (int)im->width, (int)im->height, 1, (int)im->width);
	if (dpi > 0)
		TessBaseAPISetSourceResolution(t->api, (int)dpi);
	page->text = TessBaseAPIGetUTF8Text(t->api);
	/* Noise can have words that are blank, of which it is quite sure. */
	if (page->text && page->text[strspn(page->text, " \t\r\n\f")])
		page->confidence = TessBaseAPIMeanTextConf(t->api) / 100.0;
	TessBaseAPIClear(t->api);
	if (!page->text)
		return err_set(e, ERR_PERMANENT, "ocr.failed", "Tesseract gave no result");
	return 0;
}

void
tess_page_release(struct tess_page *page)
{
	if (page->text)
		TessDeleteText(page->text);
	page->text = NULL;
}

void
tess_free(struct tess *t)
{
	if (!t)
		return;
	TessBaseAPIEnd(t->api);
	TessBaseAPIDelete(t->api);
	free(t);
}
