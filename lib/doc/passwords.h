/*
 * doc/passwords.h - the passwords of documents, from a file of their user's: a line of
 * JSON each, {"match": GLOB, "password": TEXT}, of which the first counts whose glob
 * (fnmatch(3) without flags, as of rec/name.h) fits the whole of a document's uri.
 *
 * They are in no command line, environment, log or record.  A document's child, which is
 * in its jail then, is told the one of its document, and no other.
 */
#ifndef DOC_PASSWORDS_H
#define DOC_PASSWORDS_H

struct err;
struct passwords;

enum { PASSWORD_MAX = 1000 }; /* bytes of one */

/*
 * The file has to be a plain one, ours or root's, which others can neither read nor
 * write.  NULL with fatal io.read or record.syntax, whose message names the file and
 * perhaps a line, and nothing of what stands there.
 */
struct passwords *passwords_read(const char *file, struct err *);
/* They are overwritten; NULL is allowed. */
void passwords_free(struct passwords *);
/* That of the document with that uri (NULL: ""), or NULL. */
const char *passwords_for(const struct passwords *, const char *uri);

#endif
