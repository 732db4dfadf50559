#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/ranges.h"
#include "base/recent.h"
#include "md/fields.h"
#include "md/join.h"
#include "md/spool.h"
#include "md/trust.h"
#include "rec/jx.h"
#include "rec/rec.h"
#include "work/doc.h"

enum { TABLE = 4096 };

/* A document that is being put together. */
struct group {
	struct group *next, *prev; /* the one that came before, and after */
	struct group *chain;       /* of its table */
	char *key, *work, *head;   /* the last is of a document's part */
	struct rec *doc;           /* the first page that came, less page members */
	struct spool spool;
	size_t want; /* page records in all */
	size_t nfailed;
	jv took, engines, failed;
	struct trust trust;
	struct fields fields;
	struct err e; /* of the page error that counts most so far */
	char code[SPOOL_CODE_MAX];
	long e_page;  /* whose it is */
	bool e_final; /* it fails the document, whatever else there is */
};

struct join {
	enum join_on_error on_error;
	enum join_on_doubt on_doubt;
	struct group *groups;       /* the last that came is first */
	struct group *table[TABLE]; /* by their keys */
	struct group *over;         /* whose error code the caller may still hold */
	struct recent done;
};

struct join *
join_new(enum join_on_error on_error, enum join_on_doubt on_doubt)
{
	struct join *j = mem_new(1, sizeof(*j));

	j->on_error = on_error;
	j->on_doubt = on_doubt;
	return j;
}

static void
group_free(struct group *g)
{
	if (!g)
		return;
	spool_drop(&g->spool);
	rec_free(g->doc);
	jv_free(g->took);
	jv_free(g->engines);
	jv_free(g->failed);
	trust_release(&g->trust);
	fields_release(&g->fields);
	free(g->key);
	free(g->work);
	free(g->head);
	free(g);
}

void
join_free(struct join *j)
{
	struct group *g;

	if (!j)
		return;
	while ((g = j->groups) != NULL) {
		j->groups = g->next;
		group_free(g);
	}
	group_free(j->over);
	free(j);
}

static struct group **
chain_of_key(struct join *j, const char *key)
{
	return &j->table[hash_text(key) % TABLE];
}

static struct group *
find_doc(struct join *j, const char *key)
{
	struct group *g = *chain_of_key(j, key);

	while (g && strcmp(g->key, key) != 0)
		g = g->chain;
	return g;
}

static void
group_link(struct join *j, struct group *g)
{
	struct group **chain = chain_of_key(j, g->key);

	g->chain = *chain;
	*chain = g;
	g->next = j->groups;
	if (g->next)
		g->next->prev = g;
	j->groups = g;
}

static void
group_unlink(struct join *j, struct group *g)
{
	struct group **p = chain_of_key(j, g->key);

	while (*p != g)
		p = &(*p)->chain;
	*p = g->chain;
	if (g->next)
		g->next->prev = g->prev;
	if (g->prev)
		g->prev->next = g->next;
	else
		j->groups = g->next;
}

/* Take the group off the list; what e may borrow of it is freed at the next call. */
static struct rec *
join_retire(struct join *j, struct group *g)
{
	struct rec *doc = g->doc;

	group_unlink(j, g);
	recent_add(&j->done, g->key);
	group_free(j->over);
	j->over = g;
	g->doc = NULL;
	spool_drop(&g->spool);
	rec_set(doc, "took_ms", jv_copy(g->took));
	return doc;
}

static struct rec *
document_of(const struct rec *page)
{
	static const char *const members[] = { "page", "pages", "image", "width", "height", "dpi",
		"pixels", "markdown", "layer", "layout", "regions", "engine", "confidence",
		"cached", "error", "blank", "boxes", "damaged", "doubt", "fields", "font_checks",
		"frames", "gate", "ink_unread", "lang", "picture", "rows_missing", "skew",
		"text_chars", "turned", "why", "words_hidden" };
	struct rec *r = rec_clone(page);
	size_t i;

	for (i = 0; i < sizeof(members) / sizeof(*members); i++)
		rec_del(r, members[i]);
	rec_set_str(r, "kind", "document");
	return r;
}

/* What its text begins with where it is of some pages only: a record may say anything. */
static char *
part_head(struct rec *doc)
{
	const char *only = rec_str(doc, "only_pages");
	const long pages = rec_int(doc, "doc_pages", 0);
	char text[RANGES_TEXT];
	struct ranges ranges;

	if (!only || pages < 1 || ranges_read(&ranges, only) < 0)
		return NULL;
	ranges_resolve(&ranges, pages);
	if (ranges.n == 0)
		return NULL;
	ranges_text(&ranges, text);
	return mem_printf("<!-- Of %ld pages: %s -->\n\n", pages, text);
}

static struct group *
group_new(struct join *j, struct rec *page, const char *key, struct err *e)
{
	struct group *g;
	struct rec *doc = document_of(page);

	if (doc_work(doc, e) < 0) {
		rec_free(doc);
		return NULL;
	}
	g = mem_new(1, sizeof(*g));
	g->key = mem_dup(key);
	g->doc = doc;
	g->work = mem_dup(rec_str(doc, "work"));
	g->spool.work = g->work;
	g->spool.head = g->head = part_head(doc);
	g->want = (size_t)rec_int(page, "pages", 0);
	g->took = jv_object();
	g->engines = jv_object();
	g->failed = jv_array();
	trust_init(&g->trust);
	fields_init(&g->fields);
	group_link(j, g);
	return g;
}

/* obj[name] += n */
static void
add_number(jv *obj, jv name, double n)
{
	jv was = jv_object_get(jv_copy(*obj), jv_copy(name));

	if (jv_get_kind(was) == JV_KIND_NUMBER)
		n += jv_number_value(was);
	jv_free(was);
	*obj = jv_object_set(*obj, name, jv_number(n));
}

static void
join_took(struct group *g, const struct rec *page)
{
	jv took = rec_get(page, "took_ms");

	if (jv_get_kind(took) == JV_KIND_OBJECT) {
		jv_object_foreach(took, name, ms)
		{
			if (jv_get_kind(ms) == JV_KIND_NUMBER)
				add_number(&g->took, jv_copy(name), jv_number_value(ms));
			jv_free(name);
			jv_free(ms);
		}
	}
	jv_free(took);
}

static enum err_class
class_named(const char *s)
{
	enum err_class class;

	return s && err_class_read(s, strlen(s), &class) && class != ERR_FATAL && class != ERR_BUSY
	    ? class
	    : ERR_VALIDATION;
}

/* A code is a dotted word: what else a record has there must not become markup. */
static void
code_in_gap(char code[SPOOL_CODE_MAX], const char *said)
{
	static const char word[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";

	if (!said || !*said || said[strspn(said, word)])
		said = "unknown";
	snprintf(code, SPOOL_CODE_MAX, "%s", said);
}

/*
 * Note a page's error.  One that was stopped or cancelled, or that may go
 * away while there are attempts left, is the document's own.  Of its like,
 * that of the lowest page counts: the order they came in says nothing.
 */
static void
note_error(struct join *j, struct group *g, struct rec *page, long no, char code[])
{
	jv error = rec_get(page, "error"), cls, cod, msg;
	enum err_class class;
	bool final;

	if (jv_get_kind(error) != JV_KIND_OBJECT) {
		jv_free(error);
		error = jv_object();
	}
	cls = jx_get(&error, "class");
	cod = jx_get(&error, "code");
	msg = jx_get(&error, "message");
	class = class_named(jx_cstr(&cls));
	code_in_gap(code, jx_cstr(&cod));
	final = class == ERR_CANCELLED || !strcmp(code, CODE_STAGE_STOPPED) ||
	    (j->on_error == JOIN_AUTO && class == ERR_TRANSIENT &&
		rec_int(page, "attempts_left", 0) > 0);
	if (g->nfailed++ == 0 || (final == g->e_final ? no < g->e_page : final)) {
		snprintf(g->code, sizeof(g->code), "%s", code);
		err_set(&g->e, class, g->code, "page %ld: %s", no,
		    jx_cstr(&msg) ? jx_cstr(&msg) : "?");
		g->e_page = no;
		g->e_final = final;
	}
	g->failed = jv_array_append(g->failed, jv_number((double)no));
	jv_free(error);
	jv_free(cls);
	jv_free(cod);
	jv_free(msg);
}

static int
take_failed(struct join *j, struct group *g, struct rec *page, long no, struct err *e)
{
	struct spool_page p = { .page = no, .failed = true };
	char code[SPOOL_CODE_MAX];

	note_error(j, g, page, no, code);
	p.len = strlen(code);
	return spool_add(&g->spool, &p, code, e);
}

/* The page's text goes to the spool, behind the mark where it gets one. */
static int
take_good(struct join *j, struct group *g, struct rec *page, long no, struct err *e)
{
	struct spool_page p = { .page = no };
	const char *text = rec_str(page, "markdown"), *engine = rec_str(page, "engine");
	char why[TRUST_WHY_MAX], *marked = NULL;
	int r;

	if (!text)
		return err_set(e, ERR_VALIDATION, CODE_RECORD_MEMBER,
		    "no \"markdown\", or it holds a NUL");
	if (engine)
		add_number(&g->engines, jv_string(engine), 1);
	fields_add(&g->fields, no, rec_get(page, "fields"));
	if (trust_page(&g->trust, page, text, why) && j->on_doubt == DOUBT_MARK)
		text = marked = mem_printf("> **Page %ld is doubtful** (%s)%s%s", no, why,
		    *text ? "\n\n" : "", text);
	p.len = strlen(text);
	r = spool_add(&g->spool, &p, text, e);
	free(marked);
	return r;
}

static int
take_page(struct join *j, struct group *g, struct rec *page, long no, struct err *e)
{
	return rec_failed(page) ? take_failed(j, g, page, no, e) : take_good(j, g, page, no, e);
}

static void
describe(const struct group *g, struct rec *r, const char *hex)
{
	jv original = jv_object();
	static const char *const names[] = { "path", "mime", "sha256" };
	size_t i;
	char *path;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (rec_has(r, names[i]))
			jx_set(&original, names[i], rec_get(r, names[i]));
	rec_set(r, "original", original);
	path = mem_printf("%s/out.md", g->work);
	rec_set_str(r, "path", path);
	free(path);
	rec_set_str(r, "sha256", hex);
	rec_set(r, "engines", jv_copy(g->engines));
	if (g->head)
		rec_set_int(r, "pages", (long)g->want);
	if (g->nfailed > 0)
		rec_set(r, "failed_pages", jv_sort(jv_copy(g->failed), jv_copy(g->failed)));
}

static enum join_result
complete(struct join *j, struct group *g, struct rec **doc, struct err *e)
{
	char hex[DIGEST_HEX + 1];
	jv fields = fields_merge(&g->fields);
	bool bad;

	trust_doubt(&g->trust, &g->fields.against, "fields");
	bad = g->nfailed > 0 && (g->nfailed == g->want || j->on_error == JOIN_FAIL || g->e_final);
	if (bad)
		*e = g->e;
	else
		bad = (j->on_doubt == DOUBT_FAIL && trust_error(&g->trust, e) < 0) ||
		    spool_finish(&g->spool, hex, e) < 0;
	*doc = join_retire(j, g);
	trust_describe(&g->trust, *doc);
	if (!bad && jv_is_valid(fields))
		rec_set(*doc, "fields", jv_copy(fields));
	jv_free(fields);
	if (bad)
		return JOIN_FAILED;
	describe(g, *doc, hex);
	return JOIN_DOCUMENT;
}

/* What a page record must say of itself. */
static const char *
join_check(struct rec *page, long *no, struct err *e)
{
	const char *id = rec_need(page, "id", e);
	long pages = rec_int(page, "pages", 0);

	*no = rec_int(page, "page", 0);
	if (!id)
		return NULL;
	if (*no < 1 || pages < 1 || pages > JOIN_PAGES_MAX) {
		err_set(e, ERR_VALIDATION, CODE_RECORD_MEMBER,
		    "\"page\" %ld of \"pages\" %ld cannot be", *no, pages);
		return NULL;
	}
	return id;
}

/*
 * A document that the ledger gives out again is another one, by its token.
 * NULL where it has no id.
 */
static char *
key_of(struct rec *r)
{
	size_t n, m;
	const char *id = rec_bytes(r, "id", &n), *token = rec_bytes(r, "token", &m);
	char *key = id ? mem_resize(NULL, n + m + 2, 1) : NULL;

	if (!id)
		return NULL;
	memcpy(key, id, n);
	key[n] = '\n';
	if (m)
		memcpy(key + n + 1, token, m);
	key[n + 1 + m] = '\0';
	return key;
}

/* The page's group, made where there is none yet; or NULL, and *r says why. */
static struct group *
group_of(struct join *j, struct rec *page, enum join_result *r, struct err *e)
{
	char *key = key_of(page);
	struct group *g = find_doc(j, key);

	if (!g && recent_has(&j->done, key)) {
		*r = JOIN_DROPPED;
	} else if (!g && !(g = group_new(j, page, key, e))) {
		*r = JOIN_FAILED;
		recent_add(&j->done, key);
	}
	free(key);
	return g;
}

enum join_result
join_page(struct join *j, struct rec *page, struct rec **doc, struct err *e)
{
	struct group *g;
	enum join_result r = JOIN_MORE;
	long no;
	const char *id = join_check(page, &no, e);

	*doc = NULL;
	if (!id)
		return JOIN_BAD;
	g = group_of(j, page, &r, e);
	if (!g && r == JOIN_DROPPED)
		log_event(LOG_LEVEL_WARN, id, NULL, "page %ld of a document that is done: dropped",
		    no);
	if (!g && r == JOIN_FAILED)
		*doc = document_of(page);
	if (!g)
		return r;
	if (spool_has(&g->spool, no)) {
		log_event(LOG_LEVEL_WARN, id, NULL, "page %ld came twice: the first stands", no);
		return JOIN_DROPPED;
	}
	join_took(g, page);
	if (take_page(j, g, page, no, e) < 0) {
		*doc = join_retire(j, g);
		return JOIN_FAILED;
	}
	return g->spool.n == g->want ? complete(j, g, doc, e) : JOIN_MORE;
}

void
join_forget(struct join *j, struct rec *doc)
{
	char *key = key_of(doc);
	struct group *g;

	if (!key)
		return;
	g = find_doc(j, key);
	if (g)
		rec_free(join_retire(j, g));
	else if (!recent_has(&j->done, key))
		recent_add(&j->done, key);
	free(key);
}

struct rec *
join_lost(struct join *j, struct err *e)
{
	struct group *g = j->groups;

	if (!g)
		return NULL;
	err_set(e, ERR_TRANSIENT, CODE_PAGE_LOST, "%zu of %zu pages came", g->spool.n, g->want);
	return join_retire(j, g);
}
