#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/utf8.h"
#include "proc/relay.h"

enum { CODES_MAX = 128, RETRY_MAX_MS = 24 * 3600 * 1000 };

/*
 * The codes that children have said and base/code.h does not have.  At file
 * scope since an error's code is static: it outlives whoever hands the error
 * on.  Full, it takes no new ones, which are malformed then.
 */
static char codes[CODES_MAX][RELAY_CODE_MAX + 1];

static const char *
relay_code(const char *word, size_t n)
{
	char text[RELAY_CODE_MAX + 1] = "";
	const struct code *known;

	memcpy(text, word, n);
	known = code_find(text);
	if (known)
		return known->word;
	for (size_t i = 0; i < CODES_MAX; i++) {
		if (!*codes[i])
			memcpy(codes[i], word, n); /* the rest is zeros */
		if (strlen(codes[i]) == n && memcmp(codes[i], word, n) == 0)
			return codes[i];
	}
	return NULL;
}

static bool
is_code(const char *s, size_t n)
{
	bool dot = false;

	if (n == 0 || n > RELAY_CODE_MAX || s[0] == '.' || s[n - 1] == '.')
		return false;
	for (size_t i = 0; i < n; i++) {
		if (s[i] == '.' && s[i + 1] == '.')
			return false;
		dot |= s[i] == '.';
		if (!(s[i] >= 'a' && s[i] <= 'z') && !(s[i] >= '0' && s[i] <= '9') && s[i] != '.' &&
		    s[i] != '_')
			return false;
	}
	return dot;
}

/*
 * By these those who pass a record on know that it was not begun, or is dead: a
 * child could have its document given again for ever.
 */
static bool
steers(const char *code, size_t n)
{
	return (n > 6 && memcmp(code, "stage.", 6) == 0) || (n > 4 && memcmp(code, "job.", 4) == 0);
}

/* Of what would stop the command, a child may say what no other could mend. */
static enum err_class
relay_class(enum err_class class, const char *code)
{
	if (class != ERR_FATAL && class != ERR_BUSY)
		return class;
	return class == ERR_FATAL &&
		(strncmp(code, "jail.", 5) == 0 || !strcmp(code, CODE_PROC_EXEC))
	    ? ERR_FATAL
	    : ERR_TRANSIENT;
}

/* The next word of text[*at..n), which a space ends; its length, 0 for none. */
static size_t
relay_word(const char *text, size_t n, size_t *at, const char **word)
{
	const char *space = memchr(text + *at, ' ', n - *at);
	size_t len = space ? (size_t)(space - (text + *at)) : 0;

	*word = text + *at;
	*at += len + (space != NULL);
	return len;
}

/* At most RETRY_MAX_MS; -1: no number. */
static long
relay_ms(const char *s, size_t n)
{
	long ms = 0;

	for (size_t i = 0; i < n; i++) {
		if (s[i] < '0' || s[i] > '9' || (ms = ms * 10 + (s[i] - '0')) > RETRY_MAX_MS)
			return -1;
	}
	return n ? ms : -1;
}

static void
relay_message(const char *s, size_t n, char out[ERR_MSG_MAX])
{
	size_t len = 0, take;

	for (size_t i = 0; i < n; i += take) {
		take = s[i] ? utf8_len(s + i, n - i) : 0;
		if (len + (take ? take : 1) >= ERR_MSG_MAX)
			break;
		if (take)
			memcpy(out + len, s + i, take);
		else
			out[len] = '?';
		len += take ? take : 1;
		take = take ? take : 1;
	}
	out[len] = '\0';
}

int
relay_put(struct buf *b, const struct err *e)
{
	return buf_printf(b, "%s %s %ld %s", err_class_word(e->class), e->code, e->retry_after_ms,
	    e->msg);
}

int
relay_get_own(const char *text, size_t n, const char *malformed, struct err *e)
{
	const char *class, *code, *ms, *known = NULL;
	size_t at = 0, class_len = relay_word(text, n, &at, &class),
	       code_len = relay_word(text, n, &at, &code), ms_len = relay_word(text, n, &at, &ms);
	long retry_ms = relay_ms(ms, ms_len);
	enum err_class said;

	if (err_class_read(class, class_len, &said) && said != ERR_CANCELLED && retry_ms >= 0 &&
	    is_code(code, code_len) && !steers(code, code_len))
		known = relay_code(code, code_len);
	if (!known)
		return err_set(e, ERR_TRANSIENT, malformed, "what its child said makes no sense");
	*e = (struct err){ .class = said, .code = known, .retry_after_ms = retry_ms };
	relay_message(text + at, n - at, e->msg);
	return 0;
}

int
relay_get(const char *text, size_t n, const char *malformed, struct err *e)
{
	if (relay_get_own(text, n, malformed, e) < 0)
		return -1;
	e->class = relay_class(e->class, e->code);
	return 0;
}
