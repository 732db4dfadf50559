#include <string.h>

#include "base/err.h"
#include "ledger/priv.h"
#include "rec/jx.h"
#include "rec/rec.h"

enum { ENDING_MAX = 12 };

/* What is called so is no other kind of file, but a document that is spoiled. */
static const char *const documents[] = { ".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp",
	".gif", ".bmp", ".jp2", ".j2k", ".heic", ".heif", ".avif", ".djvu", ".djv", ".docx",
	".xlsx", ".pptx", ".odt", ".ods", ".odp", ".doc", ".xls", ".ppt", ".rtf", ".epub", ".txt",
	".log", ".md", ".csv", ".tsv", ".html", ".htm", ".eml", NULL };
/* What programs leave in folders, which is of no type though it may be empty. */
static const char *const markers[] = { ".keep", ".gitkeep", ".DS_Store", "Thumbs.db", "desktop.ini",
	NULL };

const char *const listed_names[LISTED_FATES + 1] = { "done", "failed", "skipped", "adopted", "dead",
	"unsupported", "elsewhere", "lost", "held", "left", "cancelled", NULL };

int
jobs_listing(struct jobs *j, const char *file, bool make, struct err *e)
{
	if (j->db->listing->attach(j->db, file, make, e) < 0)
		return -1;
	j->listing = true;
	return 0;
}

static bool
is_word_of(const char *const *words, const char *word)
{
	while (*words && strcmp(*words, word) != 0)
		words++;
	return *words != NULL;
}

static bool
is_marker(const char *name)
{
	static const char hadoop[] = "_$folder$";
	size_t n = strlen(name), tail = sizeof(hadoop) - 1;

	return is_word_of(markers, name) || !strncmp(name, "~$", 2) || !strncmp(name, "._", 2) ||
	    (n >= tail && !strcmp(name + n - tail, hadoop));
}

/* How a document's name ends, as .docx; "other" where it has no such end. */
static void
name_ending(const char *name, char out[ENDING_MAX + 1])
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_-";
	const char *end = strrchr(name, '.');
	size_t n = end ? strlen(end) : 0;

	if (n < 2 || n > ENDING_MAX || strspn(end + 1, plain) != n - 1)
		end = "other";
	do
		*out++ = (char)(*end >= 'A' && *end <= 'Z' ? *end - 'A' + 'a' : *end);
	while (*end++);
}

/* Whether the message of its error says that it is of a kind that was not wanted. */
static bool
is_left_out(const struct job_row *row)
{
	static const char words[] = CODE_LEFT_OUT;
	jv error = row->error ? jv_parse(row->error) : jv_invalid(), message = jv_invalid();
	const char *said;
	size_t n;
	bool is;

	if (jv_get_kind(error) == JV_KIND_OBJECT)
		message = jx_get(&error, "message");
	said = jx_cstr(&message);
	n = said ? strlen(said) : 0;
	is = n >= sizeof(words) - 1 && !strcmp(said + n - (sizeof(words) - 1), words);
	jv_free(message);
	jv_free(error);
	return is;
}

/* Whether it is dead since it is no document, or none that was wanted; then how its name ends. */
static bool
is_unsupported(const struct job_row *row, char ending[ENDING_MAX + 1])
{
	bool type = row->code && !strcmp(row->code, CODE_DOCUMENT_TYPE);
	bool result = row->code && !strcmp(row->code, CODE_JOB_DEST);
	bool empty = row->code && !strcmp(row->code, CODE_DOCUMENT_EMPTY);
	struct err ignored;
	struct rec *r =
	    type || empty || result ? rec_parse(row->rec, strlen(row->rec), &ignored) : NULL;
	const char *rel = r ? rec_str(r, "rel") : NULL, *name;
	bool marker;

	name = !rel ? "" : strrchr(rel, '/') ? strrchr(rel, '/') + 1 : rel;
	marker = is_marker(name);
	name_ending(name, ending);
	rec_free(r);
	return marker || result || (type && (!is_word_of(documents, ending) || is_left_out(row)));
}

static enum listed
fate_of_dead(const struct job_row *row)
{
	return row->given ? LISTED_FAILED : row->was == JOB_DEAD ? LISTED_DEAD : LISTED_LOST;
}

static enum listed
fate_of_done(const struct job_row *row)
{
	if (row->adopted)
		return LISTED_ADOPTED;
	return row->given ? LISTED_DONE : row->was == JOB_DONE ? LISTED_SKIPPED : LISTED_ELSEWHERE;
}

/* Another version is there, which the next run lists. */
static bool
has_changed(const struct job_row *row)
{
	return row->state == JOB_CANCELLED && row->code &&
	    !strcmp(row->code, CODE_DOCUMENT_CHANGED);
}

static enum listed
fate_of(const struct job_row *row)
{
	switch (row->state) {
	case JOB_QUEUED:
		return LISTED_LEFT;
	case JOB_RUNNING:
		return LISTED_HELD;
	case JOB_DONE:
		return fate_of_done(row);
	case JOB_DEAD:
		return fate_of_dead(row);
	default:
		return has_changed(row) ? LISTED_LEFT : LISTED_CANCELLED;
	}
}

static void
listing_result(struct jobs_listed *s, const struct job_row *row)
{
	jv said = row->result ? jv_parse(row->result) : jv_invalid();

	if (jv_get_kind(said) == JV_KIND_OBJECT) {
		const long some = job_said_number(&said, "pages");

		s->pages += some > 0 ? some : job_said_number(&said, "doc_pages");
		s->doubtful += job_said_number(&said, "doubtful_pages");
		s->blank += job_said_number(&said, "blank_pages");
		s->picture += job_said_number(&said, "picture_pages");
		s->gaps += job_said_number(&said, "failed_pages");
		job_said_engines(&said, s->engine, s->arg);
	}
	jv_free(said);
}

struct listing {
	struct jobs *jobs;
	struct jobs_listed *sums;
};

static int
on_listing(void *arg, const struct job_row *row, struct err *e)
{
	const struct listing *g = arg;
	struct jobs_listed *s = g->sums;
	enum listed fate = fate_of(row);
	char ending[ENDING_MAX + 1];

	(void)e;
	/* What the dead hold is nobody's, though it could not be taken back yet. */
	if (fate == LISTED_HELD && row->session &&
	    !g->jobs->db->session->lives(g->jobs->db, row->session))
		fate = LISTED_LEFT;
	if (row->state == JOB_DEAD && is_unsupported(row, ending)) {
		fate = LISTED_UNSUPPORTED;
		s->count(s->arg, fate, ending);
	} else if (row->state == JOB_DEAD || has_changed(row)) {
		s->count(s->arg, fate, row->code ? row->code : "unknown");
	} else if (fate == LISTED_DONE) {
		listing_result(s, row);
	}
	s->n[fate]++;
	return 0;
}

int
jobs_listed(struct jobs *j, struct jobs_listed *s, struct err *e)
{
	struct listing g = { j, s };

	return j->db->listing->each(j->db, &(struct job_sink){ on_listing, &g }, e);
}
