#include "base/err.h"
#include "doc/maker.h"
#include "doc/opinion.h"
#include "doc/say.h"

enum { OPINION_PAGES = 16 };

static enum pdf_opinion
opinion_ask(struct opinions *o, struct maker *m, struct pdf *pdf, long first, long last)
{
	enum pdf_opinion is = PDF_OPINION_NONE;
	struct err e;

	pdf->left_ms = maker_left_ms(m, &e);
	if (!o->mute && pdf->left_ms > 0)
		is = pdf_opinion(pdf, first, last);
	o->mute |= is == PDF_OPINION_NONE;
	return is;
}

bool
opinion_is(struct opinions *o, struct maker *m, struct pdf *pdf, const struct opinion_on *on)
{
	const long far = on->page + OPINION_PAGES - 1;

	if (on->page < o->first || on->page > o->last) {
		o->first = on->page;
		o->last = on->last < far ? on->last : far;
		o->worst = opinion_ask(o, m, pdf, o->first, o->last);
	}
	if (o->first == o->last || o->worst < on->least)
		return o->worst >= on->least;
	return opinion_ask(o, m, pdf, on->page, on->page) >= on->least;
}
