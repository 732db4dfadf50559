/*
 * fields: whatever a model says of a page is no fields, or an object that fits the
 * schema, and its Markdown is one block of the same JSON, without a "<".
 *
 * The first byte says which schema.
 */
#include <jv.h>

#include "base/buf.h"
#include "base/err.h"
#include "fuzz/fuzz.h"
#include "model/extract.h"
#include "rec/jx.h"
#include "rec/schema.h"

static const char *const schemas[] = {
	"{\"type\":\"object\"}",
	"{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\",\"maxLength\":9},\"n\":{\"type\":"
	"\"integer\",\"minimum\":-3}},\"required\":[\"a\"],\"additionalProperties\":false}",
	"{\"type\":\"object\",\"additionalProperties\":{\"anyOf\":[{\"type\":\"array\",\"uniqueItems\":true,"
	"\"items\":{\"$ref\":\"#\"}},{\"enum\":[\"x\",1,null]},{\"not\":{\"type\":[\"array\",\"null\"]}}]}}",
};

static void
check_fields(const jv *schema, const jv *fields)
{
	static const char begin[] = "```json\n", end[] = "\n```";
	const size_t head = sizeof(begin) - 1, tail = sizeof(end) - 1;
	char why[EXTRACT_WHY_MAX];
	jv md = extract_markdown(fields), again;
	const char *s = jv_string_value(md);
	const size_t n = (size_t)jv_string_length_bytes(jv_copy(md));

	HOLDS(jv_get_kind(*fields) == JV_KIND_OBJECT);
	HOLDS(schema_fits(schema, fields, why, sizeof(why)));
	HOLDS(n > head + tail && !memchr(s, '<', n));
	HOLDS(memcmp(s, begin, head) == 0);
	HOLDS(strcmp(s + n - tail, end) == 0);
	for (const char *line = s + head; (line = strstr(line, "\n```")) != NULL; line++)
		HOLDS(!line[4]);
	again = jv_parse_sized(s + head, (int)(n - head - tail));
	HOLDS(jv_equal(again, jv_copy(*fields)));
	jv_free(md);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const unsigned choice = fuzz_choice(&data, &size);
	jv schema = jv_parse(schemas[choice % (sizeof(schemas) / sizeof(*schemas))]), fields;
	char why[EXTRACT_WHY_MAX] = "", *copy = fuzz_string(data, size);

	HOLDS(schema_ok(&schema, why, sizeof(why)));
	fields = extract_read(&schema, copy, size, why, sizeof(why));
	if (jv_is_valid(fields))
		check_fields(&schema, &fields);
	else
		HOLDS(*why && strlen(why) < sizeof(why));
	jv_free(fields);
	jv_free(schema);
	free(copy);
	return 0;
}
