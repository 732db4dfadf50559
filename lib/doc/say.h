/*
 * doc/say.h - what a document's child says to its parent: events, each a frame
 * that holds a record, an error in it as proc/relay.h writes it.
 *
 * The parent answers each page that it has taken with an empty frame, and no
 * more than MAKER_AHEAD are made before that: those functions wait.  None
 * returns when the parent has gone.
 */
#ifndef DOC_SAY_H
#define DOC_SAY_H

#include <jv.h>

struct buf;
struct err;
struct image;
struct maker;

/*
 * How many pages there are: once, before them.  Then it is known which are wanted
 * (maker_next: no other is to be said) and how much time there is for them.
 */
void maker_say_start(struct maker *, long pages);
/*
 * A member for the record of the page that is said next, whether it fails or
 * not: one on the list of doc/note.h.  The value is given away.
 */
void maker_note(struct maker *, const char *name, jv value);
/* The same for a word of the member doubt, whatever others it has. */
void maker_doubt(struct maker *, const char *word);
/* The same for that page and all that are said after it. */
void maker_note_all(struct maker *, const char *name, jv value);
void maker_doubt_all(struct maker *, const char *word);
void maker_say_failed(struct maker *, long page, const struct err *);
/* Its text, as md_join leaves it: Markdown is made of that by the parent. */
void maker_say_text(struct maker *, long page, const struct buf *text);
/* The same of a kind that is text, as Markdown; nothing in it is escaped. */
void maker_say_markdown(struct maker *, long page, const struct buf *);
/*
 * Write the image as p-NNNN.png in the work directory, by rename, and say so
 * (the parent looks at the file itself: doc/taken.h);
 * or say that the page failed.  What is beside it is the page's record's, as
 * quire-records.7 says: layer, or layout and regions (md/layout.h).
 */
struct maker_beside {
	const struct buf *layer; /* text, as above; NULL: there is none */
	jv layout, regions;      /* given away; null: there are none */
};
void maker_say_image(struct maker *, long page, const struct image *, const struct maker_beside *);
/*
 * Instead of all that: the document is now what the file MAKER_BECOME in the
 * work directory holds, put there by rename, since the document itself may
 * have that name already.  The parent ends this child and opens
 * that in another, made for its kind.  What was noted of all pages is true of those, too.
 */
void maker_say_become(struct maker *);
/* Nothing follows; e: why the document failed as a whole, or NULL. */
void maker_say_end(struct maker *, const struct err *e);

/*
 * What is left of the document's CPU time (what tools that still run have
 * used is not counted), or -1 with transient page.timeout.
 */
long maker_left_ms(const struct maker *, struct err *);

#endif
