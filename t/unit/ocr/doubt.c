/* doubt: what was not read, read unsurely, or is no text. */
#include "ocr/doubt.h"
#include "ocr/result.h"
#include "unit/check.h"

static unsigned
doubts(const char *text, double confidence, double unread)
{
	const struct ocr_notes notes = { .unread = unread };

	return doubt_of(&(struct ocr_raw){ .text = text,
	    .len = strlen(text),
	    .confidence = confidence,
	    .notes = &notes });
}

static const char plain[] =
    "The members met on Monday, 3 May 2021, in the large hall (at 9:30) and heard the\n"
    "report. Income rose to 4,120.50 pounds; \"thanks\" to all \xe2\x80\x94 see A4, p. 12.\n";
static const char greek[] =
    "\xce\x86\xce\xb3\xce\xb3\xce\xb5\xce\xbb\xce\xbf\xcf\x82 \xe4\xbd\xa0\xe5\xa5\xbd 1 2 3 "
    "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d a b c d e f g h";
static const char junk[] =
    "aSn 'Bulueas |~ = ule5jo pu0\xc2\xa9 --= ]oay} jo 1e3A aU} {1 *, ;: dU3H "
    "\xe2\x80\x98\xe2\x80\x9d ~~ the\n";

/* Russian and Ukrainian lines below English ones, as who reads English sees them. */
static const char *const cyrillic[] = {
	"Income rose from the plant sale to pounds, which is more than in the year before and\n"
	"UneuHb o6ilecTBa coOpasivcb B MOHeETeENbHUK B OOJIbIIIOM 3asle UM BHICIIVIIamu OTUeT\n"
	"KasHates. Tloxog, oT IipoyjaxKu pacTeHul BLIPOC CHOBa\n",
	"The board thanked all helpers and closed the meeting at nine in the evening. Water was\n"
	"Paya lepeBipusia BUTpaTu Ha peMOHT caZiB KoMMUTeT IIpoBepHI pacxofbl Ha PeMOHT\n",
};
/* Odd letters that people write. */
static const char *const odd[] = {
	"getElementById setTimeout onClick toString isEmpty innerHTML XMLHttpRequest JSONPath parseInt",
	"NaOH NaCl KCl HCl MgSO KMnO NaHCO CaCO NaClO KHSO NaBr KOH CaCl2 KMnO4 NaHCO3 FeSO4",
	"MacDonald McBride DeVito YouTube GitHub iPhone Knows PostgreSQL, MySQL, SQLite, LaTeX, BibTeX",
	"URLs PDFs CPUs JPEGs NGOs MPs GmbH mRNA tRNA kWh mAh dBm WiFi PhD eBay iOS pH",
	"A4 B12 MX5 h264 x86 CO2 3M 7zip 2nd 10th 4x100 AB12CD EF34GH US5533051 SN8842 QX77",
};

int
main(void)
{
	CHECK(doubts(plain, 0.95, 0) == 0);
	CHECK(doubts(greek, 0.95, 0.01) == 0);
	CHECK(doubts(plain, 0.6, 0) == DOUBT_CONFIDENCE);
	CHECK(doubts(plain, -1, 0.2) == DOUBT_INK);
	CHECK(doubts(junk, 0.9, 0) == DOUBT_JUNK);
	for (size_t i = 0; i < sizeof(cyrillic) / sizeof(*cyrillic); i++)
		CHECK(doubts(cyrillic[i], 0.87, 0) == DOUBT_JUNK);
	/* Each of which is but a third of some text. */
	for (size_t i = 0; i < sizeof(odd) / sizeof(*odd); i++) {
		char text[2000];

		snprintf(text, sizeof(text), "%s%s%s%s%s", plain, plain, odd[i], plain, plain);
		CHECK(doubts(text, 0.9, 0) == 0);
	}
	CHECK(doubts("", 0, 0) == 0);
	CHECK(doubts("", 0, 1) == DOUBT_INK);
	CHECK(doubts("\xff\xff", 0.9, 0) == 0);
	CHECK(
	    doubt_of(&(struct ocr_raw){ .text = plain, .len = strlen(plain) }) == DOUBT_CONFIDENCE);
	CHECK_STR(doubt_word(DOUBT_CONFIDENCE), "confidence");
	CHECK_STR(doubt_word(DOUBT_INK), "ink");
	CHECK_STR(doubt_word(DOUBT_JUNK), "junk");
	CHECK_STR(doubt_word(DOUBT_LANGUAGE), "language");
	CHECK(!doubt_word(16));
	return 0;
}
