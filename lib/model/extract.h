/*
 * model/extract.h - fields that a model is asked for, instead of text.
 *
 * A profile's "extract" has a prompt and a JSON Schema (rec/schema.h) of an object.
 * The server is told the schema as well (response_format, json_schema), so that those
 * who can hold the model to it do; what comes is held against it here, whoever says so.
 */
#ifndef MODEL_EXTRACT_H
#define MODEL_EXTRACT_H

#include <stdbool.h>
#include <stddef.h>

#include <jv.h>

/* What may be wrong is said in so many bytes, and shows nothing of what a model said. */
enum { EXTRACT_WHY_MAX = 256, EXTRACT_DIGITS = 15 };

/*
 * Have the profile, which has "extract", ask for its fields: the prompt, with the schema
 * behind it, takes the place of the last text of its messages, or is all that is said
 * beside the image where there are none.  false: what is wrong with it.
 */
bool extract_ready(jv *profile, char *why, size_t size);
/*
 * The fields that s[0..n) says, an object that fits the schema; free it.  Thoughts and
 * a fence around it are none of it.  A number of more than EXTRACT_DIGITS digits, or
 * beyond what a double holds, would not be kept, and so does not fit.  Invalid: why.
 */
jv extract_read(const jv *schema, const char *s, size_t n, char *why, size_t size);
/* They as a Markdown block; free it. */
jv extract_markdown(const jv *fields);

#endif
