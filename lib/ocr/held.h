/*
 * ocr/held.h - what a program said of a page, held against the page before it is taken.
 *
 * It is judged as what a model says (model/gate.h), as a program may have one: loops,
 * refusals.  Then a jailed child counts the page's letters (ocr/smaller.h).  The task
 * fails with permanent ocr.loops, ocr.declined, ocr.empty, and where the look fails.
 */
#ifndef OCR_HELD_H
#define OCR_HELD_H

struct held;
struct loop;
struct ocr_task;
struct spoken;

/* name: the engine's, in messages; lent.  jobs: pages that are looked at at once. */
struct held *held_new(struct loop *, long jobs, const char *name);
void held_free(struct held *); /* no task is answered any more; NULL is allowed */
/* *spoken is its now; the task is answered, from within or later. */
void held_take(struct held *, struct ocr_task *, const struct spoken *);
void held_cancel(struct held *, const struct ocr_task *);

#endif
