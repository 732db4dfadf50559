/*
 * md/forms.h - presentation forms: ligatures of Latin (fi, ffl) and Armenian,
 * letters of Hebrew and Arabic as they look in their word, which stand for
 * letters that words are written and searched with.
 */
#ifndef MD_FORMS_H
#define MD_FORMS_H

#include <stddef.h>
#include <stdint.h>

enum { FORMS_MAX = 16 }; /* bytes */

/* The letters that c stands for, in UTF-8; how many bytes, 0 where c is no such form. */
size_t forms_expand(uint32_t c, char out[FORMS_MAX]);

#endif
