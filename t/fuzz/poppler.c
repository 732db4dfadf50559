/*
 * poppler: whatever its tools print, what is made of it stays in its bounds.
 *
 * The first byte says whose output it is.
 */
#include <math.h>

#include "base/buf.h"
#include "fuzz/fuzz.h"
#include "pdf/complaint.h"
#include "pdf/info.h"
#include "pdf/mend.h"
#include "pdf/painted.h"
#include "pdf/pdf.h"
#include "pdf/pgm.h"
#include "pdf/raw.h"
#include "pdf/scans.h"
#include "pdf/words.h"
#include "pdf/visible.h"

enum { PAGES = 4, FIRST = 2, LAST = 4, ROOM = 64 };

static void
info_fed(void *arg, const char *line)
{
	struct pdf *pdf = arg;

	pdf_info_line(pdf, line, PAGES);
	HOLDS(pdf->known >= 0 && pdf->known <= PAGES);
	for (long i = 0; i < pdf->known; i++)
		HOLDS(isfinite(pdf->page[i].width_pt) && isfinite(pdf->page[i].height_pt));
}

static void
text_fed(void *arg, const char *line)
{
	struct pdf_words_reader *r = arg;

	pdf_words_line(r, line);
	HOLDS(r->page == 0 || (r->page >= FIRST && r->page <= LAST));
}

static void
painted_fed(void *arg, const char *line)
{
	struct pdf_painted_reader *r = arg;

	r->pages = r->pdf->pages;
	pdf_painted_line(r, line);
	for (int i = 0; i <= LAST - FIRST; i++) {
		HOLDS(isfinite(r->scans[i].area) && r->scans[i].area >= 0);
		HOLDS(isfinite(r->scans[i].ppi) && r->scans[i].unseen >= 0);
	}
}

static void
scans_fed(void *arg, const char *line)
{
	struct pdf_scans_reader *r = arg;

	pdf_scans_line(r, line);
	HOLDS(r->page == 0 || (r->page >= FIRST && r->page <= LAST));
	for (int i = 0; i <= LAST - FIRST; i++) {
		HOLDS(isfinite(r->scans[i].area) && r->scans[i].area >= 0);
		HOLDS(isfinite(r->scans[i].ppi) && r->scans[i].ppi >= 0);
	}
}

static void
visible_fed(void *arg, const char *line)
{
	struct pdf_visible_reader *r = arg;

	pdf_visible_line(r, line);
	for (int i = 0; i <= LAST - FIRST; i++)
		HOLDS(r->chars[i] >= 0);
}

/* As a reader of lines gives them: strings, ended by the first NUL. */
static void
feed(void (*fed)(void *, const char *), void *arg, const uint8_t *data, size_t size)
{
	while (size > 0) {
		const uint8_t *nl = memchr(data, '\n', size);
		size_t n = nl ? (size_t)(nl - data) : size;
		char *line = fuzz_string(data, n);

		fed(arg, line);
		free(line);
		n += nl != NULL;
		data += n;
		size -= n;
	}
}

static void
feed_text(const uint8_t *data, size_t size)
{
	struct pdf_words pages[LAST - FIRST + 1];
	struct pdf_words_reader r = { .pages = pages, .first = FIRST, .last = LAST };

	for (int i = 0; i <= LAST - FIRST; i++)
		pdf_words_init(&pages[i], ROOM);
	feed(text_fed, &r, data, size);
	for (int i = 0; i <= LAST - FIRST; i++)
		pdf_words_release(&pages[i]);
}

static void
feed_pgm(const uint8_t *data, size_t size)
{
	struct pdf_pgm g = { 0 };

	for (int got = 0; got == 0 && size > 0; size--)
		got = pdf_pgm_byte(&g, (char)*data++);
}

static void
mend_fed(void *arg, const char *line)
{
	struct pdf_mended *m = arg;

	pdf_mend_line(m, line, PAGES);
	HOLDS(m->lost >= 0 && m->lost <= PAGES && m->pages >= -1);
}

static void
feed_mend(const uint8_t *data, size_t size)
{
	bool is_lost[PAGES] = { false };
	struct pdf_mended m = { .pages = -1, .is_lost = is_lost };

	feed(mend_fed, &m, data, size);
}

static void
feed_bytes(const char *data, size_t size)
{
	struct pdf_raw r;

	pdf_raw_init(&r);
	pdf_raw_take(&r, data, size, size);
	HOLDS(r.start < (long)size && r.end <= (long)size && r.pages <= (long)size);
	(void)pdf_complaint_loses(data, size);
	(void)pdf_info_complaints(data, size);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pdf_page page[PAGES] = { { 612, 792, false }, { 1e-9, 5, false },
		{ 1e6, 1e6, false }, { 0, 0, true } };
	struct pdf pdf = { .pages = PAGES, .known = PAGES - 1, .page = page };
	struct pdf_scan scans[LAST - FIRST + 1] = { 0 };
	long chars[LAST - FIRST + 1] = { 0 };
	struct pdf_scans_reader s = { &pdf, scans, FIRST, LAST, 0 };
	struct pdf_visible_reader v = { chars, FIRST, LAST, 0 };
	struct pdf_painted_reader t = { &pdf, scans, FIRST, LAST, 0, 0, 0 };

	switch (fuzz_choice(&data, &size) % 8) {
	case 0:
		feed(info_fed, &pdf, data, size);
		break;
	case 1:
		feed_text(data, size);
		break;
	case 2:
		feed(scans_fed, &s, data, size);
		break;
	case 3:
		feed(visible_fed, &v, data, size);
		break;
	case 4:
		feed_pgm(data, size);
		break;
	case 5:
		feed_mend(data, size);
		break;
	case 6:
		feed(painted_fed, &t, data, size);
		break;
	default:
		feed_bytes((const char *)data, size);
		break;
	}
	return 0;
}
