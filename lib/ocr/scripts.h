/*
 * ocr/scripts.h - which languages a page is read in, by its script, of those whose data
 * is installed.
 *
 * A script is a row of a table, by the names that Tesseract's osd has for it, with its
 * languages, those most often met first.  All that are installed, up to
 * SCRIPT_LANGS, are joined: reading in four costs about twice what reading in one
 * does.  Where none is, or more are, and data of the script as a whole is there
 * ("Latin", as Debian has it, or "script/Latin"), it is read by that, which knows all of
 * them, and costs three times as much.
 */
#ifndef OCR_SCRIPTS_H
#define OCR_SCRIPTS_H

#include <stddef.h>

struct err;
struct scripts;

#define SCRIPTS_AUTO "auto" /* the languages asked for, where they are to be found */

enum { SCRIPT_LANGS = 4 };

/*
 * Of a directory's data.  The language of locale, as "de_AT.UTF-8", comes before the
 * others of its script, and its script is the usual one, where there is data for it;
 * NULL: none is set.  NULL: there is no data of any language of the table.
 */
struct scripts *scripts_new(const char *dir, const char *locale);
void scripts_free(struct scripts *); /* NULL is allowed */

/* Whether lang names languages, or is that alone.  Fails with fatal ocr.lang: it is both. */
int scripts_check(const char *lang, struct err *);
/* All that as a line, to be freed, and of such a line; NULL: it is none. */
char *scripts_tell(const struct scripts *);
struct scripts *scripts_told(const char *line);

/* The number of a script by a name of osd's; -1: it is not known. */
int scripts_find(const char *name);
/* Scripts have the numbers below that. */
int scripts_count(void);
const char *scripts_name(int script);
/* The package of its first language, to be freed. */
char *scripts_package(int script);

/* Its languages, as "rus+ukr"; NULL: there is no data, or no such script. */
const char *scripts_langs(const struct scripts *, int script);
/* The script of pages that do not tell theirs: it has languages. */
int scripts_usual(const struct scripts *);

#endif
