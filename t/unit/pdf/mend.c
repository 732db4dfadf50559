/* mend: what the script says that mutool runs. */
#include "pdf/mend.h"

#define TAKE(reader, line) pdf_mend_line((reader), (line), MOST)
#include "unit/pdf/canned.h"

enum { MOST = 4 };

static bool is_lost[MOST + 1];

static struct pdf_mended
said(const char *text)
{
	struct pdf_mended m = { .pages = -1, .is_lost = is_lost };

	memset(is_lost, 0, sizeof(is_lost));
	CANNED(&m, text);
	CHECK(!is_lost[MOST]);
	return m;
}

static void
takes_what_is_said(void)
{
	struct pdf_mended m = said("gathered\nportfolio\nxfa\nrepaired\npages 4\nlost 2\n"
				   "lost 4\nlost 2\nsaved\n");

	CHECK(m.pages == 4 && m.lost == 2 && m.gathered && m.portfolio && m.xfa && m.repaired);
	CHECK(m.saved && !m.encrypted && !is_lost[0] && is_lost[1] && !is_lost[2] && is_lost[3]);
	CHECK(said("encrypted\n").encrypted && said("encrypted\n").pages == -1);
	CHECK(said("pages 0\n").pages == 0);
}

static void
takes_nothing_else(void)
{
	struct pdf_mended m = said("pages\npages x\npages -1\nlost 0\nlost -1\nlost 5\nlost\n"
				   "pages 99999999999999999999\nSAVED\nsaved now\nencrypted: no\n\n"
				   "lost 99999999999999999999\n");

	CHECK(m.pages == -1 && m.lost == 0 && !m.saved && !m.encrypted);
}

int
main(void)
{
	takes_what_is_said();
	takes_nothing_else();
	return 0;
}
