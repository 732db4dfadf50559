/* complaint: which of poppler's words are about something that was not drawn. */
#include "pdf/complaint.h"

#include "base/mem.h"
#include "unit/check.h"

static bool
loses(const char *text)
{
	char *own = mem_copy(text, strlen(text));
	bool r = pdf_complaint_loses(own, strlen(text));

	free(own);
	return r;
}

static void
costs_nothing(void)
{
	CHECK(!pdf_complaint_loses(NULL, 0) && !loses("") && !loses("\n\n"));
	CHECK(!loses("Syntax Warning: Illegal annotation destination\n"));
	CHECK(!loses("Syntax Warning: Illegal annotation destination\n"
		     "Syntax Error: Illegal entry in bfrange block in ToUnicode CMap\n"));
	CHECK(!loses("Syntax Error (12): Too few (0) args to 'w' operator"));
	CHECK(!loses("Syntax Error (12): Arg #0 to 'BDC' operator is wrong type (error)\n"));
}

static void
costs_something(void)
{
	CHECK(loses("Syntax Error (3): Unknown operator 'zz'\n"));
	CHECK(loses("Syntax Error (3): Unknown operator 'q'\n"));
	CHECK(loses("Syntax Error (12): Too few (0) args to 'Tj' operator\n"));
	CHECK(loses("Syntax Error: Unknown XObject 'Im'\n"));
	CHECK(loses("Syntax Warning: Illegal annotation destination\nSyntax Error: Bad image\n"));
	CHECK(loses("anything that is not known"));
}

static bool
complains(const char *text)
{
	char *own = mem_copy(text, strlen(text));
	bool r = pdf_mutool_complains(own, strlen(text));

	free(own);
	return r;
}

static void
warnings_are_no_complaints(void)
{
	CHECK(!pdf_mutool_complains(NULL, 0) && !complains("") && !complains("\n"));
	CHECK(
	    !complains("warning: undefined link destination\nwarning: ... repeated 3 times...\n"));
	CHECK(complains("warning: cannot load object (9 0 R) into cache\n"
			"error: syntax error in content stream\n"));
	CHECK(complains("format error: object out of range (9 0 R); xref size 6"));
	CHECK(complains("warning"));
}

static bool
lacks(const char *text)
{
	char *own = mem_copy(text, strlen(text));
	bool r = pdf_mutool_loses(own, strlen(text));

	free(own);
	return r;
}

static void
data_are_lost(void)
{
	CHECK(!pdf_mutool_loses(NULL, 0) && !lacks("") && !lacks("\n"));
	CHECK(!lacks("warning: undefined link destination\nwarning: repairing PDF document\n"));
	CHECK(!lacks("error: cannot find startxref\nwarning: trying to repair broken xref\n"));
	CHECK(!lacks("Corrupt JPEG data: 1 extraneous bytes before marker 0xd9\n"));
	CHECK(lacks("warning: ICC support is not available\nwarning: padding truncated image\n"));
	CHECK(lacks("warning: premature end of file in jpeg\n"));
	CHECK(lacks("warning: ignoring zlib error: incorrect data check"));
	CHECK(lacks("warning: content stream is not a stream (9 0 R)\n"));
}

int
main(void)
{
	costs_nothing();
	costs_something();
	warnings_are_no_complaints();
	data_are_lost();
	return 0;
}
