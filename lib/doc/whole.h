/*
 * doc/whole.h - a document that is read as it is, by who reads files of its kind.
 */
#ifndef DOC_WHOLE_H
#define DOC_WHOLE_H

struct err;
struct rec;

/*
 * Make a document's record that of its one page, "whole": its "path" lies where nobody
 * else can change it, and "mime" is what its content tells, else
 * application/octet-stream.  Fails as doc_work and docfile_open do; validation
 * document.empty.
 */
int whole_page(struct rec *, struct err *);

#endif
