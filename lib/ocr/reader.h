/*
 * ocr/reader.h - the worker's side of ocr/local.h: what it is asked and answers, over its
 * socket.  What it says is looked at there: it may be in the hands of a page.
 */
#ifndef OCR_READER_H
#define OCR_READER_H

#include <stddef.h>
#include <stdint.h>

#include "md/layout.h"
#include "ocr/result.h"
#include "proc/role.h"

/* What a worker is asked. */
struct reader_request {
	long dpi; /* 0: as the file says */
	size_t n; /* regions; 0: the page */
	struct layout_box region[LAYOUT_REGIONS_MAX];
};

/* Before each text of its answer, that of the page or those of the regions. */
struct reader_head {
	uint64_t failed; /* not 0: what follows is an error's (proc/relay.h) */
	uint64_t len;
	double confidence;
	struct ocr_notes notes;
	int script, lacks; /* ocr/polyglot.h */
};

enum { READER_ANSWER_MAX = LAYOUT_REGIONS_MAX * (int)sizeof(struct reader_head) + OCR_TEXT_MAX };

/* What the process is (proc/role.h), the role "reader"; told: as polyglot_new is. */
extern const struct role reader_roles[];

#endif
