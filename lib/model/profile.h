/*
 * model/profile.h - what there is to know of a vision model behind a server.
 *
 * A profile is a JSON file, NAME.json: quire's own are built in, those in the
 * folder that QUIRE_PROFILES names come first.  quire-profiles(5) lists the
 * members; one that is not known is an error, so that none is misspelt.
 */
#ifndef MODEL_PROFILE_H
#define MODEL_PROFILE_H

#include <stdbool.h>
#include <stddef.h>

#include <jv.h>

#include "model/gate.h"

struct err;

#define PROFILE_NOT "tesseract." /* what is set below that is none of profiles' */

enum { PROFILE_LADDER = 8, PROFILE_NAME_MAX = 63 };

struct profile {
	char *name;
	jv all;            /* the profile as it was read, with what was set: what follows lends */
	const char *model; /* its id, as the server is asked for it */
	const char *clean; /* the cleaner's name */
	/* What the image should be, as of ocr/wish.h: pixels, dots an inch. */
	long side, dpi;
	double area;
	bool colour;
	/* Tokens that it takes of the context: so many, or one for each square of that side. */
	long tokens, patch;
	long context;      /* tokens; 0: as the server says */
	const char *limit; /* the member of a request that says of how many tokens an answer */
	long max_tokens;   /* may be, at most; 0: not sent */
	double temperature[PROFILE_LADDER]; /* one after the other, where a result is not taken */
	size_t temperatures;
	long timeout_ms; /* of a page */
	long jobs;       /* pages at once, of each server */
	/* It has no messages: a service that converts files, by a form (model/ask.h). */
	bool converts;
	/* It is asked for fields of this schema instead of text (model/extract.h); or invalid. */
	jv schema;
	const char *file, *answer; /* the name of its file; the Markdown's path, joined by dots */
	struct gate_conf gate;
};

/* Whether there is one of that name. */
bool profile_is(const char *name);
/*
 * Read it.  set: "PATH=VALUE" each, where PATH is members joined by dots, and VALUE JSON,
 * or else text.  Fails with fatal ocr.profile, which names file and member.
 */
int profile_load(struct profile *, const char *name, const char *const *set, size_t n,
    struct err *);
void profile_release(struct profile *);
/*
 * The request for a page, in two pieces, between which the image belongs, as base64; free(3)
 * both.  Of a profile with messages.  model: as the server calls it; context: what the
 * server says of it, or 0.  without: an array of top-level members that are left out.
 */
struct profile_page {
	const char *model;
	long context, width, height;
	double temperature;
	jv without; /* lent */
	/* Of what converts files: the file's name and media type; NULL: a page's. */
	const char *name, *mime;
};
void profile_request(const struct profile *, const struct profile_page *, char **head, char **tail);

#endif
