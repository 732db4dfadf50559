/* model: ids of a batch are found where they were put, and no others. */
#include "base/digest.h"
#include "model/ids.h"
#include "unit/check.h"

enum { MANY_IDS = 100000 };

static void
check_ids_is(void)
{
	char id[DIGEST_HEX + 1];

	digest_of(id, "a", 1);
	CHECK(ids_is(id, IDS_DIGITS));
	CHECK(!ids_is(id, IDS_DIGITS - 1));
	CHECK(!ids_is(id, IDS_DIGITS + 1));
	CHECK(!ids_is("", 0));
	id[63] = 'g';
	CHECK(!ids_is(id, IDS_DIGITS));
	id[63] = 'A';
	CHECK(!ids_is(id, IDS_DIGITS));
}

int
main(void)
{
	struct ids ids = { 0 };
	struct id_place *p;
	char id[DIGEST_HEX + 1];
	int i;

	check_ids_is();
	digest_of(id, "a", 1);
	CHECK(!ids_find(&ids, id));
	for (i = 0; i < MANY_IDS; i++) {
		digest_of(id, &i, sizeof(i));
		CHECK(!ids_find(&ids, id));
		p = ids_add(&ids, id);
		CHECK(p && p->len == 0 && !p->good);
		p->len = (uint32_t)i + 1;
		CHECK(ids_add(&ids, id)->len == (uint32_t)i + 1);
	}
	CHECK(ids.n == MANY_IDS);
	for (i = 0; i < MANY_IDS; i++) {
		digest_of(id, &i, sizeof(i));
		p = ids_find(&ids, id);
		CHECK(p && p->len == (uint32_t)i + 1);
	}
	digest_of(id, &i, sizeof(i));
	CHECK(!ids_find(&ids, id));
	ids_release(&ids);
	CHECK(ids.n == 0 && !ids_find(&ids, id));
	return 0;
}
