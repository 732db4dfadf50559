/*
 * ocr/talk.h - a page in the hands of the engine of profiles (ocr/chat.h): what it is
 * asked, how often, and what is made of what it says.  For chat.c alone.
 */
#ifndef OCR_TALK_H
#define OCR_TALK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "model/clean.h"
#include "model/extract.h"
#include "model/profile.h"
#include "ocr/kept.h"
#include "ocr/result.h"
#include "ocr/smaller.h"

struct fleet;
struct loop;
struct ocr_task;
struct watch;

struct chat {
	struct profile profile;
	enum clean_kind kind;
	bool html_tables;
	char *prompt;        /* what the model is told */
	struct fleet *fleet; /* NULL: nothing is sent */
	struct smaller *smaller;
	struct loop *loop;
	struct kept kept;
	long jobs;
	struct talk *talks;
	uint64_t unknown; /* pages whose document is not known, so far */
};

/* A page in hand. */
struct talk {
	struct talk *prev, *next;
	struct chat *chat;
	struct ocr_task *task;
	struct kept_page page; /* its image, as it is sent, and what is asked of it */
	long size[2];          /* pixels of the image before it was made smaller */
	uint64_t document;     /* a number that stands for whose it is */
	size_t step;           /* of the profile's temperatures */
	struct look_ask look;
	bool looking;
	bool whole;            /* it is a document: nobody looks at it */
	struct look seen;      /* what was seen of the page; letters -1: nothing yet */
	struct watch *kept;    /* until what is kept is taken */
	enum kept_found found; /* what that is, */
	struct buf answer;     /* an answer, */
	struct err refused;    /* or why there is none */
	/* What was said last. */
	struct clean said;
	struct ocr_gate gate;
	char finish[24];
	jv fields;                 /* where they were asked for, or invalid, */
	char why[EXTRACT_WHY_MAX]; /* and why what was said is none */
};

/*
 * A talk on that task, by the image of that size; 0 x 0: a whole document.  Nothing is
 * asked yet.  NULL with io.read.
 */
struct talk *talk_new(struct chat *, struct ocr_task *, const long size[2], struct err *);
/*
 * Ask, or first have the image made smaller where the profile wishes for less.  The task
 * is answered later, and the talk gone then; -1: neither.
 */
int talk_start(struct talk *, struct err *);
void talk_free(struct talk *); /* the task is not answered */

#endif
