#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/help.h"
#include "base/log.h"
#include "base/opt.h"

enum { WIDTH = 80, TEXT = 28, ITEM_MAX = 256 };

/* A line made of pieces, and another below it where it is full. */
struct flow {
	FILE *fp;
	size_t at, indent;
};

static void
put_piece(struct flow *f, const char *piece, size_t n)
{
	if (f->at > f->indent && f->at + 1 + n > WIDTH) {
		fprintf(f->fp, "\n%*s", (int)f->indent, "");
		f->at = f->indent;
	} else if (f->at != f->indent) {
		putc(' ', f->fp);
		f->at++;
	}
	fwrite(piece, 1, n, f->fp);
	f->at += n;
}

static void
put_words(struct flow *f, const char *text)
{
	size_t n;

	for (; *text; text += n + (text[n] == ' ')) {
		n = strcspn(text, " ");
		put_piece(f, text, n);
	}
	putc('\n', f->fp);
}

/* What stands behind an option's name. */
static size_t
say_argument(char *item, size_t size, const struct opt *o)
{
	const char *const *w;
	size_t n = 0;

	for (w = o->words; w && *w && n < size; w++)
		n += (size_t)snprintf(item + n, size - n, "%c%s", w == o->words ? ' ' : '|', *w);
	if (!o->words && o->arg)
		n = (size_t)snprintf(item, size, " %s", o->arg);
	return n;
}

static void
put_option(struct flow *f, const struct opt *o)
{
	bool must = o->type == OPT_TYPE_STR && o->min;
	char item[ITEM_MAX], arg[ITEM_MAX - 64] = "";
	int n;

	(void)say_argument(arg, sizeof(arg), o);
	if (o->type == OPT_TYPE_VERB)
		n = snprintf(item, sizeof(item), "%s", o->name);
	else
		n = snprintf(item, sizeof(item), "%s%s%.*s%s%s", must ? "" : "[",
		    o->letter ? "-" : "--", o->letter ? 1 : 60, o->letter ? &o->letter : o->name,
		    arg,
		    must                           ? ""
			: o->type == OPT_TYPE_LIST ? "]..."
						   : "]");
	put_piece(f, item, (size_t)n);
}

static void
put_usage(FILE *fp, const char *head, const struct opt_spec *spec)
{
	size_t n = strlen(head) + strlen(log_tool);
	struct flow f = { fp, n, n + 1 };
	const struct opt *o;

	fprintf(fp, "%s%s", head, log_tool);
	for (o = spec->opts; o->type != OPT_TYPE_END; o++)
		if (!OPT_IS_SAID_ONLY(o))
			put_option(&f, o);
	if (*spec->operands)
		put_piece(&f, spec->operands, strlen(spec->operands));
	putc('\n', fp);
}

void
help_usage(FILE *fp, const struct opt_spec *spec)
{
	put_usage(fp, "usage: ", spec);
}

void
help_usage_verbs(FILE *fp, const struct opt_spec *specs)
{
	const struct opt_spec *s;

	for (s = specs; s->opts; s++)
		put_usage(fp, s == specs ? "usage: " : "       ", s);
}

/* left, and text in the column beside it, or below it where left is long. */
static void
put_row(FILE *fp, const char *left, const char *text)
{
	struct flow f = { fp, TEXT, TEXT };

	if (strlen(left) > TEXT - 2)
		fprintf(fp, "%s\n%*s", left, TEXT, "");
	else
		fprintf(fp, "%-*s", TEXT, left);
	put_words(&f, text);
}

static void
put_help(FILE *fp, const struct opt *o)
{
	char left[ITEM_MAX] = "      ";
	size_t n;

	if (o->type == OPT_TYPE_WORDS) {
		snprintf(left, sizeof(left), "  %s", o->name);
		put_row(fp, left, o->help);
		return;
	}
	if (o->letter)
		snprintf(left, sizeof(left), "  -%c%s", o->letter, o->name ? ", " : "");
	n = strlen(left);
	if (o->name)
		n += (size_t)snprintf(left + n, sizeof(left) - n, "--%.60s", o->name);
	(void)say_argument(left + n, sizeof(left) - n, o);
	put_row(fp, left, o->help);
}

/* The group of -h and -V, which every command has. */
static void
put_always(FILE *fp)
{
	fputs("\nOf every command:\n", fp);
	put_row(fp, "  -h, --help", "say this");
	put_row(fp, "  -V, --version", "say the version");
}

static const char *
verb_of(const struct opt_spec *spec)
{
	const struct opt *o;

	for (o = spec->opts; o->type != OPT_TYPE_END; o++)
		if (o->type == OPT_TYPE_VERB)
			return o->name;
	return "";
}

/* As the manual's NAME says it. */
static void
put_about(FILE *fp, const char *verb, const char *about)
{
	int n = fprintf(fp, "\n%s%s%s -", log_tool, *verb ? " " : "", verb) - 1;
	struct flow f = { fp, (size_t)n, 0 };

	put_words(&f, about);
}

static void
put_read_on(FILE *fp)
{
	fprintf(fp, "\nRead on: man %s; of pipelines, errors and the environment: man 7 quire\n",
	    log_tool);
}

void
help_print(FILE *fp, const struct opt_spec *spec)
{
	const struct opt *o;
	bool grouped = false;

	help_usage(fp, spec);
	put_about(fp, verb_of(spec), spec->about);
	for (o = spec->opts; o->type != OPT_TYPE_END; o++) {
		if (o->type == OPT_TYPE_VERB)
			continue;
		if (o->type == OPT_TYPE_GROUP || !grouped)
			fprintf(fp, "\n%s:\n", o->type == OPT_TYPE_GROUP ? o->name : "Options");
		grouped = true;
		if (o->type != OPT_TYPE_GROUP)
			put_help(fp, o);
	}
	put_always(fp);
	put_read_on(fp);
}

void
help_print_verbs(FILE *fp, const struct opt_spec *specs)
{
	const struct opt_spec *s;
	char left[ITEM_MAX];

	help_usage_verbs(fp, specs);
	for (s = specs; s->opts; s++)
		;
	put_about(fp, "", s->about);
	fputs("\nVerbs; VERB -h says its options:\n", fp);
	for (s = specs; s->opts; s++) {
		snprintf(left, sizeof(left), "  %s", s->opts[1].name);
		put_row(fp, left, s->about);
	}
	put_always(fp);
	put_read_on(fp);
}

void
help_completion(FILE *fp, const struct opt_spec *spec)
{
	const struct opt *o;
	char arg[ITEM_MAX];

	for (o = spec->opts; o->type != OPT_TYPE_END; o++) {
		if (o->type == OPT_TYPE_VERB || OPT_IS_SAID_ONLY(o))
			continue;
		arg[0] = '\0';
		(void)say_argument(arg, sizeof(arg), o);
		if (o->letter)
			fprintf(fp, "-%c%s", o->letter, o->name ? " " : "");
		if (o->name)
			fprintf(fp, "--%s", o->name);
		fprintf(fp, "%s\n", arg);
	}
}
