/*
 * model/safe.h - Markdown that nobody trusts becomes Markdown that says the same and
 * does no harm (CommonMark 0.30, GFM).
 *
 * Headings, lists, emphasis, code, formulas and tables stay.  There is no HTML in it
 * but tables, as model/htmltable.h has them, br in rows of tables, and sub and sup:
 * every other "<" that could start a tag, a comment or an address is "&lt;".  There is
 * no link and no image: "[text](url)" is text, "![alt](url)" is alt, and definitions
 * and the rest of what looks like one are escaped; a web address that stands there bare
 * stays, as md/text.h has it.  Fenced code stays as it is, moved to the start of the
 * line, and is closed; other fences are escaped.  A page's marks, as md/join.h writes
 * them, cannot come out of it, nor stand in code.
 * How a document may begin is md/spool.h's to look at.
 */
#ifndef MODEL_SAFE_H
#define MODEL_SAFE_H

#include <stdbool.h>

struct buf;

/*
 * Append [s, end), which is UTF-8 without control characters (model/scrub.h).  pipes:
 * simple tables become tables of Markdown.  No newline ends it, and no more than one
 * empty line stands between two.  -1 when out is full; then some of it stands there.
 */
int safe_markdown(struct buf *out, const char *s, const char *end, bool pipes);

#endif
