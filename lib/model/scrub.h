/*
 * model/scrub.h - what a model said, as text, without what it wrapped it in.
 */
#ifndef MODEL_SCRUB_H
#define MODEL_SCRUB_H

#include <stddef.h>

struct buf;

/*
 * Append s[0..n) as well-formed UTF-8 of lines that end in "\n": a bad byte becomes
 * U+FFFD; control characters, byte order marks, and what turns the direction of
 * writing or is for machines (overrides, embeddings, isolates, tags) are dropped.
 * Joiners and direction marks stay, as words need them.  -1 when out is full.
 */
int scrub_chars(struct buf *out, const char *s, size_t n);
/*
 * Append [s, end) without special tokens, as <|im_end|> and <｜end▁of▁sentence｜>,
 * and without half of one at the end.  -1 when out is full.
 */
int scrub_tokens(struct buf *out, const char *s, const char *end);
/*
 * Narrow [*s, *end) to what was said: without blanks around it; without the thinking
 * that it starts with, closed or not; without a fence around the whole, closed or not:
 * one of "```markdown" or the like, or of "```" alone where no other one stands in it.
 */
void scrub_unwrap(const char **s, const char **end);
/* Without blanks around; nothing where "null" or "None" is all. */
void scrub_trim(const char **s, const char **end);

#endif
