/*
 * ocr/converter.h - the engine http:URL, by its name: a service that converts files.
 *
 * It is the profile converter (quire-profiles(5)) with one server, whose address is all
 * that is behind "http:"; where that begins so itself, as addresses do, once is enough.
 */
#ifndef OCR_CONVERTER_H
#define OCR_CONVERTER_H

#include <stdbool.h>

#define OCR_CONVERTER "converter" /* its profile */

/* Whether that is the name of such an engine, of the option. */
bool converter_is(const char *name);
/* Its address, in the name. */
const char *converter_url(const char *name);
/* What records call it: "http:", host and port; free(3) it. */
char *converter_called(const char *name);

#endif
