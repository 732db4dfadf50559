#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "doc/choice.h"
#include "doc/kind.h"

static char
plain_letter(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

/* Whether the word word[0..n) is that name. */
static bool
is_named(const char *name, const char *word, size_t n)
{
	const char *end = word + n;

	for (;; name++, word++) {
		name += strspn(name, " ");
		while (word < end && *word == ' ')
			word++;
		if (word == end || !*name)
			return word == end && !*name;
		if (plain_letter(*word) != plain_letter(*name))
			return false;
	}
}

static int
no_such_kind(const struct kind *table, const char *word, size_t n, struct err *e)
{
	struct buf names = BUF_INIT(300);

	for (const struct kind *k = table; k->name; k++)
		(void)buf_printf(&names, "%s%s", k == table ? "" : ", ", k->name);
	err_set(e, ERR_VALIDATION, CODE_DOCUMENT_TYPE,
	    "%.*s: no kind of document that is known: %.*s", (int)n, word, (int)names.len,
	    names.len ? names.p : "");
	buf_release(&names);
	return -1;
}

/* Mark the rows of that name, which may be several. */
static int
mark_kinds(const struct kind *table, const char *word, size_t n, bool marks[CHOICE_KINDS],
    struct err *e)
{
	bool any = false;

	for (size_t i = 0; i < CHOICE_KINDS && table[i].name; i++)
		if (is_named(table[i].name, word, n) || is_named(table[i].mime, word, n))
			any = marks[i] = true;
	return any ? 0 : no_such_kind(table, word, n, e);
}

int
choice_take(struct choice *c, const struct kind *table, const char *list, struct err *e)
{
	size_t n;

	table = table ? table : kind_all;
	c->some = true;
	for (;; list += n + 1) {
		n = strcspn(list, ",");
		if (mark_kinds(table, list, n, c->taken, e) < 0)
			return -1;
		if (!list[n])
			return 0;
	}
}

int
choice_limit(struct choice *c, const struct kind *table, const char *text, struct err *e)
{
	const size_t n = strcspn(text, "=");
	const char *digits = text[n] ? text + n + 1 : text + n;
	const size_t len = strspn(digits, "0123456789");
	const long long most = len > 0 && len < 17 && !digits[len] ? strtoll(digits, NULL, 10) : 0;
	bool marks[CHOICE_KINDS] = { false };

	table = table ? table : kind_all;
	if (mark_kinds(table, text, n, marks, e) < 0)
		return -1;
	if (most < 1 || most > 1LL << 52)
		return err_set(e, ERR_VALIDATION, CODE_DOCUMENT_LARGE,
		    "%s: not TYPE=BYTES, as pdf=100000000", text);
	for (size_t i = 0; i < CHOICE_KINDS; i++)
		c->most[i] = marks[i] ? most : c->most[i];
	return 0;
}

int
choice_allows(const struct choice *c, const struct kind *table, const struct kind *k,
    long long bytes, struct err *e)
{
	const size_t i = k ? (size_t)(k - table) : CHOICE_KINDS;

	if (c->some && (i >= CHOICE_KINDS || !c->taken[i]))
		return err_set(e, ERR_VALIDATION, CODE_DOCUMENT_TYPE,
		    "it is %s, and " CODE_LEFT_OUT, k ? k->name : "of no kind that is known");
	if (i < CHOICE_KINDS && c->most[i] > 0 && bytes > c->most[i])
		return err_set(e, ERR_VALIDATION, CODE_DOCUMENT_LARGE,
		    "%lld bytes, and of %s at most %lld are taken", bytes, k->name, c->most[i]);
	return 0;
}
