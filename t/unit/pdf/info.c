/* info: pdfinfo's words, and a document's own among them. */
#include "pdf/info.h"

#include "pdf/pdf.h"

#define TAKE(reader, line) pdf_info_line((reader), (line), MOST)
#include "unit/pdf/canned.h"

enum { MOST = 6 };

/* Of poppler 22.12 and 25.03, which say the same of it; the first lines are a title. */
static const char real[] = "Title:           t\n"
			   "Page    1 size: 1 x 1 pts\n"
			   "Page    1 rot: 90\n"
			   "Pages: 9\n"
			   "Page    1 size: 2 x 2 pts\n"
			   "Custom Metadata: no\n"
			   "Metadata Stream: no\n"
			   "Tagged:          no\n"
			   "UserProperties:  no\n"
			   "Suspects:        no\n"
			   "Form:            none\n"
			   "JavaScript:      no\n"
			   "Pages:           4\n"
			   "Encrypted:       no\n"
			   "Page    1 size:  612 x 792 pts (letter)\n"
			   "Page    1 rot:   0\n"
			   "Page    2 size:  612 x 792 pts (letter)\n"
			   "Page    2 rot:   90\n"
			   "Page    3 size:  2e+06 x 3 pts\n"
			   "Page    3 rot:   180\n"
			   "Page    4 size:  297.5 x 200 pts\n"
			   "Page    4 rot:   270\n"
			   "File size:       119665 bytes\n"
			   "Optimized:       no\n"
			   "PDF version:     1.4\n";

static struct pdf_page page[MOST + 1];

static struct pdf
read_all(const char *text)
{
	struct pdf pdf = { .page = page };

	memset(page, 0, sizeof(page));
	CANNED(&pdf, text);
	CHECK(page[MOST].width_pt == 0 && page[MOST].height_pt == 0);
	return pdf;
}

static bool
size_is(int i, double w, double h)
{
	return page[i].width_pt == w && page[i].height_pt == h;
}

static void
reads_what_poppler_prints(void)
{
	struct pdf pdf = read_all(real);

	CHECK(pdf.pages == 4 && pdf.known == 4);
	CHECK(size_is(0, 612, 792) && size_is(1, 792, 612));
	CHECK(size_is(2, 2e6, 3) && size_is(3, 200, 297.5));
}

static void
takes_no_more_than_there_is_room_for(void)
{
	struct pdf pdf = read_all("Pages: 9\n"
				  "Page 1 size: 1 x 1\nPage 2 size: 2 x 2\nPage 3 size: 3 x 3\n"
				  "Page 4 size: 4 x 4\nPage 5 size: 5 x 5\nPage 6 size: 6 x 6\n"
				  "Page 7 size: 7 x 7\nPage 7 rot: 90\n");

	CHECK(pdf.pages == 9 && pdf.known == MOST && size_is(MOST - 1, 6, 6));
}

/* The first page whose size is not said is the end of those that are known. */
static void
stops_at_what_is_missing(void)
{
	static const char *const second[] = { "", "Page 2 size:", "Page 2 size: 5",
		"Page 2 size: 5 x", "Page 2 size: 5 x nan pts", "Page 2 size: inf x 5 pts",
		"Page 2 size: 1e999 x 5 pts", "Page 2 size: 0x5 x 5 pts", "Page 2 si",
		"Page two size: 5 x 5", "Page -2 size: 5 x 5",
		"Page 18446744073709551618 size: 5 x 5", "Page 1 size: 5 x 5", "Page 0 size: 5 x 5",
		"\xff\xfePage 2 size: 5 x 5", "P" };
	char text[200];

	for (size_t i = 0; i < sizeof(second) / sizeof(*second); i++) {
		struct pdf pdf;

		snprintf(text, sizeof(text),
		    "Pages: 3\nPage 1 size: 1 x 2\n%s\nPage 3 size: 3 x 3\n", second[i]);
		pdf = read_all(text);
		CHECK(pdf.pages == 3 && pdf.known == 1 && size_is(0, 1, 2));
	}
}

static void
leaves_odd_turns_alone(void)
{
	struct pdf pdf = read_all("Pages: 1\nPage 0 rot: 90\nPage 1 size: -1 x 2\nPage 1 rot: x\n"
				  "Page 1 rot: 99999999999999999999\nPage 2 rot: 90\n"
				  "Page -1 rot: 90\nPage 1 rot: -180\n");

	CHECK(pdf.known == 1 && size_is(0, -1, 2));
	pdf = read_all("Pages: 1\nPage 1 size: 1 x 2\nPage 1 rot: -90\n");
	CHECK(pdf.known == 1 && size_is(0, 2, 1));
	pdf = read_all("Pages: 4\nPage 1 size: 1 x 2\nPage 1 rot: 45\nPage 2 size: 1 x 2\n"
		       "Page 2 rot: 450\nPage 3 size: 1 x 2\nPage 3 rot: 91\n"
		       "Page 4 size: 1 x 2\nPage 4 rot: -45\n");
	CHECK(pdf.known == 4 && size_is(0, 1, 2) && size_is(1, 2, 1) && size_is(2, 1, 2) &&
	    size_is(3, 1, 2));
}

static void
counts_pages_that_a_long_holds(void)
{
	CHECK(read_all("Pages: 9223372036854775807\n").pages == 9223372036854775807);
	CHECK(read_all("Pages: 9223372036854775808\n").pages == 0);
	CHECK(read_all("Pages: -3\n").pages == -3);
	CHECK(read_all("Pages: nan\n").pages == 0);
	CHECK(read_all("Pages:\n").pages == 0);
}

static void
knows_encryption_and_forms(void)
{
	struct pdf pdf = read_all("Form:            XFA\nPages: 1\n"
				  "Encrypted:       yes (print:no copy:no algorithm:RC4)\n");

	CHECK(pdf.xfa && pdf.encrypted);
	pdf = read_all("Form:            AcroForm\nPages: 1\nEncrypted:       no\n");
	CHECK(!pdf.xfa && !pdf.encrypted);
	/* A title is the document's own. */
	pdf = read_all("Title: a\nForm: XFA\nEncrypted: yes\nForm:            none\n"
		       "Pages: 1\nEncrypted:       no\n");
	CHECK(!pdf.xfa && !pdf.encrypted);
}

static int
complains(const char *text)
{
	return pdf_info_complaints(text, strlen(text));
}

static void
sorts_complaints(void)
{
	CHECK(complains("") == 0 && pdf_info_complaints(NULL, 0) == 0);
	CHECK(complains("Syntax Warning: Illegal annotation destination\n") == 0);
	CHECK(complains("Command Line Error: Incorrect password\n") == PDF_INFO_PASSWORD);
	CHECK(complains("Syntax Error: Couldn't find the 'Adobe.PubSec' security handler\n") ==
	    PDF_INFO_LOCKED);
	CHECK(complains("Unimplemented Feature: Unsupported version/revision (4/4) of Standard "
			"security handler") == PDF_INFO_LOCKED);
	CHECK(complains("Syntax Error: Missing or invalid 'Filter' entry in encryption "
			"dictionary\n") == PDF_INFO_LOCKED);
	CHECK(
	    complains("Internal Error: xref num 77 not found but needed, try to "
		      "reconstruct<0a>\nSyntax Error: Kid object (page 2) is wrong type (null)") ==
	    (PDF_INFO_REBUILT | PDF_INFO_TREE));
	CHECK(complains("Syntax Error: Top-level pages object is wrong type (null)\n") ==
	    PDF_INFO_TREE);
}

static void
bears_a_long_line(void)
{
	struct pdf pdf = { .page = page };
	char *line = canned_long("Page 1 size: ", '9');

	TAKE(&pdf, line);
	CHECK(pdf.known == 0);
	free(line);
	line = canned_long("Pages: 7", ' ');
	TAKE(&pdf, line);
	CHECK(pdf.pages == 7);
	free(line);
}

int
main(void)
{
	reads_what_poppler_prints();
	takes_no_more_than_there_is_room_for();
	stops_at_what_is_missing();
	leaves_odd_turns_alone();
	counts_pages_that_a_long_holds();
	knows_encryption_and_forms();
	sorts_complaints();
	bears_a_long_line();
	return 0;
}
