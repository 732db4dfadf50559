/*
 * model/ask.h - what a server is asked of a page, and what it answers, in the words
 * that the profile says: OpenAI's, with messages, or a form for a service that
 * converts files.
 *
 * Such a form (RFC 7578, multipart/form-data) has the profile's fields and one file,
 * the page's image or a whole document, as it is; the answer is a JSON object, in which
 * the Markdown stands where the profile says.
 */
#ifndef MODEL_ASK_H
#define MODEL_ASK_H

#include <stddef.h>

#include "model/answer.h"

struct body;
struct err;
struct profile;
struct profile_page;

enum { ASK_BOUNDARY = 32 }; /* characters between the parts of a form */

struct ask {
	char boundary[ASK_BOUNDARY + 1]; /* "": none is needed */
	char type[80];                   /* the media type of the request */
};

/* Of a request: nobody can know it before, and so have it in a file. */
void ask_new(struct ask *, const struct profile *);
/*
 * head and tail of the body, whose file is set already, and how that stands between them.
 * NULL: of one that is not sent, always the same for the same page.
 */
void ask_body(const struct ask *, const struct profile *, const struct profile_page *,
    struct body *);
/* Fails with transient ocr.answer: it is no answer. A converter's is complete: "stop". */
int ask_answer(const struct profile *, struct answered *, const char *json, size_t len,
    struct err *);

#endif
