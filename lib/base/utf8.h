/*
 * base/utf8.h - the one place that knows well-formed UTF-8 (RFC 3629, section 4).
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { UTF8_MAX = 4 };

/*
 * The length of the well-formed character at s[0..n), or 0 where there is
 * none (overlong forms, surrogates and what is above U+10FFFF are none).
 */
size_t utf8_len(const char *s, size_t n);
/* The same, with its code point in *cp. */
size_t utf8_get(const char *s, size_t n, uint32_t *cp);

/* The bytes of a code point, which is one; how many they are. */
size_t utf8_put(char out[UTF8_MAX], uint32_t cp);

/* Whether all of s[0..n) is well-formed; NULs are. */
bool utf8_valid(const char *s, size_t n);
/*
 * Whether a terminal could act on it: C0, DEL and C1 (Unicode's Cc), which are
 * never shown as they are.  The one place that knows them.
 */
bool utf8_is_control(uint32_t cp);
/*
 * Whether it is one that nobody sees, and that may make other text look different
 * from what it is: it turns the direction of writing, has no width, or is for
 * machines (tags, variation selectors, fillers, soft hyphens, line separators).
 */
bool utf8_is_hidden(uint32_t cp);
/* Whether it stands for no character that a text has: U+FFFD, private use, controls. */
bool utf8_is_none(uint32_t cp);
/*
 * Whether such a one stands within one of the words of s[0..n).  Alone it is a bullet
 * or a sign, as is one in front that is not U+FFFD; a control at an end is blank.
 */
bool utf8_is_broken(const char *s, size_t n);

/*
 * A letter of the Latin script as the small one of a to z that it is without
 * its accents (U+00C0 to U+017F, ligatures as their first letter; those of Romanian
 * and Vietnamese beyond); others as they are.
 */
uint32_t utf8_base(uint32_t);

#endif
