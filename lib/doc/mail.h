/*
 * doc/mail.h - a message (RFC 5322, MIME), for the table of kinds (doc/kind.h).
 *
 * By mblaze's programs, which say what parts it has and decode them: who wrote it to
 * whom, when and about what; of each alternative the plain text, or else the HTML; what
 * is attached, by name; and messages within it the same way.
 */
#ifndef DOC_MAIL_H
#define DOC_MAIL_H

struct err;
struct maker;

int mail_document(struct maker *, struct err *);

#endif
