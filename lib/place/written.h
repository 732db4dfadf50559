/*
 * place/written.h - whose the results are that this process has put, or is about
 * to put, for places that do not say it themselves: the last of them, in
 * bounded memory.
 */
#ifndef PLACE_WRITTEN_H
#define PLACE_WRITTEN_H

#include <stdbool.h>

struct written;

struct written *written_new(void);
void written_free(struct written *);
/* rel is what the result's name is made of; uri the document's. */
void written_note(struct written *, const char *rel, const char *uri);
void written_forget(struct written *, const char *rel);
/* Whether it is known to be another document's. */
bool written_by_other(const struct written *, const char *rel, const char *uri);

#endif
