/*
 * model/gate.h - whether what a model said of a page can be what the page says, by numbers.
 *
 * Models run into loops, stop early, refuse, or say their prompt again.  A page repeats
 * itself, too: rows of dots and underscores, columns of one number, a refrain; see
 * model/loops.h for what tells them.
 */
#ifndef MODEL_GATE_H
#define MODEL_GATE_H

#include <stdbool.h>
#include <stddef.h>

#include "model/loops.h"

enum gate_verdict {
	GATE_FINE,
	GATE_TRUNCATED, /* it ended for want of room */
	GATE_LOOPS,     /* where it did in a loop, too */
	GATE_EMPTY,     /* nothing, or far less than the page's ink, */
	GATE_REFUSED,
	GATE_ECHO,   /* it is the prompt */
	GATE_FIELDS, /* it is none of the fields that were asked for */
	GATE_PARTLY  /* or less than it: some of the page may be missing */
};

/* "fine", "truncated", "loops", "empty", "refused", "echo", "fields", "partly". */
const char *gate_name(enum gate_verdict);

/* Shares are 0 to 1. */
struct gate_conf {
	struct loops_conf loops;
	size_t lines_bytes; /* of a text whose lines are compared, at least */
	double lines_share; /* of it in lines that it said before: a loop */
	long letters_least; /* of a page; fewer may be dirt */
	double empty;       /* of them: an answer with fewer is none, */
	double partly;      /* and one with fewer is doubtful; 0: no page is looked at for that */
	long refusal_max;   /* characters of a refusal */
	double echo_share;  /* of the answer's words that are the prompt's */
};
extern const struct gate_conf gate_conf_default;

struct gate_ask {
	const char *raw; /* as the model said it */
	size_t raw_len;
	const char *text; /* what model/clean.h made of it */
	size_t text_len;
	const char *finish; /* "stop", "length", "content_filter", another; NULL: not said */
	const char *prompt; /* or NULL */
};

struct gate_numbers {
	double repeat;  /* the share of raw that loops take, */
	size_t period;  /* bytes of the longest one's piece, 0: there is none, */
	double again;   /* and of text in lines that stood there before */
	long chars;     /* of text, blanks, tags and the lines of tables aside */
	double script;  /* the share of its letters that are Latin or of its main script; 1: none */
	double echoed;  /* of its words that are the prompt's */
	bool truncated; /* for want of room */
	bool refused, echo;
};

/* Judge; *n says by what.  Time and memory go by the length of what was said. */
enum gate_verdict gate_judge(const struct gate_conf *, const struct gate_ask *,
    struct gate_numbers *n);
/*
 * Whether an answer of so many characters, as gate_numbers counts them, says what is on
 * a page with so many letters or more (ocr/smaller.h): fine, empty, partly.
 */
enum gate_verdict gate_letters(const struct gate_conf *, long chars, long letters);

#endif
