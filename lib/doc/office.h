/*
 * doc/office.h - office documents, each for the table of kinds (doc/kind.h).
 *
 * LibreOffice opens them and makes a PDF, which the document becomes.  It is a library
 * in the document's own child (LibreOfficeKit), which has a profile of its own in the
 * work directory, no network and nothing to start: no program of its package runs.
 * Macros are not executed, and what is linked to is not fetched.
 * Where it is not installed: permanent office.missing, which names the package.
 */
#ifndef DOC_OFFICE_H
#define DOC_OFFICE_H

struct err;
struct maker;

/* Before the jail: load the library, where it is. */
int office_ready(struct err *);
/* Openers.  validation office.encrypted, document.damaged; transient document.timeout. */
int office_writer(struct maker *, struct err *);
int office_calc(struct maker *, struct err *);
int office_impress(struct maker *, struct err *);
int office_any(struct maker *, struct err *);
/* What it reads beside /usr: the i-th such directory; NULL behind the last. */
const char *office_reads(int i);

#endif
