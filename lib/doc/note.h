/*
 * doc/note.h - notes: what a document's child finds out about a page beside
 * its text or its image, as members that go into the page's record as they are.
 *
 * The child may be in an attacker's hands: only what is on the list in note.c,
 * each of its own type and size, comes through.  What they mean:
 * quire-records.7.
 */
#ifndef DOC_NOTE_H
#define DOC_NOTE_H

#include <jv.h>

/*
 * An object with those members of said that are on the list and of their type.
 * said, which may be anything, is given away.
 */
jv note_checked(jv said);
/* The notes of a page, with those of all pages of its document.  Both are given away. */
jv note_merged(jv of_all, jv of_page);

#endif
