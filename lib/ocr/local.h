/*
 * ocr/local.h - the engine tesseract: Tesseract in jailed resident workers.
 *
 * A worker decodes the page's PNG itself (libpng, gray rows) and reads it; what
 * it says is text, which nothing here trusts.  It may open /dev/null, and the data
 * of languages where it is to find them (ocr/polyglot.h), and no other file.  Limits
 * of a page: 120 s CPU, 180 s wall, 2 GiB of address space, OCR_TEXT_MAX bytes of text.
 * Opening the engine looks for the languages' data; each worker loads them when
 * it is started, for its first page.  Where that fails reading the page fails
 * with what tess_new says, which is fatal.  A worker whose page failed or is
 * doubtful reads no other, since that page may have been made for its reader.
 *
 * Where there is a cache what it answered is kept, and taken from there
 * (ocr/earlier.h).
 */
#ifndef OCR_LOCAL_H
#define OCR_LOCAL_H

#include "ocr/engine.h"

extern const struct engine engine_tesseract;

#endif
