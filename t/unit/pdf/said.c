/*
 * What a tool quotes of a document is left out of what is said of it.
 */
#include "pdf/said.h"
#include "unit/check.h"

static void
comes_to(const char *said, const char *want)
{
	char line[SAID_MAX];

	pdf_reduce(said, line);
	CHECK_STR(line, want);
}

int
main(void)
{
	comes_to("", "");
	comes_to("exit status 1", "exit status 1");
	comes_to("killed by SIGKILL: Syntax Error (12): Unknown operator 'Smith'",
	    "killed by SIGKILL: Syntax Error (12): Unknown operator ...");
	comes_to("Syntax Error: Couldn't find trailer dictionary",
	    "Syntax Error: Couldn't find trailer dictionary");
	comes_to("Syntax Error (4711): Unknown operator 'John Smith 1970-01-01 Diagnosis'",
	    "Syntax Error (4711): Unknown operator ...");
	/* A quoted word is quoted, also where it is one of ours. */
	comes_to("Unknown operator 'error'", "Unknown operator ...");
	comes_to("Unknown font type: 'Smith's Hand' in object 7",
	    "Unknown font type: ... in object 7");
	comes_to("Illegal character <53> in hex string", "Illegal character ... in hex string");
	comes_to("error: cannot load object (123456 0 R)", "error: cannot load object ... 0 ...");
	comes_to("Smith: error", "... error");
	comes_to("error: Smith, x, y", "error: ...");
	comes_to("an  x\\x1b[31m  error", "an ... error");
	comes_to(".", "...");
	comes_to("x y z", "...");
	return 0;
}
