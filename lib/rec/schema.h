/*
 * rec/schema.h - whether a JSON value fits a JSON Schema (draft 2020-12).
 *
 * Understood are type, enum, const, properties, required, additionalProperties,
 * minProperties, maxProperties, items, minItems, maxItems, uniqueItems, minLength and
 * maxLength (in characters), minimum, maximum, exclusiveMinimum, exclusiveMaximum,
 * anyOf, oneOf, allOf, not, true and false, and $ref to "#", "#/$defs/NAME" and
 * "#/definitions/NAME".  What only describes (title, description, default, examples,
 * format, $schema, $id, $comment, deprecated, readOnly, writeOnly) is passed over, as
 * the draft has it.  Any other keyword is refused when the schema is looked at, so that
 * none is silently not held to.
 */
#ifndef REC_SCHEMA_H
#define REC_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

#include <jv.h>

/* A value, and a schema, that lie deeper fit nothing: each level counts as two. */
enum { SCHEMA_DEPTH = 128, SCHEMA_WHY_MAX = 256 };

/* Whether it is one; why (of size bytes): what of it is none, by its path in the schema. */
bool schema_ok(const jv *schema, char *why, size_t size);
/*
 * Whether the value fits a schema that is ok; why: what does not.  It names members that
 * the schema names, and nothing else of the value, which may be anybody's text.
 */
bool schema_fits(const jv *schema, const jv *value, char *why, size_t size);

#endif
