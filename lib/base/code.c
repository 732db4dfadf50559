#include <stddef.h>
#include <string.h>

#include "base/code.h"

#define CODE_DEFINE(id, word, rule, meaning) const char CODE_##id[] = word;
CODE_ROWS(CODE_DEFINE)

#define CODE_ITEM(id, word, rule, meaning) { CODE_##id, CODE_##rule, meaning },
const struct code code_rows[] = { CODE_ROWS(CODE_ITEM){ NULL, CODE_VALIDATION, NULL } };

const struct code *
code_find(const char *word)
{
	const struct code *c;

	for (c = code_rows; c->word; c++)
		if (!strcmp(c->word, word))
			return c;
	return NULL;
}

static const struct {
	const char *word, *advice;
} advices[] = { { CODE_DOCUMENT_TYPE, "leave it out (--exclude), or convert it to PDF" },
	{ CODE_DOCUMENT_EMPTY, "copy it again from where it came, or leave it out (--exclude)" },
	{ CODE_DOCUMENT_DAMAGED, "copy it again, or save it anew" },
	{ CODE_DOCUMENT_LARGE, "--max-size takes larger ones" },
	{ CODE_DOCUMENT_PAGES, "--max-pages takes more" },
	{ CODE_DOCUMENT_CHANGED, "run again when it is written" },
	{ CODE_DOCUMENT_MISSING, "run again, if it should be there" },
	{ CODE_DOCUMENT_TOOL, "install the package that it names, and run again" },
	{ CODE_OFFICE_MISSING, "install the package that it names, and run again" },
	{ CODE_OFFICE_ENCRYPTED, "save it without a password" },
	{ CODE_DOCUMENT_TIMEOUT, "--page-timeout gives more time" },
	{ CODE_PAGE_TIMEOUT, "--page-timeout gives more time" },
	{ CODE_PAGE_DOUBT, "look at the pages, or --on-doubt=mark" },
	{ CODE_PAGE_LARGE, "a lower --dpi takes less" },
	{ CODE_PDF_ENCRYPTED, "give its password by --password-file, or save it without one" },
	{ CODE_DOCUMENT_ENCRYPTED, "save it without its password" },
	{ CODE_ARCHIVE_LIMIT, "unpack it by hand, if it is to be trusted" },
	{ CODE_PDF_DAMAGED, "copy it again, or print it to a new PDF" },
	{ CODE_SCAN_INFECTED, "if clamd errs, mend its database, and jobdb requeue" },
	{ CODE_SCAN_ENCRYPTED, "save it without its password" },
	{ CODE_SCAN_LIMIT, "then jobdb requeue --code scan.limit" },
	{ CODE_SCAN_ANSWER, "see that --clamd is the address of a clamd" },
	{ CODE_SCAN_SERVER, "start clamd (package clamav-daemon), or say where it is (--clamd)" },
	{ CODE_STORE_READ, "see that it is there and may be read" },
	{ CODE_JOB_LOST, "jobdb requeue tries it again" },
	{ CODE_DISK_FULL, "make room, and run again" },
	{ CODE_MEM_LIMIT, "a lower --dpi, or -j, takes less" },
	{ CODE_DEST_WRITE, "see that DEST may be written, and run again" },
	{ CODE_DEST_SYMLINK, "remove the link, or name where it leads" },
	{ CODE_DEST_SOURCE, "give a DEST outside SRC" },
	{ CODE_LEDGER_CORRUPT, "move it away: results are taken over by the next run's" },
	{ CODE_S3_ACCESS_DENIED, "the bucket's owner has to allow it" } };

const char *
code_advice(const char *word)
{
	for (size_t i = 0; i < sizeof(advices) / sizeof(*advices); i++)
		if (!strcmp(advices[i].word, word))
			return advices[i].advice;
	return NULL;
}
