#include <string.h>

#include "pdf/complaint.h"

/* Of poppler 22.12 and 25.03. */
static const char *const harmless[] = { "annotation destination", "link destination",
	"Illegal annotation action", "ToUnicode", "bfrange", "bfchar",
	"Mismatch between font type and embedded font file", "hints table", "linearization table",
	"Invalid number of bits needed", "Suspects object", "MarkInfo", "StructTree", "StructElem",
	"ParentTree", "Metadata", "default config", "find group for reference",
	"Optional content group", "Page additional action object", "Page transition object",
	"Page duration object", "Page thumb object", "No valid XRef size in trailer",
	"May not be a PDF file" };

/* Of MuPDF 1.21 and 1.25, some as a warning. */
static const char *const losses[] = { "premature end", "truncated image", "zlib error",
	"bad data in a85d", "bad data in ahxd", "treating as end of file", "is not a stream (",
	"cannot load content stream", "corrupt object stream", " in 1d faxd", " in 2d faxd",
	" in lzw decode", "jbig2dec error", "cannot decode jbig2", "unknown filter name",
	"Corrupt JPEG data: bad Huffman", "Corrupt JPEG data: found marker" };

/* Operators that draw nothing and move nothing. */
static const char *const idle[] = { "'q'", "'Q'", "'BMC'", "'BDC'", "'EMC'", "'MP'", "'DP'", "'BX'",
	"'EX'", "'ri'", "'i'", "'w'", "'J'", "'j'", "'M'", "'d'", "'d0'", "'d1'" };

static bool
line_has(const char *line, size_t n, const char *words)
{
	return memmem(line, n, words, strlen(words)) != NULL;
}

/* "Too few (0) args to 'w' operator", and "Arg #0 to 'w' operator is wrong type". */
static bool
is_idle(const char *line, size_t n)
{
	if (!line_has(line, n, " args to '") && !line_has(line, n, "Arg #"))
		return false;
	for (size_t i = 0; i < sizeof(idle) / sizeof(*idle); i++)
		if (line_has(line, n, idle[i]))
			return true;
	return false;
}

static bool
line_loses(const char *line, size_t n)
{
	if (n == 0 || is_idle(line, n))
		return false;
	for (size_t i = 0; i < sizeof(harmless) / sizeof(*harmless); i++)
		if (line_has(line, n, harmless[i]))
			return false;
	return true;
}

static bool
line_lacks(const char *line, size_t n)
{
	for (size_t i = 0; i < sizeof(losses) / sizeof(*losses); i++)
		if (line_has(line, n, losses[i]))
			return true;
	return false;
}

/* "error: ..." of MuPDF 1.21; "syntax error: ..." and others of 1.25. */
static bool
line_fails(const char *line, size_t n)
{
	static const char warning[] = "warning:";

	return n > 0 && (n < strlen(warning) || strncmp(line, warning, strlen(warning)) != 0);
}

/* Whether it is true of a line of text[0..n). */
static bool
any_line(const char *text, size_t n, bool (*is)(const char *, size_t))
{
	const char *const end = text + n, *nl;

	for (; n > 0 && text < end; text = nl + 1) {
		nl = memchr(text, '\n', (size_t)(end - text));
		nl = nl ? nl : end;
		if (is(text, (size_t)(nl - text)))
			return true;
		if (nl == end)
			break;
	}
	return false;
}

bool
pdf_complaint_loses(const char *text, size_t n)
{
	return any_line(text, n, line_loses);
}

bool
pdf_mutool_loses(const char *text, size_t n)
{
	return any_line(text, n, line_lacks);
}

bool
pdf_mutool_complains(const char *text, size_t n)
{
	return any_line(text, n, line_fails);
}
