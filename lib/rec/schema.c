#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "rec/jx.h"
#include "rec/schema.h"

enum { STEPS_MAX = 1000000 };

/* Where one is: the value's place as a JSON pointer (RFC 6901), and what to say. */
struct place {
	const jv *root;
	char path[SCHEMA_WHY_MAX];
	size_t len;
	int depth;
	long steps; /* a $ref may lead in circles that branch */
	char *why;
	size_t size;
};

__attribute__((format(printf, 2, 3))) static bool
place_bad(struct place *p, const char *fmt, ...)
{
	char said[SCHEMA_WHY_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(said, sizeof(said), fmt, ap);
	va_end(ap);
	snprintf(p->why, p->size, "%s %s", p->len > 0 ? p->path : "it", said);
	return false;
}

/* One step down; the length to go back to. */
static size_t
place_down(struct place *p, const char *name)
{
	const size_t was = p->len;
	const int n = snprintf(p->path + was, sizeof(p->path) - was, "/%s", name);

	p->len =
	    n < 0 || was + (size_t)n >= sizeof(p->path) ? sizeof(p->path) - 1 : was + (size_t)n;
	p->depth++;
	return was;
}

static void
place_up(struct place *p, size_t was)
{
	p->len = was;
	p->path[was] = '\0';
	p->depth--;
}

static const struct schema_type {
	const char *name;
	jv_kind kind;
} schema_types[] = {
	{ "null", JV_KIND_NULL },
	{ "boolean", JV_KIND_TRUE },
	{ "number", JV_KIND_NUMBER },
	{ "integer", JV_KIND_NUMBER },
	{ "string", JV_KIND_STRING },
	{ "array", JV_KIND_ARRAY },
	{ "object", JV_KIND_OBJECT },
};

static const struct schema_type *
type_named(const char *name)
{
	for (size_t i = 0; name && i < sizeof(schema_types) / sizeof(*schema_types); i++)
		if (strcmp(schema_types[i].name, name) == 0)
			return &schema_types[i];
	return NULL;
}

/* What a keyword's value must be. */
enum keyword_kind {
	WORD_NOTE,  /* anything */
	WORD_TYPE,  /* a type's name, or an array of them */
	WORD_LIST,  /* an array */
	WORD_NAMES, /* an array of strings */
	WORD_COUNT, /* an integer, 0 or more */
	WORD_NUMBER,
	WORD_FLAG, /* true or false */
	WORD_SCHEMA,
	WORD_SCHEMAS, /* an array of them */
	WORD_MEMBERS, /* an object of them */
	WORD_REF
};

static const struct keyword {
	const char *name;
	enum keyword_kind kind;
} keywords[] = {
	{ "type", WORD_TYPE },
	{ "enum", WORD_LIST },
	{ "const", WORD_NOTE },
	{ "properties", WORD_MEMBERS },
	{ "required", WORD_NAMES },
	{ "additionalProperties", WORD_SCHEMA },
	{ "minProperties", WORD_COUNT },
	{ "maxProperties", WORD_COUNT },
	{ "items", WORD_SCHEMA },
	{ "minItems", WORD_COUNT },
	{ "maxItems", WORD_COUNT },
	{ "uniqueItems", WORD_FLAG },
	{ "minLength", WORD_COUNT },
	{ "maxLength", WORD_COUNT },
	{ "minimum", WORD_NUMBER },
	{ "maximum", WORD_NUMBER },
	{ "exclusiveMinimum", WORD_NUMBER },
	{ "exclusiveMaximum", WORD_NUMBER },
	{ "anyOf", WORD_SCHEMAS },
	{ "oneOf", WORD_SCHEMAS },
	{ "allOf", WORD_SCHEMAS },
	{ "not", WORD_SCHEMA },
	{ "$ref", WORD_REF },
	{ "$defs", WORD_MEMBERS },
	{ "definitions", WORD_MEMBERS },
	{ "title", WORD_NOTE },
	{ "description", WORD_NOTE },
	{ "default", WORD_NOTE },
	{ "examples", WORD_NOTE },
	{ "format", WORD_NOTE },
	{ "$schema", WORD_NOTE },
	{ "$id", WORD_NOTE },
	{ "$comment", WORD_NOTE },
	{ "deprecated", WORD_NOTE },
	{ "readOnly", WORD_NOTE },
	{ "writeOnly", WORD_NOTE },
};

static const struct keyword *
keyword_named(const char *name)
{
	for (size_t i = 0; i < sizeof(keywords) / sizeof(*keywords); i++)
		if (strcmp(keywords[i].name, name) == 0)
			return &keywords[i];
	return NULL;
}

/* What "$ref" means: a copy; invalid: nothing. */
static jv
referred(const jv *root, const char *ref)
{
	static const char *const places[] = { "$defs", "definitions" };
	char begin[24];
	jv defs, found;

	if (strcmp(ref, "#") == 0)
		return jv_copy(*root);
	for (size_t i = 0; i < 2; i++) {
		const int n = snprintf(begin, sizeof(begin), "#/%s/", places[i]);

		if (strncmp(ref, begin, (size_t)n) != 0)
			continue;
		defs = jx_get(root, places[i]);
		found = jv_get_kind(defs) == JV_KIND_OBJECT ? jx_get(&defs, ref + n) : jv_invalid();
		jv_free(defs);
		return found;
	}
	return jv_invalid();
}

static bool ok_schema(struct place *, const jv *);

/* Each of an array, or of an object's values, is a schema; the first that is none ends it. */
static bool
ok_each(struct place *p, const jv *of)
{
	char index[24];
	bool ok = true;

	if (jv_get_kind(*of) == JV_KIND_ARRAY) {
		for (int i = 0; ok && i < jv_array_length(jv_copy(*of)); i++) {
			jv v = jv_array_get(jv_copy(*of), i);
			size_t was;

			snprintf(index, sizeof(index), "%d", i);
			was = place_down(p, index);
			ok = ok_schema(p, &v);
			place_up(p, was);
			jv_free(v);
		}
		return ok;
	}
	for (int i = jv_object_iter(*of); ok && jv_object_iter_valid(*of, i);
	     i = jv_object_iter_next(*of, i)) {
		jv key = jv_object_iter_key(*of, i), v = jv_object_iter_value(*of, i);
		const size_t was = place_down(p, jv_string_value(key));

		ok = ok_schema(p, &v);
		place_up(p, was);
		jv_free(key);
		jv_free(v);
	}
	return ok;
}

static bool
is_schema_count(const jv *v)
{
	return jv_get_kind(*v) == JV_KIND_NUMBER && jv_number_value(*v) >= 0 &&
	    jv_number_value(*v) < 1e9 && jv_number_value(*v) == floor(jv_number_value(*v));
}

/* An array of strings; types: of types' names. */
static bool
is_names(const jv *v, bool types)
{
	bool ok = jv_get_kind(*v) == JV_KIND_ARRAY;

	for (int i = 0; ok && i < jv_array_length(jv_copy(*v)); i++) {
		jv one = jv_array_get(jv_copy(*v), i);
		const char *s = jx_cstr(&one);

		ok = s && (!types || type_named(s));
		jv_free(one);
	}
	return ok;
}

static bool
ok_ref(struct place *p, const jv *v)
{
	const char *ref = jx_cstr(v);
	jv to = ref ? referred(p->root, ref) : jv_invalid();
	const bool there = jv_is_valid(to);

	jv_free(to);
	return there || place_bad(p, "refers to nothing in the schema");
}

static bool
ok_word(struct place *p, enum keyword_kind kind, const jv *v)
{
	const jv_kind is = jv_get_kind(*v);

	switch (kind) {
	case WORD_TYPE:
		return type_named(jx_cstr(v)) || is_names(v, true) ||
		    place_bad(p, "is the name of no type");
	case WORD_LIST:
		return is == JV_KIND_ARRAY || place_bad(p, "is no array");
	case WORD_NAMES:
		return is_names(v, false) || place_bad(p, "is no array of names");
	case WORD_COUNT:
		return is_schema_count(v) || place_bad(p, "is no count");
	case WORD_NUMBER:
		return is == JV_KIND_NUMBER || place_bad(p, "is no number");
	case WORD_FLAG:
		return is == JV_KIND_TRUE || is == JV_KIND_FALSE ||
		    place_bad(p, "is neither true nor false");
	case WORD_SCHEMA:
		return ok_schema(p, v);
	case WORD_SCHEMAS:
		return is == JV_KIND_ARRAY ? ok_each(p, v) : place_bad(p, "is no array");
	case WORD_MEMBERS:
		return is == JV_KIND_OBJECT ? ok_each(p, v) : place_bad(p, "is no object");
	case WORD_REF:
		return ok_ref(p, v);
	case WORD_NOTE:
		return true;
	}
	return true;
}

static bool
ok_schema(struct place *p, const jv *schema)
{
	const jv_kind kind = jv_get_kind(*schema);
	bool ok = true;

	if (kind == JV_KIND_TRUE || kind == JV_KIND_FALSE)
		return true;
	if (kind != JV_KIND_OBJECT)
		return place_bad(p, "is no schema");
	if (p->depth > SCHEMA_DEPTH)
		return place_bad(p, "lies too deep");
	for (int i = jv_object_iter(*schema); ok && jv_object_iter_valid(*schema, i);
	     i = jv_object_iter_next(*schema, i)) {
		jv key = jv_object_iter_key(*schema, i), v = jv_object_iter_value(*schema, i);
		const struct keyword *word = keyword_named(jv_string_value(key));
		const size_t was = place_down(p, jv_string_value(key));

		ok = word ? ok_word(p, word->kind, &v)
			  : place_bad(p, "is a keyword that is not held to here: leave it out");
		place_up(p, was);
		jv_free(key);
		jv_free(v);
	}
	return ok;
}

bool
schema_ok(const jv *schema, char *why, size_t size)
{
	struct place p = { .root = schema, .why = why, .size = size };

	return ok_schema(&p, schema);
}

static bool value_fits(struct place *, const jv *schema, const jv *value);

static bool
is_of_type(const struct schema_type *t, const jv *value)
{
	const jv_kind kind = jv_get_kind(*value);

	if (t->kind == JV_KIND_TRUE)
		return kind == JV_KIND_TRUE || kind == JV_KIND_FALSE;
	return kind == t->kind &&
	    (strcmp(t->name, "integer") != 0 ||
		jv_number_value(*value) == floor(jv_number_value(*value)));
}

static bool
fits_type(struct place *p, const jv *type, const jv *value)
{
	const char *name = jx_cstr(type);
	jv names = name ? jv_array_append(jv_array(), jv_copy(*type)) : jv_copy(*type);
	bool fine = false;

	for (int i = 0; !fine && i < jv_array_length(jv_copy(names)); i++) {
		jv one = jv_array_get(jv_copy(names), i);

		fine = is_of_type(type_named(jv_string_value(one)), value);
		jv_free(one);
	}
	jv_free(names);
	return fine ||
	    place_bad(p, "is of another type than %s", name ? name : "those that may be");
}

/* Whether the array holds one that is equal, before index. */
static bool
holds(const jv *array, const jv *value, int before)
{
	bool found = false;

	for (int i = 0; !found && i < before; i++)
		found = jv_equal(jv_array_get(jv_copy(*array), i), jv_copy(*value)) == 1;
	return found;
}

/* Sorted, as it may hold anything that a model says, and a hundred thousand of it. */
static bool
are_unique(const jv *array)
{
	jv sorted = jv_sort(jv_copy(*array), jv_copy(*array));
	bool ok = true;

	for (int i = 1; ok && i < jv_array_length(jv_copy(sorted)); i++)
		ok = jv_equal(jv_array_get(jv_copy(sorted), i - 1),
			 jv_array_get(jv_copy(sorted), i)) != 1;
	jv_free(sorted);
	return ok;
}

/* How many of the schemas it fits; why is of the last that it does not. */
static int
fits_of(struct place *p, const jv *schemas, const jv *value)
{
	int n = 0;

	for (int i = 0; i < jv_array_length(jv_copy(*schemas)); i++) {
		jv one = jv_array_get(jv_copy(*schemas), i);

		n += value_fits(p, &one, value);
		jv_free(one);
	}
	return n;
}

/* Keywords that stand for themselves, of any value. */
static bool
fits_any(struct place *p, const char *word, const jv *v, const jv *value)
{
	jv to;
	bool fine;

	if (strcmp(word, "type") == 0)
		return fits_type(p, v, value);
	if (strcmp(word, "const") == 0)
		return jv_equal(jv_copy(*v), jv_copy(*value)) == 1 ||
		    place_bad(p, "is not what it always is");
	if (strcmp(word, "enum") == 0)
		return holds(v, value, jv_array_length(jv_copy(*v))) ||
		    place_bad(p, "is none of what it may be");
	if (strcmp(word, "allOf") == 0)
		return fits_of(p, v, value) == jv_array_length(jv_copy(*v));
	if (strcmp(word, "anyOf") == 0)
		return fits_of(p, v, value) > 0 || place_bad(p, "fits none of anyOf");
	if (strcmp(word, "oneOf") == 0)
		return fits_of(p, v, value) == 1 || place_bad(p, "does not fit one of oneOf");
	if (strcmp(word, "not") == 0)
		return !value_fits(p, v, value) || place_bad(p, "is what it may not be");
	if (strcmp(word, "$ref") != 0)
		return true;
	to = referred(p->root, jv_string_value(*v));
	fine = value_fits(p, &to, value);
	jv_free(to);
	return fine;
}

/* Lower and upper bounds, of numbers, characters, elements and members. */
static bool
fits_bounds(struct place *p, const jv *schema, const char *const names[2], double n)
{
	for (int i = 0; i < 2; i++) {
		jv bound = jx_get(schema, names[i]);
		const bool there = jv_is_valid(bound);
		const double most = there ? jv_number_value(bound) : 0;

		jv_free(bound);
		if (there && (i == 0 ? n < most : n > most))
			return place_bad(p, "is %s: %s is %.15g",
			    i == 0 ? "too little" : "too much", names[i], most);
	}
	return true;
}

static bool
fits_number(struct place *p, const jv *schema, const jv *value)
{
	static const char *const names[] = { "exclusiveMinimum", "exclusiveMaximum" };
	const double n = jv_number_value(*value);

	for (int i = 0; i < 2; i++) {
		jv bound = jx_get(schema, names[i]);
		const bool there = jv_is_valid(bound);
		const double most = there ? jv_number_value(bound) : 0;

		jv_free(bound);
		if (there && (i == 0 ? n <= most : n >= most))
			return place_bad(p, "is at %s, or past it: %.15g", names[i], most);
	}
	return fits_bounds(p, schema, (const char *const[]){ "minimum", "maximum" }, n);
}

static bool
fits_array(struct place *p, const jv *schema, const jv *value)
{
	const int n = jv_array_length(jv_copy(*value));
	jv items = jx_get(schema, "items"), unique = jx_get(schema, "uniqueItems");
	bool ok = fits_bounds(p, schema, (const char *const[]){ "minItems", "maxItems" }, n);
	char index[24];

	if (ok && jv_get_kind(unique) == JV_KIND_TRUE)
		ok = are_unique(value) || place_bad(p, "holds the same twice");
	for (int i = 0; ok && jv_is_valid(items) && i < n; i++) {
		jv one = jv_array_get(jv_copy(*value), i);
		size_t was;

		snprintf(index, sizeof(index), "%d", i);
		was = place_down(p, index);
		ok = value_fits(p, &items, &one);
		place_up(p, was);
		jv_free(one);
	}
	jv_free(unique);
	jv_free(items);
	return ok;
}

static bool
has_required(struct place *p, const jv *required, const jv *value)
{
	const int n = jv_is_valid(*required) ? jv_array_length(jv_copy(*required)) : 0;

	for (int i = 0; i < n; i++) {
		jv name = jv_array_get(jv_copy(*required), i);
		const bool there = jv_object_has(jv_copy(*value), jv_copy(name));
		const bool bad = !there && !place_bad(p, "has no %s", jv_string_value(name));

		jv_free(name);
		if (bad)
			return false;
	}
	return true;
}

/* A member that the schema names, or what it says of others. */
static bool
fits_member(struct place *p, const jv *schema, const jv *known, const jv *member)
{
	jv others = jx_get(schema, "additionalProperties");
	size_t was;
	bool ok = true;

	if (jv_is_valid(*known) || jv_get_kind(others) == JV_KIND_OBJECT) {
		ok = value_fits(p, jv_is_valid(*known) ? known : &others, member);
	} else if (jv_get_kind(others) == JV_KIND_FALSE) {
		was = p->len;
		ok = place_bad(p, "has a member that the schema does not know");
		p->len = was;
	}
	jv_free(others);
	return ok;
}

static bool
fits_object(struct place *p, const jv *schema, const jv *value)
{
	jv properties = jx_get(schema, "properties"), required = jx_get(schema, "required");
	bool ok = has_required(p, &required, value) &&
	    fits_bounds(p, schema, (const char *const[]){ "minProperties", "maxProperties" },
		jv_object_length(jv_copy(*value)));

	for (int i = jv_object_iter(*value); ok && jv_object_iter_valid(*value, i);
	     i = jv_object_iter_next(*value, i)) {
		jv key = jv_object_iter_key(*value, i), v = jv_object_iter_value(*value, i);
		jv known = jv_is_valid(properties)
		    ? jv_object_get(jv_copy(properties), jv_copy(key))
		    : jv_invalid();
		/* The name may be shown where it is the schema's. */
		const bool named = jv_is_valid(known);
		const size_t was = named ? place_down(p, jv_string_value(key)) : p->len;

		p->depth += !named;
		ok = fits_member(p, schema, &known, &v);
		p->depth -= !named;
		if (named)
			place_up(p, was);
		jv_free(known);
		jv_free(v);
		jv_free(key);
	}
	jv_free(required);
	jv_free(properties);
	return ok;
}

static bool
fits_kind(struct place *p, const jv *schema, const jv *value)
{
	switch (jv_get_kind(*value)) {
	case JV_KIND_NUMBER:
		return fits_number(p, schema, value);
	case JV_KIND_STRING:
		return fits_bounds(p, schema, (const char *const[]){ "minLength", "maxLength" },
		    jv_string_length_codepoints(jv_copy(*value)));
	case JV_KIND_ARRAY:
		return fits_array(p, schema, value);
	case JV_KIND_OBJECT:
		return fits_object(p, schema, value);
	default:
		return true;
	}
}

static bool
value_fits(struct place *p, const jv *schema, const jv *value)
{
	bool ok = true;

	if (jv_get_kind(*schema) == JV_KIND_TRUE)
		return true;
	if (jv_get_kind(*schema) == JV_KIND_FALSE)
		return place_bad(p, "may not be there");
	if (p->depth >= SCHEMA_DEPTH || ++p->steps > STEPS_MAX)
		return place_bad(p, "lies too deep");
	p->depth++;
	for (int i = jv_object_iter(*schema); ok && jv_object_iter_valid(*schema, i);
	     i = jv_object_iter_next(*schema, i)) {
		jv key = jv_object_iter_key(*schema, i), v = jv_object_iter_value(*schema, i);

		ok = fits_any(p, jv_string_value(key), &v, value);
		jv_free(key);
		jv_free(v);
	}
	ok = ok && fits_kind(p, schema, value);
	p->depth--;
	return ok;
}

bool
schema_fits(const jv *schema, const jv *value, char *why, size_t size)
{
	struct place p = { .root = schema, .why = why, .size = size };

	return (value_fits(&p, schema, value) && p.steps <= STEPS_MAX) ||
	    (p.steps > STEPS_MAX && place_bad(&p, "takes too long to look at"));
}
