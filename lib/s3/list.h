/*
 * s3/list.h - the objects below a prefix, page by page (ListObjectsV2).
 *
 * An object comes out when its page is whole, so that a page that has to be
 * asked for again gives none twice; the next page is fetched while one is
 * read.  Memory: two pages.  Keys have to come in the order of their bytes:
 * what goes backwards, gives a token again, or has no object in 1,000 pages on
 * end, is no listing but a loop, s3.BadListing.
 *
 * s3://BUCKET/ and s3://BUCKET/PREFIX/ list what lies below.  Without the
 * slash it is the object of that name, if there is one, and what lies below
 * PREFIX/; where neither is there, s3.NoSuchKey.
 */
#ifndef S3_LIST_H
#define S3_LIST_H

#include <stdbool.h>

#include "s3/listxml.h"

struct err;
struct s3;
struct s3_list;
struct s3_name;

struct s3_list *s3_list_new(struct s3 *, const struct s3_name *);
/*
 * The next object, good until the next call, or NULL: e->code is set where the
 * listing has failed (fatal, or busy where it may work later) and NULL where
 * none is here yet, or none comes any more.
 */
const struct s3_object *s3_list_next(struct s3_list *, struct err *e);
/* After NULL: false where to ask again when the loop has run something. */
bool s3_list_ended(const struct s3_list *);
/* How many bytes of the object's key are those that were asked for. */
size_t s3_list_below(const struct s3_list *);
void s3_list_free(struct s3_list *); /* NULL is allowed */

#endif
