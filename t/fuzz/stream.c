/*
 * stream: whatever comes as an answer's events, in whatever pieces, is a completion
 * that can be read, or an error with a name.
 *
 * The first byte says how long the pieces are.
 */
#include "base/err.h"
#include "fuzz/fuzz.h"
#include "model/answer.h"
#include "model/gate.h"
#include "model/stream.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const size_t piece = fuzz_choice(&data, &size) + 1;
	struct buf out = BUF_INIT(1 << 20);
	struct answered a;
	struct stream s;
	struct err e;
	int r = 0;

	stream_init(&s, &gate_conf_default.loops, 1 << 16);
	for (size_t at = 0; r == 0 && at < size; at += piece)
		r = stream_more(&s, data + at, size - at < piece ? size - at : piece, &e);
	HOLDS(r == 0 || *e.code);
	if ((r == 0 || s.looped) && stream_completion(&s, &out, &e) == 0) {
		HOLDS(answer_read(&a, out.p, out.len, &e) == 0);
		HOLDS(a.finish != NULL);
		answer_release(&a);
	}
	stream_release(&s);
	buf_release(&out);
	return 0;
}
