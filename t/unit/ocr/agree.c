/* agree: whether a text is what was read off its page. */
#include "ocr/agree.h"

#include "base/utf8.h"
#include "unit/check.h"

static enum agree
with(const char *text, const char *reading)
{
	return agree_texts(text, strlen(text), reading, strlen(reading));
}

static bool
but_letters(const char *text, const char *reading)
{
	return agree_but_letters(text, strlen(text), reading, strlen(reading));
}

static void
knows_letters_that_the_reader_does_not(void)
{
	static const char saal[] =
	    "Die Mitglieder hörten im großen Saal die Rede über das alte Köln und gingen früh";

	CHECK(but_letters(saal,
	    "Die Mitglieder horten im groBen Saal die Rede iiber das alte Kéln "
	    "und gingen friih"));
	/* As Turkish is read, of which more than half is left. */
	CHECK(but_letters("Üyeler büyük salonda yıllık raporu dinledi ve başkanı yeniden seçti",
	    "Uyeler buytik salonda yillik raporu dinledi ve baskani yeniden secti"));
	/* Read by one who knows them; read wrong before; another text. */
	CHECK(!but_letters(saal, saal));
	CHECK(!but_letters("Die Mitglieder hùrten im groBen Saal die Rede uber das alte Kôln und "
			   "gingen fruh",
	    saal));
	CHECK(!but_letters("Die Mitgl1eder hörten 1m gnoßen Saai dle Rebe über bas aite Köln unb "
			   "qingen früh",
	    "Die Mitglieder horten im groBen Saal die Rede iiber das alte Kéln und gingen "
	    "friih"));
	CHECK(!but_letters("Wörter über Größen, die süß schmecken", "Nothing of that is here"));
	CHECK(!but_letters("", saal) && !but_letters(saal, ""));
	CHECK(!but_letters("The members met", "The members met"));
}

static enum agree
words_in(const char *text, const char *reading)
{
	return agree_words(text, strlen(text), reading, strlen(reading));
}

/* Where each figure may be another. */
static void
compares_words(void)
{
	CHECK(words_in("1987 14.50", "It was 14.50 crowns in 1987.") == AGREE_YES);
	CHECK(words_in("2103 14.50", "It was 14.50 crowns in 1987.") == AGREE_NO);
	CHECK(words_in("", "1987") == AGREE_NO && words_in("1987", "") == AGREE_NO);
	CHECK(words_in("THE HALL", "the hall") == AGREE_NO);
}

int
main(void)
{
	static const char hall[] =
	    "The members met on Monday in the large hall and heard the report";

	CHECK(with(hall, hall) == AGREE_YES);
	CHECK(with(hall, "The rnembers met on Monday in the large hal1 and heard the report.") ==
	    AGREE_YES);
	/* In another order, with more beside it, without accents. */
	CHECK(with(hall, "and heard the report\n\nThe members met on Monday in the large hall") ==
	    AGREE_YES);
	CHECK(with("Die Einnahmen stiegen im großen Saal für Köln",
		  "Die Einnahmen stiegen im grofsen Saal fur Koln und mehr") == AGREE_YES);
	CHECK(with("Esp xpxmpcd xpe zy Xzyolj ty esp wlcrp slww", hall) == AGREE_NO);
	CHECK(with("", hall) == AGREE_NO && with(hall, "") == AGREE_NO);
	CHECK(with("\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xee\x80\x81", hall) == AGREE_NO);
	CHECK(with("\xff\xfe\x80 bad", "bad") == AGREE_YES);
	/* Bullets, dashes and quotes are written so or so, and are of no script. */
	CHECK(with("• 12 345 – 1\u00a0200 “17”", "* 12 345 - 1 200 \"17\"") == AGREE_YES);
	CHECK(with("• – • – 1", "e - e - 1") == AGREE_NO);
	/* Small letters that are said to be capitals; the other way round they are set so. */
	CHECK(with("THE MEMBERS MET ON MONDAY", "the members met on Monday") == AGREE_NO);
	CHECK(with("the members met on Monday", "THE MEMBERS MET ON MONDAY") == AGREE_YES);
	compares_words();
	/* Read by one who does not know the letters. */
	CHECK(with("Глава третья Возвращение", "Tnasa TpeTba Bo3BpamieHue") == AGREE_UNKNOWN);
	CHECK(with("Глава третья Возвращение", "Глава третья Возвращение") == AGREE_YES);
	CHECK(utf8_base(0xc4) == 'a' && utf8_base('Z') == 'z' && utf8_base(0x17f) == 's');
	CHECK(utf8_base(0x1a1) == 'o' && utf8_base(0x21a) == 't' && utf8_base(0x1ebf) == 'e');
	CHECK(
	    utf8_base(0x1e9f) == 0x1e9f && utf8_base(0x1ef9) == 'y' && utf8_base(0x1efa) == 0x1efa);
	CHECK(utf8_base(0xd7) == 0xd7 && utf8_base('5') == '5' && utf8_base(0x416) == 0x416);
	knows_letters_that_the_reader_does_not();
	return 0;
}
