/*
 * model/phrases.h - answers that are about the question: refusals, and the question itself.
 */
#ifndef MODEL_PHRASES_H
#define MODEL_PHRASES_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Whether s[0..n), UTF-8, begins as models that refuse do, in English or Chinese, and
 * says what they do not do.  A letter that begins so says other things.
 */
bool phrases_refuse(const char *s, size_t n);
/*
 * The share of s[0..n)'s words that are the prompt's, two by two in its order; for no
 * more than four words, whether they are all of it: 0 or 1.
 */
double phrases_echo(const char *s, size_t n, const char *prompt);

#endif
