/*
 * work/doc.h - the record of a document in hand, and its work directory.
 */
#ifndef WORK_DOC_H
#define WORK_DOC_H

struct err;
struct rec;

#define DOC_SOURCE "source" /* the document's own file in its work directory */

/*
 * What errno says of a document that could not be opened: permanent
 * document.missing where there is none, else store.read by err_class_of.
 */
int doc_unopened(const char *path, struct err *);
/*
 * Give the record an "id", a new ULID, and a "work", a new directory, where it
 * has none that is a string.  One that it has must be a document's (work_open).
 * -1 with what work_make or work_open says; the id stays.
 */
int doc_work(struct rec *, struct err *);
/*
 * Remove the work directory of a document that is done with, whether well or
 * not: of a record of another kind nothing is removed, and what cannot be is
 * only logged.  The record's members stay.
 */
void doc_remove_work(struct rec *);

#endif
