#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "pdf/said.h"
#include "proc/proc.h"

/* Of poppler 22.12 and 25.03, MuPDF 1.21 and 1.25, and of proc_why. */
static const char words[] =
    " a action after all allocate allowed an and annotation annotations appearance are args array"
    " as at bad be before bitmap block bounding bounds broken buffer bug but by byte bytes call"
    " can't cannot catalog cff character characters check closing cmap code collection color"
    " colorspace colour command components config contents content corrupt couldn't count create"
    " cross-reference crypt current cycle damaged data decode decoding decryption dependencies"
    " depth descriptor device dictionary did different direct disk display document does ebx"
    " element embedded empty encoding encrypted encryption end ended endobj endstream entries"
    " entry eof error exit expected failed failure field file filter find first flate font fonts"
    " for form format forms found from function functions generic glyph group guessing handle"
    " handler has have header hex hints huffman ignoring ill-formed illegal image images in"
    " incorrect incorrectly index indirect inline input internal interpreted invalid io is it"
    " jbig2 jpeg jpx key keyword kid kids killed large larger last leftover length level library"
    " limit limits line link load lookup loop malformed many mapping marker mask matrix may memory"
    " message method mismatch missing mode more name named nested no non not null number numbers"
    " object objects obj of offset only open operator optional option or out overflow page pages"
    " parameter parameters password path pattern pdf permission point position predictor"
    " premature previous process range read reading recover reference repair repairing resource"
    " resources root running seek segment shading should sigabrt sigbus sigfpe sigill sigkill"
    " sigpipe sigsegv sigsys sigterm sigxcpu sigxfsz size soft space stack start startxref status"
    " still stream string structure subtype syntax table tag than that the there there's this to"
    " token too top-level trailer tree trying type unable underflow unexpected unimplemented"
    " unknown unsupported unterminated use value version warning was with within without wrong"
    " xobject xref zero zlib"
    /* strerror(3) */
    " address allocated connection denied family fork none operation permitted protocol"
    " refused retry socket such supported temporarily unavailable ";

/* Whether s[0..n) is one of the words, or a number. */
static bool
is_known_to_tools(const char *s, size_t n)
{
	char word[32];
	size_t i;

	for (i = 0; i < n && isdigit((unsigned char)s[i]); i++)
		;
	if (i == n && n > 0)
		return n <= 5;
	if (n == 0 || n + 3 > sizeof(word))
		return false;
	word[0] = ' ';
	for (i = 0; i < n; i++)
		word[i + 1] = (char)tolower((unsigned char)s[i]);
	word[n + 1] = ' ';
	word[n + 2] = '\0';
	return !memchr(s, ' ', n) && strstr(words, word);
}

/* What may stand around a word: s[*from..*to) is the word. */
static void
bare_word(const char *s, size_t n, size_t *from, size_t *to)
{
	*from = n > 0 && *s == '(';
	*to = n;
	while (*to > *from && strchr(".,:;)", s[*to - 1]))
		(*to)--;
}

void
pdf_reduce(const char *said, char out[SAID_MAX])
{
	size_t len = 0, n, from, to;
	bool cut = false;

	for (const char *s = said; *s && len + 5 < SAID_MAX; s += n) {
		n = strspn(s, " ");
		if (n > 0)
			continue;
		n = strcspn(s, " ");
		bare_word(s, n, &from, &to);
		if (is_known_to_tools(s + from, to - from)) {
			if (len + n + 5 > SAID_MAX)
				break;
			len += (size_t)snprintf(out + len, SAID_MAX - len, "%s%.*s", len ? " " : "",
			    (int)n, s);
			cut = false;
		} else if (!cut) {
			len += (size_t)snprintf(out + len, SAID_MAX - len, "%s...", len ? " " : "");
			cut = true;
		}
	}
	out[len] = '\0';
}

const char *
pdf_said(const struct proc *p, char out[SAID_MAX])
{
	char why[SAID_MAX];

	pdf_reduce(proc_why(p, why), out);
	return out;
}
