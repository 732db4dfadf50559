/* raw: what stands in the bytes of a PDF, wherever it is cut. */
#include "pdf/raw.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "unit/check.h"

static struct pdf_raw
taken(const char *text)
{
	const size_t n = strlen(text);
	char *own = mem_copy(text, n);
	struct pdf_raw r;

	pdf_raw_init(&r);
	pdf_raw_take(&r, own, n, n);
	free(own);
	CHECK(r.at == (long)n);
	return r;
}

static void
counts_pages(void)
{
	CHECK(taken("<</Type /Page>> <</Type/Page/A 1>> << /Type \r\n /Page ").pages == 3);
	CHECK(taken("/Type /Pages /Type /PageLabel /Type/Pag /Typ /Page /Type (/Page)").pages == 0);
	CHECK(taken("/Type /Page").pages == 1);
	CHECK(taken("/Type /Pag").pages == 0 && taken("/Type ").pages == 0);
	CHECK(taken("").pages == 0 && taken("/").pages == 0);
}

static void
finds_its_ends(void)
{
	struct pdf_raw r = taken("junk%PDF-1.4 1 0 obj endobj 2 0 obj endobj %PDF-1.7 rest");

	CHECK(r.start == 4 && r.end == 42);
	r = taken("%PDF");
	CHECK(r.start == -1 && r.end == 0);
}

static void
finds_files(void)
{
	CHECK(taken("<< /Type /EmbeddedFile >>").files && taken("/Collection 3 0 R").files);
	CHECK(!taken("/Embedded /Collect").files);
}

/* The same of a file that is longer than what is read at once, at each place. */
static void
reads_over_the_joints(void)
{
	static const char words[] = "%PDF- << /Type /Page /EmbeddedFile >> endobj";
	const long n = (long)strlen(words);

	for (long before = (64 << 10) - 100; before < (64 << 10) + 8; before++) {
		FILE *f = tmpfile();
		struct pdf_raw r;
		struct err e;

		CHECK(f);
		for (long i = 0; i < before; i++)
			putc('x', f);
		fputs(words, f);
		for (int i = 0; i < 70000; i++)
			putc('y', f);
		CHECK(fflush(f) == 0 && pdf_raw_read(&r, fileno(f), &e) == 0);
		CHECK(r.start == before && r.end == before + n && r.pages == 1 && r.files);
		CHECK(r.at == before + n + 70000);
		fclose(f);
	}
}

int
main(void)
{
	counts_pages();
	finds_its_ends();
	finds_files();
	reads_over_the_joints();
	return 0;
}
