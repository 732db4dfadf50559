#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "model/extract.h"
#include "model/profile.h"
#include "rec/jx.h"

enum {
	PROFILE_MAX = 256 << 10, /* bytes of a file */
	ANSWER_LEAST = 256       /* tokens that are asked for, whatever room there seems to be */
};

/* Where the image goes: what "url" says of it in a profile. */
#define PROFILE_IMAGE "$IMAGE"

/* quire's own, of share/quire/profiles: names and texts in turn, made by the Makefile. */
static const char *const profile_built_in[] = {
#include "profiles.inc"
	NULL
};

static int
profile_bad(struct err *e, const char *name, const char *why)
{
	return err_set(e, ERR_FATAL, CODE_OCR_PROFILE, "the profile %s: %s", name, why);
}

/* A name is no path. */
static bool
is_profile_name(const char *name)
{
	return *name && *name != '.' && strlen(name) <= PROFILE_NAME_MAX && !strchr(name, '/');
}

static char *
profile_path(const char *name)
{
	const char *folder = getenv("QUIRE_PROFILES");

	return folder && *folder && is_profile_name(name) ? mem_printf("%s/%s.json", folder, name)
							  : NULL;
}

static const char *
profile_own(const char *name)
{
	for (size_t i = 0; profile_built_in[i]; i += 2)
		if (strcmp(profile_built_in[i], name) == 0)
			return profile_built_in[i + 1];
	return NULL;
}

bool
profile_is(const char *name)
{
	char *path = profile_path(name);
	const bool there = path && access(path, F_OK) == 0;

	free(path);
	return there || profile_own(name);
}

static int
profile_file(const char *path, struct buf *text, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = 0;

	if (fd < 0)
		return err_sys(e, ERR_FATAL, CODE_OCR_PROFILE, "%s", path);
	while (buf_room(text, 4096) == 0 && (got = read(fd, text->p + text->len, 4096)) > 0)
		text->len += (size_t)got;
	close(fd);
	if (got < 0)
		return err_sys(e, ERR_FATAL, CODE_OCR_PROFILE, "%s", path);
	if (got > 0)
		return err_set(e, ERR_FATAL, CODE_OCR_PROFILE, "%s: longer than %d bytes", path,
		    PROFILE_MAX);
	return 0;
}

static int
profile_text(const char *name, struct buf *text, struct err *e)
{
	char *path = profile_path(name);
	const char *own = profile_own(name);
	int r;

	if (path && access(path, F_OK) == 0)
		r = profile_file(path, text, e);
	else if (own)
		r = buf_adds(text, own);
	else
		r = profile_bad(e, name, "there is none of that name");
	free(path);
	return r;
}

/* PATH=VALUE into the profile. */
static int
profile_assign(jv *all, const char *name, const char *set, struct err *e)
{
	const char *value = strchr(set, '=');
	jv path = jv_array(), v;

	if (!value || value == set) {
		jv_free(path);
		return profile_bad(e, name, "what is set has the form PATH=VALUE");
	}
	for (const char *p = set; p <= value;) {
		size_t n = strcspn(p, ".=");

		path = jv_array_append(path, jv_string_sized(p, (int)n));
		p += n + 1;
	}
	v = jv_parse(value + 1);
	if (!jv_is_valid(v)) {
		jv_free(v);
		v = jv_string(value + 1);
	}
	v = jv_setpath(*all, path, v);
	*all = jv_is_valid(v) ? jv_copy(v) : jv_object();
	if (jv_is_valid(v)) {
		jv_free(v);
		return 0;
	}
	jv_free(v);
	return err_set(e, ERR_FATAL, CODE_OCR_PROFILE, "the profile %s: %s cannot be set", name,
	    set);
}

/* What is read of a profile, and what is wrong with it. */
struct reading {
	const char *name;
	struct err *e;
	bool bad;
};

static void
bad_member(struct reading *r, const char *of, const char *member, const char *why)
{
	if (!r->bad)
		err_set(r->e, ERR_FATAL, CODE_OCR_PROFILE, "the profile %s: %s%s%s %s", r->name, of,
		    *of ? "." : "", member, why);
	r->bad = true;
}

/* No member but these, which are separated by blanks. */
static void
only_members(struct reading *r, const jv *object, const char *of, const char *words)
{
	int i;

	for (i = jv_object_iter(*object); jv_object_iter_valid(*object, i);
	     i = jv_object_iter_next(*object, i)) {
		jv key = jv_object_iter_key(*object, i);
		char *word = mem_printf(" %s ", jv_string_value(key));

		if (!strstr(words, word))
			bad_member(r, of, jv_string_value(key), "is no member");
		free(word);
		jv_free(key);
	}
}

/* A number from least to most, or fallback where there is none. */
static double
number_of(struct reading *r, const jv *object, const char *of, const char *member, double most)
{
	jv v = jx_get(object, member);
	double n = 0;

	if (jv_get_kind(v) == JV_KIND_NUMBER)
		n = jv_number_value(v);
	if (jv_is_valid(v) && (jv_get_kind(v) != JV_KIND_NUMBER || !(n >= 0 && n <= most)))
		bad_member(r, of, member, "is no number that may stand there");
	jv_free(v);
	return n;
}

static const char *
string_of(struct reading *r, const jv *object, const char *member)
{
	jv v = jx_get(object, member);
	const char *s = jx_cstr(&v);

	if (!s)
		bad_member(r, "", member, "is no text");
	jv_free(v); /* the object has it still */
	return s ? s : "";
}

static void
read_image(struct reading *r, struct profile *p, const jv *image)
{
	jv colour = jx_get(image, "colour");

	only_members(r, image, "image", " side area dpi colour tokens patch ");
	p->side = (long)number_of(r, image, "image", "side", 100000);
	p->area = number_of(r, image, "image", "area", 150e6);
	p->dpi = (long)number_of(r, image, "image", "dpi", 1200);
	p->tokens = (long)number_of(r, image, "image", "tokens", 1e6);
	p->patch = (long)number_of(r, image, "image", "patch", 1000);
	p->colour = jv_get_kind(colour) == JV_KIND_TRUE;
	jv_free(colour);
	p->side = p->side ? p->side : 2000;
	p->area = p->area > 0 ? p->area : 150e6;
	p->dpi = p->dpi ? p->dpi : 200;
}

static void
read_ladder(struct reading *r, struct profile *p, const jv *request)
{
	jv ladder = jx_get(&p->all, "temperatures");
	int n = jv_get_kind(ladder) == JV_KIND_ARRAY ? jv_array_length(jv_copy(ladder)) : 0;

	if (jv_is_valid(ladder) && (n < 1 || n > PROFILE_LADDER))
		bad_member(r, "", "temperatures", "are 1 to 8 numbers");
	for (int i = 0; i < n && i < PROFILE_LADDER; i++) {
		jv v = jv_array_get(jv_copy(ladder), i);

		p->temperature[i] = jv_get_kind(v) == JV_KIND_NUMBER ? jv_number_value(v) : -1;
		if (!(p->temperature[i] >= 0 && p->temperature[i] <= 2))
			bad_member(r, "", "temperatures", "are numbers from 0 to 2");
		jv_free(v);
	}
	p->temperatures = (size_t)n;
	if (n == 0) {
		p->temperature[0] = number_of(r, request, "request", "temperature", 2);
		p->temperatures = 1;
	}
	jv_free(ladder);
}

/* What its answers are judged by, where that is not the usual. */
static void
read_gate(struct reading *r, struct profile *p)
{
	jv gate = jx_get(&p->all, "gate");
	const struct {
		const char *member;
		double *value;
	} share[] = {
		{ "again", &p->gate.lines_share },
		{ "echo", &p->gate.echo_share },
		{ "empty", &p->gate.empty },
		{ "partly", &p->gate.partly },
	};

	p->gate = gate_conf_default;
	if (jv_get_kind(gate) == JV_KIND_OBJECT) {
		only_members(r, &gate, "gate", " again echo empty partly refusal ");
		for (size_t i = 0; i < sizeof(share) / sizeof(*share); i++)
			if (jv_object_has(jv_copy(gate), jv_string(share[i].member)))
				*share[i].value = number_of(r, &gate, "gate", share[i].member, 2);
		if (jv_object_has(jv_copy(gate), jv_string("refusal")))
			p->gate.refusal_max = (long)number_of(r, &gate, "gate", "refusal", 1e6);
	} else if (jv_is_valid(gate)) {
		bad_member(r, "", "gate", "is an object");
	}
	jv_free(gate);
}

/* Where the image stands in the messages: once. */
static bool
has_image(const jv *messages)
{
	static const char url[] = "\"url\":\"" PROFILE_IMAGE "\"";
	jv text = jv_dump_string(jv_copy(*messages), JV_PRINT_SORTED);
	const char *at = strstr(jv_string_value(text), url);
	const bool once = at && !strstr(at + strlen(url), "\"" PROFILE_IMAGE "\"");

	jv_free(text);
	return once;
}

/* How a file is asked to be converted. */
static void
read_convert(struct reading *r, struct profile *p, const jv *convert)
{
	jv form = jx_get(convert, "form");

	only_members(r, convert, "convert", " file answer form ");
	p->converts = true;
	p->file = string_of(r, convert, "file");
	p->answer = string_of(r, convert, "answer");
	p->temperatures = 1;
	if (jv_is_valid(form) && jv_get_kind(form) != JV_KIND_OBJECT)
		bad_member(r, "convert", "form", "is an object");
	jv_free(form);
}

/* How a page is asked for. */
static void
read_request(struct reading *r, struct profile *p)
{
	jv request = jx_get(&p->all, "request"), messages = jx_get(&p->all, "messages");

	if (jv_get_kind(request) != JV_KIND_OBJECT) {
		bad_member(r, "", "request",
		    jv_is_valid(request) ? "is an object" : "is missing, an object");
	} else {
		read_ladder(r, p, &request);
		p->limit = jv_object_has(jv_copy(request), jv_string("max_tokens"))
		    ? "max_tokens"
		    : "max_completion_tokens";
		p->max_tokens = (long)number_of(r, &request, "request", p->limit, 1e6);
	}
	if (jv_get_kind(messages) != JV_KIND_ARRAY || !has_image(&messages))
		bad_member(r, "", "messages", "are an array in which one url is " PROFILE_IMAGE);
	jv_free(request);
	jv_free(messages);
}

/* The messages and the request are what its fields are asked by. */
static void
read_extract(struct reading *r, struct profile *p)
{
	char why[EXTRACT_WHY_MAX];

	if (!jv_object_has(jv_copy(p->all), jv_string("extract")))
		return;
	if (extract_ready(&p->all, why, sizeof(why)))
		p->schema = jv_getpath(jv_copy(p->all),
		    jv_array_append(jv_array_append(jv_array(), jv_string("extract")),
			jv_string("schema")));
	else
		bad_member(r, "", "extract", why);
}

static void
read_profile(struct reading *r, struct profile *p)
{
	jv image = jx_get(&p->all, "image"), convert = jx_get(&p->all, "convert");

	only_members(r, &p->all, "",
	    " about model messages request convert image context temperatures clean gate timeout "
	    "jobs price extract ");
	read_extract(r, p);
	if (jv_get_kind(image) != JV_KIND_OBJECT)
		bad_member(r, "", "image", "is an object");
	else
		read_image(r, p, &image);
	if (!jv_object_has(jv_copy(p->all), jv_string("messages")) &&
	    jv_get_kind(convert) == JV_KIND_OBJECT)
		read_convert(r, p, &convert);
	else
		read_request(r, p);
	p->model = string_of(r, &p->all, "model");
	p->clean = string_of(r, &p->all, "clean");
	p->context = (long)number_of(r, &p->all, "", "context", 1e7);
	p->timeout_ms = (long)number_of(r, &p->all, "", "timeout", 86400) * 1000;
	p->jobs = (long)number_of(r, &p->all, "", "jobs", 1024);
	p->timeout_ms = p->timeout_ms ? p->timeout_ms : 300000;
	p->jobs = p->jobs ? p->jobs : 64;
	read_gate(r, p);
	jv_free(image);
	jv_free(convert);
}

int
profile_load(struct profile *p, const char *name, const char *const *set, size_t n, struct err *e)
{
	struct buf text = BUF_INIT(PROFILE_MAX);
	struct reading r = { name, e, false };
	int status = profile_text(name, &text, e);
	bool extracts;

	*p = (struct profile){ .name = mem_dup(name), .all = jv_invalid(), .schema = jv_invalid() };
	if (status == 0) {
		p->all = jv_parse_sized(text.p ? text.p : "", (int)text.len);
		if (jv_get_kind(p->all) != JV_KIND_OBJECT)
			status = profile_bad(e, name, "it is no JSON object");
	}
	buf_release(&text);
	extracts = status == 0 && jv_object_has(jv_copy(p->all), jv_string("extract"));
	for (size_t i = 0; status == 0 && i < n; i++)
		if (strncmp(set[i], PROFILE_NOT, strlen(PROFILE_NOT)) != 0)
			status = profile_assign(&p->all, name, set[i], e);
	/* Other commands, which draw the pages, know what is in the file. */
	if (status == 0 && !extracts && jv_object_has(jv_copy(p->all), jv_string("extract")))
		status = profile_bad(e, name, "extract is set in its file alone");
	if (status == 0) {
		read_profile(&r, p);
		status = r.bad ? -1 : 0;
	}
	if (status < 0)
		profile_release(p);
	return status;
}

void
profile_release(struct profile *p)
{
	jv_free(p->all);
	jv_free(p->schema);
	free(p->name);
	*p = (struct profile){ .all = jv_invalid(), .schema = jv_invalid() };
}

/* What the page leaves of the context for its answer. */
static long
tokens_left(const struct profile *p, const struct profile_page *page, size_t prompt)
{
	long context = page->context ? page->context : p->context, image = p->tokens, left;

	if (context == 0)
		return p->max_tokens;
	if (p->patch > 0)
		image += (page->width / p->patch + 1) * (page->height / p->patch + 1);
	/* A token is seldom less than two bytes of a prompt. */
	left = context - image - (long)prompt / 2 - 32;
	left = left < ANSWER_LEAST ? ANSWER_LEAST : left;
	return p->max_tokens && p->max_tokens < left ? p->max_tokens : left;
}

static jv
leave_out(jv request, const jv *without)
{
	const int n =
	    jv_get_kind(*without) == JV_KIND_ARRAY ? jv_array_length(jv_copy(*without)) : 0;

	for (int i = 0; i < n; i++)
		request = jv_object_delete(request, jv_array_get(jv_copy(*without), i));
	return request;
}

void
profile_request(const struct profile *p, const struct profile_page *page, char **head, char **tail)
{
	static const char mark[] = "\"" PROFILE_IMAGE "\"";
	jv messages = jx_get(&p->all, "messages"), request = jx_get(&p->all, "request"), text;
	const char *all, *at;

	text = jv_dump_string(jv_copy(messages), 0);
	jx_set(&request, "temperature", jv_number(page->temperature));
	if (p->max_tokens > 0)
		jx_set(&request, p->limit,
		    jv_number((double)tokens_left(p, page, strlen(jv_string_value(text)))));
	jv_free(text);
	jx_set(&request, "messages", messages);
	jx_set(&request, "model", jv_string(page->model));
	text = jv_dump_string(leave_out(request, &page->without), JV_PRINT_SORTED);
	all = jv_string_value(text);
	at = strstr(all, mark); /* profile_load has seen that it is there */
	*head = mem_printf("%.*s\"data:image/png;base64,", (int)(at - all), all);
	*tail = mem_dup(at + strlen(mark) - 1);
	jv_free(text);
}
