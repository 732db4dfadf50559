/* scan: one answer of clamd's is clean, and no other. */
#include <string.h>

#include "base/err.h"
#include "base/utf8.h"
#include "scan/verdict.h"
#include "unit/check.h"

static struct verdict v;
static struct err e;

/* The code of what is said of that answer; "clean". */
static const char *
of(const char *answer, size_t len)
{
	memset(&e, 0, sizeof(e));
	if (verdict_read(answer, len, &v, &e) < 0) {
		CHECK(!v.result || strcmp(v.result, "clean") != 0);
		CHECK(e.msg[0]);
		return e.code;
	}
	CHECK_STR(v.result, "clean");
	return "clean";
}

#define OF(text) of(text, sizeof(text) - 1)

static void
one_answer_is_clean(void)
{
	static const char ok[] = "stream: OK";

	CHECK_STR(OF("stream: OK"), "clean");
	/* No part of it, and nothing else behind or before it. */
	for (size_t n = 0; n < sizeof(ok) - 1; n++)
		CHECK_STR(of(ok, n), CODE_SCAN_ANSWER);
	CHECK_STR(OF("stream: OK "), CODE_SCAN_ANSWER);
	CHECK_STR(OF("stream: OK\n"), CODE_SCAN_ANSWER);
	CHECK_STR(OF(" stream: OK"), CODE_SCAN_ANSWER);
	CHECK_STR(OF("stream:  OK"), CODE_SCAN_ANSWER);
	CHECK_STR(OF("Stream: OK"), CODE_SCAN_ANSWER);
	CHECK_STR(OF("OK"), CODE_SCAN_ANSWER);
	CHECK_STR(OF("stream: A FOUND stream: OK"), CODE_SCAN_ANSWER);
	CHECK_STR(OF("stream:  FOUND"), CODE_SCAN_ANSWER);
	CHECK_STR(OF("stream: FOUND"), CODE_SCAN_ANSWER);
	CHECK(!v.result);
}

static void
a_signature_is_named(void)
{
	CHECK_STR(OF("stream: Win.Test.EICAR_HDB-1 FOUND"), CODE_SCAN_INFECTED);
	CHECK(e.class == ERR_VALIDATION);
	CHECK_STR(v.result, "infected");
	CHECK_STR(v.signature, "Win.Test.EICAR_HDB-1");
	CHECK(strstr(e.msg, "Win.Test.EICAR_HDB-1"));
	/* ExtendedDetectionInfo. */
	CHECK_STR(OF("stream: A(44d88612fea8a8f36de82e1278abb02f:68) FOUND"), CODE_SCAN_INFECTED);
	CHECK_STR(v.signature, "A(44d88612fea8a8f36de82e1278abb02f:68)");
	CHECK_STR(OF("stream: OK FOUND"), CODE_SCAN_INFECTED);
	CHECK_STR(OF("stream: Heuristics.OLE2.ContainsMacros FOUND"), CODE_SCAN_INFECTED);
}

static void
a_signature_is_escaped_and_cut(void)
{
	char answer[4096] = "stream: ";

	CHECK_STR(OF("stream: a\x1b[31m\n\xff\xe2\x80\x8b\xc2\x9b FOUND"), CODE_SCAN_INFECTED);
	CHECK_STR(v.signature, "a\\x1b[31m\\x0a\\xff\\u200b\\x9b");
	for (size_t n = 8; n < 3000; n += 2)
		memcpy(answer + n, "\xc3\xa9", 2);
	memcpy(answer + 3000, " FOUND", 6);
	CHECK_STR(of(answer, 3006), CODE_SCAN_INFECTED);
	CHECK(strlen(v.signature) == VERDICT_NAME_MAX);
	CHECK(utf8_valid(v.signature, strlen(v.signature)));
}

static void
what_was_not_looked_at_is_not_clean(void)
{
	CHECK_STR(OF("stream: Heuristics.Limits.Exceeded.MaxScanSize FOUND"), CODE_SCAN_LIMIT);
	CHECK(e.class == ERR_PERMANENT);
	CHECK_STR(v.result, "limit");
	CHECK(strstr(e.msg, "raise MaxScanSize in"));
	CHECK_STR(OF("stream: Heuristics.Limits.Exceeded(44d88612:68) FOUND"), CODE_SCAN_LIMIT);
	CHECK(strstr(e.msg, "MaxScanSize") && strstr(e.msg, "MaxScanTime"));
	CHECK_STR(OF("stream: Heuristics.Encrypted.PDF FOUND"), CODE_SCAN_ENCRYPTED);
	CHECK(e.class == ERR_VALIDATION);
	CHECK_STR(v.result, "encrypted");
	CHECK_STR(OF("INSTREAM size limit exceeded. ERROR"), CODE_SCAN_LIMIT);
	CHECK(strstr(e.msg, "StreamMaxLength"));
	CHECK_STR(v.result, "limit");
	CHECK_STR(OF("stream: Time limit reached ERROR"), CODE_SCAN_LIMIT);
	CHECK(strstr(e.msg, "MaxScanTime"));
}

static void
errors_are_errors(void)
{
	CHECK_STR(OF("stream: Can't allocate memory ERROR"), CODE_SCAN_FAILED);
	CHECK(e.class == ERR_TRANSIENT && !v.result);
	CHECK(strstr(e.msg, "Can't allocate memory"));
	CHECK_STR(OF("stream: OK ERROR"), CODE_SCAN_FAILED);
	CHECK_STR(OF("COMMAND READ TIMED OUT"), CODE_SCAN_SERVER);
	CHECK_STR(OF("UNKNOWN COMMAND"), CODE_SCAN_ANSWER);
	CHECK_STR(OF("a\x1b[2J"), CODE_SCAN_ANSWER);
	CHECK(!strchr(e.msg, '\x1b'));
}

int
main(void)
{
	one_answer_is_clean();
	a_signature_is_named();
	a_signature_is_escaped_and_cut();
	what_was_not_looked_at_is_not_clean();
	errors_are_errors();
	return 0;
}
