/*
 * doc/texts.h - the kinds of documents that are text: how each is known (doc/kind.h).
 *
 * Any file of words is text, and what a name says of it is only a hint.  But a hint
 * may narrow: words under the name of a scan are an error page that somebody has
 * saved, or a file that is spoiled, and no document; and whether words are a table
 * or Markdown only their name tells.
 */
#ifndef DOC_TEXTS_H
#define DOC_TEXTS_H

#include <stdbool.h>
#include <stddef.h>

struct rec;

/* What others say that a file is; NULL: nothing. */
struct texts_hint {
	const char *name; /* of which the ending counts */
	const char *type; /* as Content-Type has it: of a name without an ending */
};

/* As the document's record has it, lent. */
struct texts_hint texts_hint_of(struct rec *);

/* Whether its first bytes are those of such a file. */
bool texts_is_html(const char *head, size_t n);
bool texts_is_mail(const char *head, size_t n); /* RFC 5322: two of the usual fields */
/* Words in UTF-8, UTF-16 with a byte order mark or any 8-bit code, and no other language's. */
bool texts_is_words(const char *head, size_t n);

/* Whether a file that is called so may be one of those. */
bool texts_may_be_plain(const struct texts_hint *); /* .txt and the like, or no ending */
bool texts_may_be_markdown(const struct texts_hint *);
bool texts_may_be_table(const struct texts_hint *);
bool texts_may_be_any(const struct texts_hint *);
bool texts_may_be_other(const struct texts_hint *); /* not as a kind that is no text is called */

/* The charset of a Content-Type, as text[0..size): false where it names none. */
bool texts_charset(const char *type, char *text, size_t size);

#endif
