/*
 * What a child says of its error arrives whole, and what a hostile one says
 * arrives as something harmless.
 */
#include "base/buf.h"
#include "base/err.h"
#include "proc/relay.h"
#include "unit/check.h"

enum { CODES = 2000 };

static struct err
relayed(const struct err *said)
{
	struct buf b = BUF_INIT(RELAY_MAX);
	struct err e = { 0 };

	CHECK(relay_put(&b, said) == 0);
	CHECK(relay_get(b.p, b.len, "child.died", &e) == 0);
	buf_release(&b);
	return e;
}

/* A class that is no child's to say is transient. */
static void
arrives(enum err_class class, const char *code, enum err_class as)
{
	struct err said, e;

	err_set(&said, class, code, "100 %% \xc3\xa9, a line\nand another");
	said.retry_after_ms = class == ERR_TRANSIENT ? 1500 : 0;
	e = relayed(&said);
	CHECK(e.class == as && e.code != said.code);
	CHECK_STR(e.code, code);
	CHECK_STR(e.msg, said.msg);
	CHECK(e.retry_after_ms == said.retry_after_ms);
}

static void
whole(void)
{
	char longest[ERR_MSG_MAX];
	struct err said, e;

	arrives(ERR_VALIDATION, "page.image", ERR_VALIDATION);
	arrives(ERR_TRANSIENT, "never.heard_of.b4", ERR_TRANSIENT);
	arrives(ERR_PERMANENT, "ocr.large", ERR_PERMANENT);
	arrives(ERR_FATAL, "jail.broken", ERR_FATAL);
	arrives(ERR_FATAL, "proc.exec", ERR_FATAL);
	arrives(ERR_FATAL, "ledger.open", ERR_TRANSIENT);
	arrives(ERR_FATAL, "jails.broken", ERR_TRANSIENT);
	arrives(ERR_BUSY, "proc.fork", ERR_TRANSIENT);
	/* As long as they come, and cut inside a character. */
	memset(longest, 'x', sizeof(longest));
	longest[ERR_MSG_MAX - 2] = '\xc3';
	longest[ERR_MSG_MAX - 1] = '\0';
	err_set(&said, ERR_TRANSIENT, "a123456789.123456789.123456789.12345678", "%s", longest);
	e = relayed(&said);
	longest[ERR_MSG_MAX - 2] = '?';
	CHECK_STR(e.msg, longest);
	CHECK_STR(e.code, said.code);
	err_set(&said, ERR_TRANSIENT, "a.b", "%s", "");
	CHECK_STR(relayed(&said).msg, "");
}

static void
malformed(void)
{
	static const char *const bad[] = { "", " ", "   ", "transient", "transient a.b",
		"transient a.b 0", "cancelled a.b 0 x", "Transient a.b 0 x", "transien a.b 0 x",
		"transientt a.b 0 x", " a.b 0 x", "transient  0 x", "transient ab 0 x",
		"transient .b 0 x", "transient a. 0 x", "transient a..b 0 x", "transient a.B 0 x",
		"transient a.b\" 0 x", "transient a.\n 0 x", "transient a.\xc3\xa9 0 x",
		"transient a.b -1 x", "transient a.b 0x x", "transient a.b  x",
		"transient a.b 99999999999999999999 x",
		/* By these a record steers those who pass it on. */
		"transient stage.stopped 0 x", "permanent job.lost 0 x", "transient job.new 0 x",
		"transient a123456789.123456789.123456789.123456789 0 x" };
	struct err e;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		e = (struct err){ 0 };
		if (relay_get(bad[i], strlen(bad[i]), "child.died", &e) == 0) {
			fprintf(stderr, "<%s> is an error\n", bad[i]);
			exit(1);
		}
		CHECK(e.class == ERR_TRANSIENT);
		CHECK_STR(e.code, "child.died");
	}
	CHECK(relay_get("transient a.b\0c 0 x", 19, "child.died", &e) < 0);
}

static void
messages(void)
{
	static const char odd[] = "permanent a.b 0 \xff|\xed\xa0\x80|\0|\x1b[2J|\xe2\x82\xac";
	char flood[4096] = "permanent a.b 0 ";
	struct err e;

	CHECK(relay_get(odd, sizeof(odd) - 1, "child.died", &e) == 0);
	CHECK_STR(e.msg, "?|\?\?\?|?|\x1b[2J|\xe2\x82\xac");
	/* Three bytes each: the last that fits is whole. */
	for (size_t i = 16; i + 3 <= sizeof(flood); i += 3)
		memcpy(flood + i, "\xe2\x82\xac", 3);
	CHECK(relay_get(flood, sizeof(flood), "child.died", &e) == 0);
	CHECK(strlen(e.msg) == (ERR_MSG_MAX - 1) / 3 * 3);
}

/* Whoever makes codes up gets no more memory for it, and harms no old one. */
static void
codes_made_up(void)
{
	const char *known;
	char text[64];
	struct err e;
	int taken = 0;

	CHECK(relay_get("permanent page.image 0 x", 24, "child.died", &e) == 0);
	known = e.code;
	for (int i = 0; i < CODES; i++) {
		snprintf(text, sizeof(text), "permanent made.up%d 0 x", i);
		taken += relay_get(text, strlen(text), "child.died", &e) == 0;
	}
	CHECK(taken > 20 && taken < 200);
	CHECK_STR(e.code, "child.died");
	CHECK(relay_get("permanent page.image 0 x", 24, "child.died", &e) == 0);
	CHECK(e.code == known);
}

int
main(void)
{
	whole();
	malformed();
	messages();
	codes_made_up();
	return 0;
}
