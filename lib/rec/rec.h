/*
 * rec/rec.h - a record: a line as it was read, plus the members that changed.
 *
 * Members that nobody here touched keep their bytes (foreign big integers
 * included); replaced ones lose their old spans, all of them where a name
 * stood twice (the last one was its value).  Limits: quire-records.7.
 */
#ifndef REC_REC_H
#define REC_REC_H

#include <stdbool.h>
#include <stddef.h>

#include <jv.h>

struct buf;
struct err;
struct rec;

enum {
	REC_LINE_MAX = 16 << 20, /* bytes of a whole record */
	REC_DOC_MAX = 64 << 10   /* bytes of a document record */
};

/* NULL with validation record.syntax. The line is copied. */
struct rec *rec_parse(const char *line, size_t len, struct err *);
struct rec *rec_new(void); /* {"v":1} */
struct rec *rec_clone(const struct rec *);
void rec_free(struct rec *); /* NULL is allowed */

bool rec_has(const struct rec *, const char *name);
/* Whether it carries an error: null is none. */
bool rec_failed(const struct rec *);
/* Whether a member was set or deleted since it was parsed. */
bool rec_changed(const struct rec *);
/* The member's value, the caller's to free; invalid when there is none. */
jv rec_get(const struct rec *, const char *name);
/*
 * The string member's bytes, or NULL when it is absent, no string, or holds a
 * NUL.  Good until that member changes or the record is freed.
 */
const char *rec_str(struct rec *, const char *name);
/* The same without a NUL behind it, which spares a copy in most cases. */
const char *rec_bytes(struct rec *, const char *name, size_t *len);
/* Whether that member is this string. */
bool rec_is(struct rec *, const char *name, const char *value);
/* The string member, where it is required: NULL with validation record.member. */
const char *rec_need(struct rec *, const char *name, struct err *);
/* The number member, or fallback when it is absent or not an integer. */
long rec_int(struct rec *, const char *name, long fallback);

void rec_set(struct rec *, const char *name, jv value);
void rec_set_str(struct rec *, const char *name, const char *value);
void rec_set_int(struct rec *, const char *name, long value);
void rec_del(struct rec *, const char *name);
/* Add a word to "doubt", its array of them: sorted, once. */
void rec_doubt(struct rec *, const char *word);
/* Of a page whose Markdown is empty, and nothing says why: the doubt "unread". */
void rec_doubt_empty(struct rec *);
/* "error": {stage, class, code, message[, retry_after_ms]} */
void rec_set_error(struct rec *, const char *stage, const struct err *);
/* The code of its error, cut to size; "unknown" where that has none. */
void rec_error_code(const struct rec *, char *code, size_t size);

/*
 * Append the record and a newline.  -1 with validation record.large when the
 * line would exceed max bytes or the buffer's maximum; nothing is appended.
 */
int rec_write(const struct rec *, struct buf *, size_t max, struct err *);

#endif
