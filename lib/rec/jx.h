/*
 * rec/jx.h - JSON text and values, around libjq.
 *
 * Two things live here: a strict scanner (RFC 8259, UTF-8 included, no half of
 * a surrogate pair, depth at most 256) that finds the spans of an object's
 * members without changing a byte, because libjq turns big integers into
 * doubles and bad UTF-8 into U+FFFD; and short-hands for libjq's values.
 * There a jv by value is given away, a jv * is lent.
 *
 * What the scanner takes libjq 1.6 can parse: depth is that of its stack, where
 * an object's member is one level and its value's array or object another.
 */
#ifndef REC_JX_H
#define REC_JX_H

#include <stdbool.h>
#include <stddef.h>

#include <jv.h>

struct err;

struct jx_span {
	size_t name, name_len; /* the name, quotes excluded, as written */
	size_t value, value_len;
	bool escaped; /* the name is written with escapes */
};

struct jx_members {
	struct jx_span *v;
	size_t n, cap;
};

/*
 * Check that text[0..len) is one JSON object, white space around it allowed,
 * and list its members in order of appearance into *m, whose memory is
 * reused; free(m->v) at the end.  Fails with validation/record.syntax.
 */
int jx_scan(const char *text, size_t len, struct jx_members *m, struct err *);

/*
 * The bytes, no NUL behind them, of the string that is the object's last member
 * of that name.  text is a member's value in what jx_scan took.  false, too,
 * where that string, or a name, is written with escapes: parse it then.
 */
bool jx_plain(const char *text, size_t len, const char *name, const char **s, size_t *n);

/* The string's bytes, or NULL when it is no string or holds a NUL. Borrowed. */
const char *jx_cstr(const jv *string);
/* Set a member, replacing what was there. */
void jx_set(jv *obj, const char *name, jv value);
/* A member; invalid (free it all the same) where there is none. */
jv jx_get(const jv *obj, const char *name);

/* The array of words, or a new one, with the word too: sorted, once. words is given away. */
jv jx_add_word(jv words, const char *word);

#endif
