#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "img/image.h"
#include "ocr/mend.h"
#include "ocr/polyglot.h"
#include "ocr/read.h"
#include "ocr/scripts.h"

#define TOLD 5.0    /* how sure osd is where it is hardly ever wrong, */
#define GUESSED 1.0 /* and where it is no more than a guess */
#define WELL 0.85   /* confidence: a few words in another script are read with 0.8, */
#define POOR 0.75   /* and a page of them with less than that */
#define BETTER 1.05 /* times worth that another reading must be */

/* Tesseract with the languages of a script. */
struct slot {
	int script;
	struct tess *tess; /* NULL: a free one */
	unsigned long used;
};

struct polyglot {
	char *sets;         /* Tesseract's variables, a line each */
	struct tess *asked; /* with the languages asked for; or NULL, and these: */
	struct tess *osd;
	struct scripts *scripts;
	struct slot slot[POLYGLOT_WAYS];
	unsigned long clock;
};

static struct tess *
tess_set_up(const char *lang, const char *sets, struct err *e)
{
	struct tess *tess = tess_new(lang, e);

	for (size_t n; tess && *sets; sets += n + (sets[n] == '\n')) {
		char *one = mem_copy(sets, n = strcspn(sets, "\n"));

		if (tess_set(tess, one, e) < 0) {
			tess_free(tess);
			tess = NULL;
		}
		free(one);
	}
	return tess;
}

/* With a script's languages, in the place of those that were not used for longest. */
static struct tess *
tess_for(struct polyglot *p, int script, struct err *e)
{
	struct slot *oldest = &p->slot[0];

	p->clock++;
	for (int i = 0; i < POLYGLOT_WAYS; i++) {
		struct slot *s = &p->slot[i];

		if (s->tess && s->script == script) {
			s->used = p->clock;
			return s->tess;
		}
		oldest = s->used < oldest->used ? s : oldest;
	}
	tess_free(oldest->tess);
	oldest->tess = tess_set_up(scripts_langs(p->scripts, script), p->sets, e);
	oldest->script = script;
	oldest->used = oldest->tess ? p->clock : 0;
	return oldest->tess;
}

struct polyglot *
polyglot_new(const char *told, struct err *e)
{
	const size_t n = strcspn(told, "\n");
	struct polyglot *p = mem_new(1, sizeof(*p));
	char *lang = mem_copy(told, n);
	bool ok;

	p->sets = mem_dup(told + n + (told[n] == '\n'));
	p->scripts = scripts_told(lang);
	if (p->scripts)
		ok = (p->osd = tess_new(TESS_OSD, e)) && tess_for(p, scripts_usual(p->scripts), e);
	else
		ok = (p->asked = tess_set_up(lang, p->sets, e)) != NULL;
	free(lang);
	if (ok)
		return p;
	polyglot_free(p);
	return NULL;
}

void
polyglot_free(struct polyglot *p)
{
	if (!p)
		return;
	for (int i = 0; i < POLYGLOT_WAYS; i++)
		tess_free(p->slot[i].tess);
	tess_free(p->osd);
	tess_free(p->asked);
	scripts_free(p->scripts);
	free(p->sets);
	free(p);
}

/* One way more, where there is data for it, and it is new. */
static void
add_way(const struct polyglot *p, struct polyglot_page *page, int script)
{
	for (size_t i = 0; i < page->ways; i++)
		if (page->way[i] == script)
			return;
	if (page->ways < POLYGLOT_WAYS && scripts_langs(p->scripts, script))
		page->way[page->ways++] = script;
}

void
polyglot_look(struct polyglot *p, const struct image *im, struct polyglot_page *page)
{
	const char *name;

	*page = (struct polyglot_page){ .by = p, .script = -1 };
	if (!p->scripts)
		return;
	name = tess_script(p->osd, im, lround(im->dpi), &page->sure);
	page->script = name ? scripts_find(name) : -1;
	if (page->script >= 0 && page->sure >= TOLD)
		add_way(p, page, page->script);
	add_way(p, page, scripts_usual(p->scripts));
	add_way(p, page, page->script);
	if (page->script >= 0 && page->sure >= TOLD)
		return;
	for (int i = 0; i < scripts_count(); i++)
		add_way(p, page, i);
}

/* In the reading's script; the image is the reading's to change. */
static int
read_one_way(struct polyglot_page *page, struct image *im, struct polyglot_reading *r,
    struct err *e)
{
	struct tess *tess = tess_for(page->by, r->script, e);

	return tess ? page->read(tess, im, &r->page, &r->notes, e) : -1;
}

/* In another script, of a copy of the image: *r is what is better. */
static int
try_way(struct polyglot_page *page, int script, const struct image *im, struct polyglot_reading *r,
    struct err *e)
{
	struct polyglot_reading other = { .script = script, .lacks = -1 };
	struct image copy = *im;
	int status = mend_cut(&copy, im, 0, 0, e);

	if (status == 0)
		status = read_one_way(page, &copy, &other, e);
	image_release(&copy);
	if (status == 0 && read_worth(&other.page) > BETTER * read_worth(&r->page)) {
		tess_page_release(&r->page);
		*r = other;
		return 0;
	}
	tess_page_release(&other.page);
	return status;
}

static int
read_ways(struct polyglot_page *page, struct image *im, struct polyglot_reading *r, struct err *e)
{
	struct image was = *im;
	int status;

	if (page->ways > 1 && mend_cut(&was, im, 0, 0, e) < 0)
		return -1;
	r->script = page->way[0];
	status = read_one_way(page, im, r, e);
	for (size_t i = 1;
	     status == 0 && i < page->ways && r->page.n > 0 && r->page.confidence < WELL; i++)
		status = try_way(page, page->way[i], &was, r, e);
	if (page->ways > 1)
		image_release(&was);
	return status;
}

/* Whether a page is of a script that it cannot have been read in. */
static bool
lacks_script(const struct polyglot_page *page, double confidence)
{
	return page->script >= 0 && !scripts_langs(page->by->scripts, page->script) &&
	    page->sure >= (confidence < POOR ? GUESSED : TOLD);
}

int
polyglot_read(struct polyglot_page *page, struct image *im, polyglot_fn *read,
    struct polyglot_reading *r, struct err *e)
{
	*r = (struct polyglot_reading){ .script = -1, .lacks = -1 };
	page->read = read;
	if (!page->by->scripts)
		return read(page->by->asked, im, &r->page, &r->notes, e);
	if (read_ways(page, im, r, e) < 0)
		return -1;
	if (lacks_script(page, r->page.confidence))
		r->lacks = page->script;
	if (r->page.confidence >= WELL) {
		page->way[0] = r->script;
		page->ways = 1;
	}
	return 0;
}
