#include "base/err.h"
#include "ocr/doubt.h"
#include "ocr/result.h"
#include "ocr/smaller.h"
#include "ocr/weigh.h"

const struct weigh_fault *
weigh_fault(enum gate_verdict verdict)
{
	static const struct weigh_fault faults[] = {
		{ GATE_TRUNCATED, CODE_OCR_TRUNCATED, "the answer was cut off" },
		{ GATE_LOOPS, CODE_OCR_LOOPS, "the answer goes round in circles" },
		{ GATE_EMPTY, CODE_OCR_EMPTY, "the answer says little, and much is on the page" },
		{ GATE_REFUSED, CODE_OCR_DECLINED, "the model declines" },
		{ GATE_ECHO, CODE_OCR_ECHO, "the answer is its instructions" },
		{ GATE_FIELDS, CODE_OCR_FIELDS, "the answer is none of the fields" },
	};

	for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++)
		if (faults[i].verdict == verdict)
			return &faults[i];
	return NULL;
}

enum gate_verdict
weigh_look(const struct gate_conf *conf, const struct look *seen, struct ocr_gate *gate,
    unsigned *doubt)
{
	enum gate_verdict verdict = GATE_FINE;

	gate->letters = seen->letters;
	if (!seen->notes.picture)
		verdict = gate_letters(conf, gate->chars, seen->letters);
	if (verdict == GATE_PARTLY || (seen->notes.blank && gate->chars > 0))
		*doubt |= DOUBT_INK;
	return verdict == GATE_EMPTY ? GATE_EMPTY : GATE_FINE;
}

bool
weigh_picture(const struct look *seen)
{
	return seen->notes.picture && seen->letters == 0;
}
