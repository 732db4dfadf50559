/*
 * doc/decrypt.h - a PDF that needs a password, and has one (doc/passwords.h).
 */
#ifndef DOC_DECRYPT_H
#define DOC_DECRYPT_H

struct err;
struct maker;
struct pdf;

/*
 * Write it anew without its encryption, by qpdf(1), which reads the password from its
 * standard input: poppler takes one by its command line alone, where others see it.
 * The document is that from then on (maker_say_become); nothing else is to be said.
 * Fails with validation pdf.encrypted (the password is not its own), pdf.damaged,
 * document.large, permanent document.tool, transient document.timeout, mem.limit.
 */
int decrypt_pdf(struct maker *, const struct pdf *, struct err *);

#endif
