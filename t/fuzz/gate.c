/*
 * gate: whatever a model says is judged, by numbers that are shares.
 *
 * The first byte says how it ended, and of what length a prompt stands in front.
 */
#include "fuzz/fuzz.h"
#include "model/gate.h"

static void
is_share(double d)
{
	HOLDS(d >= 0 && d <= 1);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const finish[] = { "stop", "length", NULL, "content_filter" };
	const unsigned choice = fuzz_choice(&data, &size);
	const size_t len = choice / 8 < size ? choice / 8 : size;
	char *prompt = fuzz_string(data, len), *text = fuzz_string(data + len, size - len);
	const struct gate_ask ask = { .raw = text,
		.raw_len = size - len,
		.text = text,
		.text_len = size - len,
		.finish = finish[choice % 4],
		.prompt = prompt };
	struct gate_numbers n;
	const enum gate_verdict verdict = gate_judge(&gate_conf_default, &ask, &n);

	is_share(n.repeat);
	is_share(n.again);
	is_share(n.script);
	is_share(n.echoed);
	HOLDS(n.chars >= 0 && n.chars <= (long)size);
	HOLDS((n.period > 0) == (n.repeat > 0));
	HOLDS(*gate_name(verdict));
	free(prompt);
	free(text);
	return 0;
}
