#include <stdlib.h>

#include "base/mem.h"
#include "place/written.h"

#include "unit/check.h"

static void
remembers_whose_they_are(void)
{
	struct written *w = written_new();

	CHECK(!written_by_other(w, "a", "u"));
	written_note(w, "a", "u");
	CHECK(!written_by_other(w, "a", "u"));
	CHECK(written_by_other(w, "a", "v"));
	CHECK(!written_by_other(w, "b", "v"));
	written_note(w, "a", "v");
	CHECK(written_by_other(w, "a", "u"));
	written_forget(w, "b");
	CHECK(written_by_other(w, "a", "u"));
	written_forget(w, "a");
	CHECK(!written_by_other(w, "a", "u"));
	written_free(w);
	written_free(NULL);
}

/* Of many it forgets some, and never takes one for another. */
static void
forgets_the_oldest(void)
{
	enum { MANY = 100000 };
	struct written *w = written_new();
	int known = 0;

	for (int i = 0; i < MANY; i++) {
		char *rel = mem_printf("%d", i);

		CHECK(!written_by_other(w, rel, "u"));
		written_note(w, rel, "u");
		free(rel);
	}
	for (int i = 0; i < MANY; i++) {
		char *rel = mem_printf("%d", i);

		known += written_by_other(w, rel, "v");
		free(rel);
	}
	CHECK(known > 20000 && known <= 32768);
	written_free(w);
}

int
main(void)
{
	remembers_whose_they_are();
	forgets_the_oldest();
	return 0;
}
