/*
 * place/priv.h - the row that a text belongs to, for source.c, origin.c, dest.c.
 */
#ifndef PLACE_PRIV_H
#define PLACE_PRIV_H

#include "base/err.h"
#include "place/place.h"

const struct place_scheme *place_of(const struct places *, const char *text);
/* What the row's places share, opened at the first call; NULL with *e. */
void *place_shared(struct places *, const struct place_scheme *, struct err *);
/* -1 with validation store.uri: what cannot be done at the place. */
int place_cannot(const char *text, const char *what, struct err *);

#endif
