/*
 * work/doc.h - what commands do with a document in hand.
 */
#ifndef WORK_DOC_H
#define WORK_DOC_H

struct err;

/*
 * What errno says of a document that could not be opened: permanent
 * document.missing where there is none, else store.read by err_class_of.
 */
int doc_unopened(const char *path, struct err *);

#endif
