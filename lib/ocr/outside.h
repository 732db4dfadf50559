/*
 * ocr/outside.h - the engine exec:CMD: programs of the operator's that stay.
 *
 * CMD is a program and its arguments, split at blanks and nothing else; records call
 * it exec: and the program's base name.  Up to the engine's jobs run at once, each
 * asked a page at a time (ocr/spoken.h), and started when a page needs it.  They are
 * the operator's, and so in no jail, but each has its process group and a small
 * environment without keys.
 *
 * A page fails with transient ocr.died where its program dies, ocr.timeout where it
 * does not answer in time, permanent ocr.large and ocr.program where it answers too
 * much or what is none; the program is replaced then.  One that dies is
 * started again later and later, until one has answered; a page that it had not read
 * goes to another.  Where none reads what it is asked, several times in a row, all
 * pages fail, with fatal proc.exec.
 */
#ifndef OCR_OUTSIDE_H
#define OCR_OUTSIDE_H

#include <stdbool.h>

#include "ocr/engine.h"

/* Whether that is the name of such an engine, of the option. */
bool outside_is(const char *name);

extern const struct engine engine_outside;

#endif
