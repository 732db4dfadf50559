/*
 * doc/html.h - HTML and EPUB as Markdown, each for the table of kinds (doc/kind.h).
 *
 * By pandoc, behind HTML Tidy, which closes what nobody has closed: in the jail, so
 * that nothing is fetched, and no script is run.  Of images and links what leads to
 * the web stays, of others the words.
 */
#ifndef DOC_HTML_H
#define DOC_HTML_H

#include <stdbool.h>

struct err;
struct maker;

int html_document(struct maker *, struct err *);
int html_epub(struct maker *, struct err *);

/*
 * The HTML in the file of that name in the work directory, which is UTF-8, as Markdown
 * into another.  bytes: how long it is.
 */
int html_markdown(struct maker *, const char *name, long bytes, const char *to, struct err *);

#endif
