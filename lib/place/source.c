#include <stdlib.h>

#include "base/mem.h"
#include "place/priv.h"
#include "place/source.h"

struct source {
	struct places *places;
	struct source_conf conf;
	char *const *operands; /* still to be listed */
	const struct source_ops *ops;
	void *list;   /* of ops, or NULL */
	long skipped; /* of the lists that are over */
	struct name_passed passed;
	bool failed;
};

/* Of the scheme of a text, whether it can list so. */
static int
source_check(const struct source *s, const char *text, struct err *e)
{
	const struct source_ops *ops = place_of(s->places, text)->source;

	if (!ops)
		return place_cannot(text, "no documents can be listed", e);
	return ops->check ? ops->check(&s->conf, e) : 0;
}

static int
source_check_all(const struct source *s, struct err *e)
{
	const struct source_ops *skip;
	size_t i;

	for (i = 0; s->operands[i]; i++)
		if (source_check(s, s->operands[i], e) < 0)
			return -1;
	if (s->conf.newer_in && source_check(s, s->conf.newer_in, e) < 0)
		return -1;
	skip = s->conf.skip_dir ? place_of(s->places, s->conf.skip_dir)->source : NULL;
	return skip && skip->check_skip ? skip->check_skip(s->conf.skip_dir, e) : 0;
}

struct source *
source_new(struct places *places, const struct source_conf *conf, char *const operands[],
    struct err *e)
{
	struct source *s = mem_new(1, sizeof(*s));

	s->places = places;
	s->conf = *conf;
	s->conf.several = operands[0] && operands[1];
	s->operands = operands;
	if (source_check_all(s, e) == 0)
		return s;
	free(s);
	return NULL;
}

static int
source_open(struct source *s, struct err *e)
{
	const char *operand = *s->operands, *skip = s->conf.skip_dir;
	const struct place_scheme *row = place_of(s->places, operand);
	struct source_conf conf = s->conf;
	void *shared = place_shared(s->places, row, e);

	if (skip && place_of(s->places, skip) != row)
		conf.skip_dir = NULL;
	s->ops = row->source;
	s->list = shared ? s->ops->list(shared, &conf, operand, e) : NULL;
	if (s->list)
		s->operands++;
	else
		e->class = ERR_FATAL;
	return s->list ? 0 : -1;
}

static long
list_skipped(const struct source *s)
{
	return s->list && s->ops->skipped ? s->ops->skipped(s->list) : 0;
}

static void
add_passed(const struct source *s, struct name_passed *sum)
{
	const struct name_passed *p = s->list && s->ops->passed ? s->ops->passed(s->list) : NULL;

	if (!p)
		return;
	sum->links += p->links;
	sum->special += p->special;
	sum->young += p->young;
	sum->unmatched += p->unmatched;
	sum->folders += p->folders;
}

void
source_passed(const struct source *s, struct name_passed *sum)
{
	*sum = s->passed;
	add_passed(s, sum);
}

static void
source_close(struct source *s)
{
	if (!s->list)
		return;
	add_passed(s, &s->passed);
	s->skipped += list_skipped(s);
	s->ops->end(s->list);
	s->list = NULL;
}

struct rec *
source_next(struct source *s, struct err *e)
{
	struct rec *r = NULL;

	e->code = NULL;
	while (!r && (s->list || *s->operands) && !s->failed) {
		if (!s->list && source_open(s, e) < 0) {
			s->failed = true;
			break;
		}
		r = s->ops->next(s->list, e);
		if (r)
			break;
		s->failed = e->code != NULL;
		if (!s->failed && s->ops->ended && !s->ops->ended(s->list))
			break;
		source_close(s);
	}
	return r;
}

bool
source_ended(const struct source *s)
{
	return s->failed || (!s->list && !*s->operands);
}

long
source_skipped(const struct source *s)
{
	return s->skipped + list_skipped(s);
}

void
source_free(struct source *s)
{
	if (!s)
		return;
	source_close(s);
	free(s);
}
