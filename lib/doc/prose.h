/*
 * doc/prose.h - documents that are text, each for the table of kinds (doc/kind.h).
 *
 * Each is made into one file of Markdown in the work directory, which is then given
 * page by page: a form feed ends a page, and so does an empty line that is not within
 * a block of code, where a page would have more than PROSE_PAGE bytes.
 */
#ifndef DOC_PROSE_H
#define DOC_PROSE_H

#include <stddef.h>

struct buf;
struct err;
struct maker;

enum { PROSE_PAGE = 256 << 10 };

#define PROSE_TEXT ".text"         /* the document as UTF-8 */
#define PROSE_MARKDOWN ".markdown" /* what is made of it */

/* Write the document as UTF-8, by its own charset, or the one that its hint names. */
int prose_text(struct maker *, const char *charset, struct err *);
/* Make an empty file of that name in the work directory: a descriptor. */
int prose_new(struct maker *, const char *name, struct err *);
/* Append what b has to fd, and empty it. */
int prose_put(int fd, struct buf *b, struct err *);
/* Say the pages of the Markdown in the file of that name: all that is left to do. */
int prose_say(struct maker *, const char *name, struct err *);

/*
 * Append words to fd as Markdown: lines stay lines, empty lines part paragraphs, and
 * nothing in them is markup; where blanks make columns, as code.
 */
struct wording;
int prose_blocks(int fd, const struct wording *, struct err *);

/* Openers. */
int prose_plain(struct maker *, struct err *);
int prose_markdown(struct maker *, struct err *);
int prose_table(struct maker *, struct err *);

#endif
