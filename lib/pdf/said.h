/*
 * pdf/said.h - what a tool says of a document, with nothing in it that the
 * document says.
 *
 * Tools quote: "Unknown operator 'Smith'".  What they say goes to logs and to
 * the ledger, which documents' texts do not.
 */
#ifndef PDF_SAID_H
#define PDF_SAID_H

struct proc;

enum { SAID_MAX = 200 };

/*
 * proc_why() of it, reduced to the words that tools' own messages are made of and
 * to numbers of up to five digits; for all else there is "...".
 */
const char *pdf_said(const struct proc *, char out[SAID_MAX]);
/* Such a line, reduced. */
void pdf_reduce(const char *said, char out[SAID_MAX]);

#endif
