/*
 * doc/event.h - what an event of a document's child tells (doc/say.h).  The child
 * may be in an attacker's hands: each is checked, and made here of what it said.
 */
#ifndef DOC_EVENT_H
#define DOC_EVENT_H

#include <stdbool.h>

#include <jv.h>

struct buf;
struct err;
struct rec;
struct taken;

/*
 * What the page's image is to be read with, to be freed whatever is returned;
 * false where it makes no sense.
 */
bool event_layout(struct rec *, const struct taken *, jv *layout, jv *regions);
/*
 * Its text as Markdown, or, of what the child has made itself, that Markdown, in the
 * buffer; NULL where it tells none, or, with validation page.large, too much.
 */
const char *event_markdown(struct rec *, bool made, struct buf *, struct err *);
/* Whether it tells an error; one that makes no sense is transient, of that code. */
bool event_error(struct rec *, const char *malformed, struct err *);

#endif
