/*
 * ocr/chat.h - the engine of every profile: a vision model behind OpenAI-compatible
 * servers (model/fleet.h).
 *
 * A page that is larger than the profile wishes is made smaller, in a jailed child,
 * before it is sent.  What the model says is made safe Markdown (model/clean.h) and
 * judged (model/gate.h): one that is cut off, loops, says its instructions again or
 * declines is asked for once more, at the profile's next temperature, until there is
 * none or the task's tries are used up; then the page fails with permanent
 * ocr.truncated, ocr.loops, ocr.echo, ocr.declined.  What it says is held against the
 * letters on the page, which a jailed child counts, for about 20 ms: where they are many
 * times as many the answer is not taken (ocr.empty), where there are more it is doubtful
 * (ink), where the page is blank or a picture that is said.
 *
 * Answers may come from a cache and from files of batches (kept.h), and are judged all
 * the same.  What a server is not asked, as a file of requests is written or there is
 * none, fails with inner ocr.written or transient ocr.batch.
 */
#ifndef OCR_CHAT_H
#define OCR_CHAT_H

#include "ocr/engine.h"

extern const struct engine engine_chat;

#endif
