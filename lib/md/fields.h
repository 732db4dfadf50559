/*
 * md/fields.h - the fields that a document's pages gave, as one object.
 *
 * In the order of the pages: of a member the first value counts that says something
 * (not null, nor ""); arrays are joined, as rows of a table go on overleaf; objects are put
 * together in the same way.  Where a later page says something else, that page is
 * doubtful.
 */
#ifndef MD_FIELDS_H
#define MD_FIELDS_H

#include <stddef.h>

#include <jv.h>

enum { FIELDS_MAX = 4 << 20 }; /* bytes of JSON of a document's pages that are held */

struct fields {
	struct fields_page {
		long page;
		jv v;
	} * v; /* as they came */
	size_t n, cap, bytes;
	jv against; /* pages that say otherwise, or have no room: numbers, maybe twice */
};

void fields_init(struct fields *);
void fields_release(struct fields *);
/* v is given away; what is no object is nothing. */
void fields_add(struct fields *, long page, jv v);
/* Once, at the end: their sum, to be freed, or invalid where there were none. */
jv fields_merge(struct fields *);

#endif
