#include <stdbool.h>

#include "base/err.h"
#include "base/mem.h"
#include "dir/result.h"
#include "rec/name.h"
#include "unit/check.h"

#define X50 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define X250 X50 X50 X50 X50 X50
#define E50 \
	"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9" \
	"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9" \
	"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9" \
	"\xc3\xa9"

static const char *const parts[] = { "", ".", "..", "...", ".md", "..md", "...md", "a", "a.md",
	"a.md.md", "a.pdf", "a.pdf.md", "md", "%", "%%", "~", "%~", "%~.md", "%~..md", "%~%~",
	"%~a", "%~a.md", "%#", "%#a", "%#.md", "%=", "%=.md", "%=a", "%=a.md", "%=%~a.md",
	"%~%=a.md", "%41", "A", "%2F", ".quire-", ".quire-0123456789abcdef", ".quire", "%~.quire-",
	"-a", " ", "\n", "\"", "\\", "\xe9", "\xc3\xa9", "\xff.md", X250, X250 "x", X250 "xx",
	X250 "xxx", X250 "xxxxx", X250 "xxxxxx", X250 "y", X250 "xx.md", X50 X50 X50 X50 X50 ".md",
	"%~" X250, "%~" X250 "x", "%#" X250 "xxx", E50 E50 E50, E50 E50 "\xff", ".quire-" X250 };
enum { NPARTS = sizeof(parts) / sizeof(*parts), NNAMES_MAX = 100000 };

static char *names[NNAMES_MAX];
static size_t nnames;

static void
check_name(const char *rel, const char *want)
{
	struct err e;
	char *name = store_dest_name(rel, &e);

	CHECK_STR(name, want);
	free(name);
}

static void
keeps_what_can_be_a_file_name(void)
{
	check_name("a.pdf", "a.pdf.md");
	check_name("a b/\"c\"/-d\n/e.tar.gz", "a b/\"c\"/-d\n/e.tar.gz.md");
	check_name("50%25 \xc3\xa9/%E9", "50% \xc3\xa9/\xe9.md");
	check_name("a.md", "a.md.md");
	check_name("...", "....md");
	check_name("~%25", "~%.md");
	check_name(X250 "xx", X250 "xx.md");
	check_name(X250 "xxxxx/a", X250 "xxxxx/a.md");
}

static void
guards_what_cannot(void)
{
	check_name("", "%~.md");
	check_name(".", "%~..md");
	check_name("..", "%~...md");
	check_name("../../etc/passwd", "%~../%~../etc/passwd.md");
	check_name("/etc/passwd", "%~/etc/passwd.md");
	check_name("a//b/", "a/%~/b/%~.md");
	check_name("%25~", "%~%~.md");
	check_name("%25#x/%25=y", "%~%#x/%~%=y.md");
	check_name("a.md/b", "%=a.md/b.md");
	check_name(".md/b", "%=.md/b.md");
	check_name("%25~a.md/b", "%=%~a.md/b.md");
	check_name(".quire-0/.quire-1", "%~.quire-0/%~.quire-1.md");
}

/* The digests are those of sha256sum(1). */
static void
cuts_what_is_too_long(void)
{
	struct err e;
	char *name = store_dest_name("d/" X250 "xxx", &e);

	CHECK(name && strlen(name) == 2 + 2 + 180 + 1 + 64 + 3);
	CHECK(strncmp(name, "d/%#" X50 X50 X50, 4 + 150) == 0);
	CHECK_STR(name + 4 + 180,
	    "-1329e1bd71a6a7b275594ffb7ac73e14c4205c25a39efb2f0e3f2a1b6c7b5856.md");
	free(name);
	name = store_dest_name("x" E50 E50 E50 E50 E50 E50, &e);
	/* the last whole character ends at byte 179 */
	CHECK(name && name[2 + 179] == '-');
	CHECK(strncmp(name, "%#x" E50 E50 E50 E50, 2 + 179) == 0);
	CHECK_STR(name + 2 + 179,
	    "-4241c5082389ce56c367f4680aca9c256355759a1a40416dcf19f4b5cb056a4d.md");
	free(name);
	/* guarded it would be too long, and ".md" is not its end */
	name = store_dest_name(X250 "x.md/a", &e);
	CHECK(name && strncmp(name, "%#xxx", 5) == 0);
	CHECK(strcmp(name + strlen(name) - 5, "/a.md") == 0);
	CHECK(strncmp(name + strlen(name) - 8, ".md", 3) != 0);
	free(name);
}

static void
refuses_two_texts_for_one_name(void)
{
	static const char *const bad[] = { "%41", "a%2Fb", "%20", "%e9", "%C3%A9", "%2e%2e/a",
		"a\xff" };
	static const char *const worse[] = { "%", "100%", "%00", "%zz" };
	struct err e;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		CHECK(!store_dest_name(bad[i], &e));
		CHECK(e.class == ERR_VALIDATION);
		CHECK_STR(e.code, "dest.name");
	}
	for (size_t i = 0; i < sizeof(worse) / sizeof(*worse); i++) {
		CHECK(!store_dest_name(worse[i], &e));
		CHECK(e.class == ERR_VALIDATION);
		CHECK_STR(e.code, "record.member");
	}
}

/* Whatever its last component is, no name is cut to fit. */
static void
refuses_what_is_longer_than_a_path(void)
{
	struct err e;
	char *rel = mem_new(5000, 1), *name;

	for (size_t n = 3900; n < 4200; n++) {
		memset(rel, 'a', n);
		for (size_t i = 200; i < n; i += 200)
			rel[i] = '/';
		rel[n] = '\0';
		if (rel[n - 1] == '/') /* "" at the end is longer */
			continue;
		name = store_dest_name(rel, &e);
		CHECK(!name == (n + 3 > 4095));
		if (name)
			CHECK(strlen(name) == n + 3);
		else
			CHECK_STR(e.code, "dest.name");
		free(name);
	}
	free(rel);
}

static void
check_components(const char *name)
{
	size_t n;

	for (;; name += n + 1) {
		n = strcspn(name, "/");
		CHECK(n >= 1 && n <= 255);
		CHECK(!(n == 1 && name[0] == '.'));
		CHECK(!(n == 2 && name[0] == '.' && name[1] == '.'));
		CHECK(strncmp(name, ".quire-", 7) != 0);
		if (!name[n])
			break;
	}
	CHECK(n > 3 && strcmp(name + n - 3, ".md") == 0);
}

static void
add_name(const char *a, const char *b, const char *c)
{
	struct err e;
	char *path, *rel;

	path = mem_printf("%s%s%s%s%s", a ? a : "", a ? "/" : "", b ? b : "", b ? "/" : "", c);
	rel = name_encode(path);
	free(path);
	CHECK(nnames < NNAMES_MAX);
	names[nnames] = store_dest_name(rel, &e);
	CHECK(names[nnames]);
	check_components(names[nnames++]);
	free(rel);
}

static int
compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* No result's name may be a directory of another's. */
static void
check_folders(char *name)
{
	for (char *p = strchr(name, '/'); p; p = strchr(p + 1, '/')) {
		*p = '\0';
		CHECK(!bsearch(&name, names, nnames, sizeof(*names), compare));
		*p = '/';
	}
}

/* Each path of one or two of the parts, and of three of the short ones. */
static void
is_injective(void)
{
	char *copy;

	for (size_t i = 0; i < NPARTS; i++) {
		add_name(NULL, NULL, parts[i]);
		for (size_t j = 0; j < NPARTS; j++) {
			add_name(NULL, parts[i], parts[j]);
			for (size_t k = 0; k < 30; k++)
				if (i < 30 && j < 30)
					add_name(parts[i], parts[j], parts[k]);
		}
	}
	CHECK(nnames == NPARTS + NPARTS * NPARTS + 27000);
	qsort(names, nnames, sizeof(*names), compare);
	for (size_t i = 1; i < nnames; i++)
		CHECK(strcmp(names[i - 1], names[i]) != 0);
	for (size_t i = 0; i < nnames; i++) {
		copy = mem_dup(names[i]);
		check_folders(copy);
		free(copy);
	}
	for (size_t i = 0; i < nnames; i++)
		free(names[i]);
	nnames = 0;
}

int
main(void)
{
	keeps_what_can_be_a_file_name();
	guards_what_cannot();
	cuts_what_is_too_long();
	refuses_two_texts_for_one_name();
	refuses_what_is_longer_than_a_path();
	is_injective();
	return 0;
}
