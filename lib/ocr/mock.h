/*
 * ocr/mock.h - the engine mock: answers that a script gives, and no OCR.
 *
 * For tests, and to try a pipeline where there is no Tesseract.  It reads no
 * image.  Without a script each page says its number and its geometry.
 *
 * QUIRE_MOCK names the script: JSON objects, a line each, with the members
 *   page        a number: the line is for pages with that number, else for all
 *   text        what the page says: plain text, which is escaped, or
 *   markdown    Markdown, which is taken as it is, or
 *   error       {"class":,"code":,"message":}: the page fails so; class is
 *               validation, transient or permanent, or fatal or busy, which
 *               stop the command
 *   crash       true: the command kills itself with SIGKILL
 *   confidence  0 to 1; without it none is told
 *   delay_ms    the answer comes so much later, 0 to 600,000
 * A page takes the first line with its number that no page has taken yet, or
 * the last one with its number again; where none has its number, the same
 * among the lines without one.  So {"page":2,"error":...} and then
 * {"page":2,"text":...} is a page that works the second time.
 */
#ifndef OCR_MOCK_H
#define OCR_MOCK_H

#include "ocr/engine.h"

/*
 * Opening it fails with fatal ocr.mock, naming the line, where the script
 * cannot be read or understood.  Pages fail as the script says.
 */
extern const struct engine engine_mock;

#endif
