#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jv.h>

#include "base/buf.h"
#include "rec/schema.h"

#include "unit/check.h"

#define INVOICE \
	"{\"type\":\"object\",\"properties\":{\"number\":{\"type\":\"string\",\"minLength\":2}," \
	"\"total\":{\"type\":[\"number\",\"null\"],\"exclusiveMinimum\":0}," \
	"\"items\":{\"type\":\"array\",\"maxItems\":2,\"items\":{\"$ref\":\"#/$defs/item\"}}}," \
	"\"required\":[\"number\"],\"additionalProperties\":false," \
	"\"$defs\":{\"item\":{\"type\":\"object\",\"properties\":" \
	"{\"price\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":9}}}}}"

static const struct {
	const char *schema, *value, *why; /* NULL: it fits */
} fits_cases[] = {
	{ "true", "1", NULL },
	{ "{}", "[null]", NULL },
	{ "false", "1", "it may not be there" },
	{ INVOICE, "{\"number\":\"a1\",\"total\":2.5,\"items\":[{\"price\":1},{\"x\":2}]}", NULL },
	{ INVOICE, "{\"number\":\"a1\",\"total\":null}", NULL },
	{ INVOICE, "[]", "it is of another type than object" },
	{ INVOICE, "{\"total\":1}", "it has no number" },
	{ INVOICE, "{\"number\":\"a\"}", "/number is too little: minLength is 2" },
	/* Characters, not bytes. */
	{ INVOICE, "{\"number\":\"\xc3\xa4\"}", "/number is too little: minLength is 2" },
	{ INVOICE, "{\"number\":\"a1\",\"total\":\"2\"}",
	    "/total is of another type than those that may be" },
	{ INVOICE, "{\"number\":\"a1\",\"total\":0}",
	    "/total is at exclusiveMinimum, or past it: 0" },
	{ INVOICE, "{\"number\":\"a1\",\"secret\":1}",
	    "it has a member that the schema does not know" },
	{ INVOICE, "{\"number\":\"a1\",\"items\":[{},{},{}]}",
	    "/items is too much: maxItems is 2" },
	{ INVOICE, "{\"number\":\"a1\",\"items\":[{},{\"price\":1.5}]}",
	    "/items/1/price is of another type than integer" },
	{ INVOICE, "{\"number\":\"a1\",\"items\":[{\"price\":10}]}",
	    "/items/0/price is too much: maximum is 9" },
	{ INVOICE, "{\"number\":\"a1\",\"items\":[{\"price\":0}]}",
	    "/items/0/price is too little: minimum is 1" },
	{ "{\"type\":\"boolean\"}", "false", NULL },
	{ "{\"type\":\"boolean\"}", "0", "it is of another type than boolean" },
	{ "{\"type\":\"integer\"}", "2.0", NULL },
	{ "{\"minLength\":3,\"minimum\":3}", "[]", NULL },
	{ "{\"enum\":[\"a\",1,{\"b\":[2]}]}", "{\"b\":[2]}", NULL },
	{ "{\"enum\":[\"a\",1]}", "\"1\"", "it is none of what it may be" },
	{ "{\"const\":null}", "null", NULL },
	{ "{\"const\":null}", "0", "it is not what it always is" },
	{ "{\"uniqueItems\":true}", "[1,2,\"1\",[1],[2]]", NULL },
	{ "{\"uniqueItems\":true}", "[1,2,[1],[1]]", "it holds the same twice" },
	{ "{\"uniqueItems\":false}", "[1,1]", NULL },
	{ "{\"anyOf\":[{\"type\":\"string\"},{\"minimum\":5}]}", "6", NULL },
	{ "{\"anyOf\":[{\"type\":\"string\"},{\"minimum\":5}]}", "4", "it fits none of anyOf" },
	{ "{\"oneOf\":[{\"type\":\"number\"},{\"minimum\":5}]}", "4", NULL },
	{ "{\"oneOf\":[{\"type\":\"number\"},{\"minimum\":5}]}", "6",
	    "it does not fit one of oneOf" },
	{ "{\"allOf\":[{\"type\":\"number\"},{\"minimum\":5}]}", "4",
	    "it is too little: minimum is 5" },
	{ "{\"not\":{\"type\":\"null\"}}", "1", NULL },
	{ "{\"not\":{\"type\":\"null\"}}", "null", "it is what it may not be" },
	{ "{\"additionalProperties\":{\"type\":\"null\"}}", "{\"a\":null}", NULL },
	/* The name is the value's: nobody shows it. */
	{ "{\"additionalProperties\":{\"type\":\"null\"}}", "{\"a\":1}",
	    "it is of another type than null" },
	{ "{\"minProperties\":1}", "{}", "it is too little: minProperties is 1" },
	{ "{\"properties\":{\"a\":{\"$ref\":\"#\"}},\"type\":\"object\"}", "{\"a\":{\"a\":{}}}",
	    NULL },
	{ "{\"properties\":{\"a\":{\"$ref\":\"#\"}},\"type\":\"object\"}", "{\"a\":{\"a\":1}}",
	    "/a/a is of another type than object" },
	{ "{\"$ref\":\"#\"}", "1", "it lies too deep" },
	{ "{\"anyOf\":[{\"$ref\":\"#\"},{\"$ref\":\"#\"}]}", "1", "it takes too long to look at" },
	{ "{\"not\":{\"anyOf\":[{\"$ref\":\"#\"},{\"$ref\":\"#\"}]}}", "1",
	    "it takes too long to look at" },
};

static const struct {
	const char *schema, *why;
} ok_cases[] = {
	{ "true", NULL },
	{ INVOICE, NULL },
	{ "{\"title\":1,\"format\":\"date\",\"default\":{\"pattern\":1}}", NULL },
	{ "3", "it is no schema" },
	{ "{\"type\":\"text\"}", "/type is the name of no type" },
	{ "{\"type\":[\"null\",3]}", "/type is the name of no type" },
	{ "{\"properties\":{\"a\":{\"pattern\":\"^a\"}}}",
	    "/properties/a/pattern is a keyword that is not held to here: leave it out" },
	{ "{\"properties\":[]}", "/properties is no object" },
	{ "{\"properties\":{\"a\":\"string\"}}", "/properties/a is no schema" },
	{ "{\"required\":\"a\"}", "/required is no array of names" },
	{ "{\"items\":[{}]}", "/items is no schema" },
	{ "{\"anyOf\":[{},{\"minimum\":\"1\"}]}", "/anyOf/1/minimum is no number" },
	{ "{\"maxItems\":-1}", "/maxItems is no count" },
	{ "{\"maxItems\":1.5}", "/maxItems is no count" },
	{ "{\"uniqueItems\":1}", "/uniqueItems is neither true nor false" },
	{ "{\"$ref\":\"#/$defs/a\"}", "/$ref refers to nothing in the schema" },
	{ "{\"$ref\":\"http://a/b\"}", "/$ref refers to nothing in the schema" },
	{ "{\"enum\":3}", "/enum is no array" },
};

static void
check_fits(void)
{
	char why[SCHEMA_WHY_MAX];

	for (size_t i = 0; i < sizeof(fits_cases) / sizeof(*fits_cases); i++) {
		jv schema = jv_parse(fits_cases[i].schema), value = jv_parse(fits_cases[i].value);
		const bool fits = schema_fits(&schema, &value, why, sizeof(why));

		CHECK(schema_ok(&schema, why + 1, sizeof(why) - 1));
		if (fits != !fits_cases[i].why)
			fprintf(stderr, "%s: %s\n", fits_cases[i].schema, fits_cases[i].value);
		CHECK(fits == !fits_cases[i].why);
		schema_fits(&schema, &value, why, sizeof(why));
		if (!fits)
			CHECK_STR(why, fits_cases[i].why);
		jv_free(schema);
		jv_free(value);
	}
}

static void
check_ok(void)
{
	char why[SCHEMA_WHY_MAX];

	for (size_t i = 0; i < sizeof(ok_cases) / sizeof(*ok_cases); i++) {
		jv schema = jv_parse(ok_cases[i].schema);
		const bool ok = schema_ok(&schema, why, sizeof(why));

		CHECK(ok == !ok_cases[i].why);
		if (!ok)
			CHECK_STR(why, ok_cases[i].why);
		jv_free(schema);
	}
}

/* n schemas in each other, and n values. */
static void
check_depth(int n, bool fine)
{
	jv schema = jv_parse("{\"type\":\"null\"}"), value = jv_null();
	char why[SCHEMA_WHY_MAX];

	for (int i = 0; i < n; i++) {
		schema = jv_object_set(jv_object(), jv_string("items"), schema);
		value = jv_array_append(jv_array(), value);
	}
	CHECK(schema_ok(&schema, why, sizeof(why)) == fine);
	CHECK(!fine || schema_fits(&schema, &value, why, sizeof(why)));
	jv_free(schema);
	schema = jv_parse("{\"items\":{\"$ref\":\"#\"}}");
	CHECK(schema_fits(&schema, &value, why, sizeof(why)) == (n < 40));
	jv_free(schema);
	jv_free(value);
}

/* It takes no longer by the square. */
static void
check_many(void)
{
	jv schema = jv_parse("{\"uniqueItems\":true}"), value = jv_array();
	char why[SCHEMA_WHY_MAX];

	for (int i = 0; i < 100000; i++)
		value = jv_array_append(value, jv_number((double)(i * 7919L % 100003)));
	CHECK(schema_fits(&schema, &value, why, sizeof(why)));
	value = jv_array_append(value, jv_number(7919));
	CHECK(!schema_fits(&schema, &value, why, sizeof(why)));
	jv_free(schema);
	jv_free(value);
}

int
main(void)
{
	check_many();
	check_fits();
	check_ok();
	check_depth(30, true);
	check_depth(2000, false);
	return 0;
}
