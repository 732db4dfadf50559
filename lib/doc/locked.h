/*
 * doc/locked.h - office documents that are encrypted, as their files say.
 */
#ifndef DOC_LOCKED_H
#define DOC_LOCKED_H

#include <stdbool.h>

/*
 * Whether the document open at fd is: OOXML that is packed into an OLE, Word's,
 * Excel's and PowerPoint's older files by what they say at their beginning, and ODF
 * whose content is neither XML nor compressed.
 */
bool locked_is(int fd);

#endif
