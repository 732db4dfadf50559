/*
 * ocr/chat.h - the engine of every profile: a vision model behind OpenAI-compatible
 * servers (model/fleet.h).
 *
 * A page that is larger than the profile wishes is made smaller, in a jailed child,
 * before it is sent.  What the model says is made safe Markdown (model/clean.h) and
 * judged (model/gate.h): one that is cut off, loops, says its instructions again or
 * declines is asked for once more, at the profile's next temperature, until there is
 * none or the task's tries are used up; then the page fails with permanent
 * ocr.truncated, ocr.loops, ocr.echo, ocr.declined.  One that says little is looked at:
 * where there is text on it the answer is not taken (ocr.empty), where it is blank or a
 * picture that is said.
 */
#ifndef OCR_CHAT_H
#define OCR_CHAT_H

#include "ocr/engine.h"

extern const struct engine engine_chat;

#endif
