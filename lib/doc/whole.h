/*
 * doc/whole.h - a document that is read as it is, by who reads files of its kind.
 */
#ifndef DOC_WHOLE_H
#define DOC_WHOLE_H

struct choice;
struct err;
struct rec;

/*
 * Make a document's record that of its one page, "whole": its "path" lies where nobody
 * else can change it, and "mime" is what its content tells, else
 * application/octet-stream.  Fails as doc_work, docfile_open and choice_allows do;
 * validation document.empty.
 */
int whole_page(struct rec *, const struct choice *, struct err *);

#endif
