/*
 * doc/kind.h - the kinds of documents: how each is known, who opens it, and
 * what that may use in its jail.
 *
 * A kind is known by content.  Names and hints are asked of what is text, where
 * they can only narrow (doc/texts.h).  That is found out before there is a child,
 * by comparing the first bytes and no more (those of a PDF may stand anywhere in a
 * file that ends as one, and what holds files is asked for their names), so that
 * each child is born in the jail of its kind; a jail can be narrowed later, but
 * never widened.
 *
 * A kind's opener says the document's pages.  Or it writes the file
 * MAKER_BECOME and says so (maker_say_become): then that is opened in its
 * stead, as of its own kind, in a child and a jail of its own.
 */
#ifndef DOC_KIND_H
#define DOC_KIND_H

#include <stdbool.h>
#include <stddef.h>

#include "proc/jail.h"

struct err;
struct maker;
struct texts_hint;

enum { KIND_HEAD = 1024 }; /* bytes that a kind is known by */

/* How well. The best one is taken, of equals the first in the table. */
enum kind_match { KIND_NO, KIND_TEXT, KIND_INSIDE, KIND_START };

/*
 * Those of packages: none, any, and any with threads, where they cannot do without.
 * KIND_OFFICE: none, but what a library of one needs: threads, and directories.
 */
enum kind_programs { KIND_NO_PROGRAMS, KIND_PROGRAMS, KIND_THREADS, KIND_OFFICE };

struct kind {
	const char *name; /* as messages say it; NULL ends a table */
	const char *mime;
	bool text;      /* its pages may have text of their own, not only images */
	long pages_max; /* that it can have; 0: any number */
	enum kind_match (*known)(const char *head, size_t n);
	/* Whether a file that is known so far is one by what it holds.  NULL: that is all. */
	bool (*holds)(int fd);
	/* Of text: whether what is called so may be one (doc/texts.h).  NULL: it is no text. */
	bool (*called)(const struct texts_hint *);
	/* In the child, before its jail: what it loads of the system.  NULL: nothing. */
	int (*ready)(struct err *);
	/* In the child: -1 when the document fails as a whole. */
	int (*make)(struct maker *, struct err *);
	/* In its jail it has the open document and the work directory, and: */
	int programs;               /* enum kind_programs: to which it may show the document */
	const char *(*home)(void);  /* others, below that directory; NULL: none */
	long as_bytes, fsize_bytes; /* its memory, and that of a file it writes */
};

/* All that quire-formats(7) lists. */
extern const struct kind kind_all[];

/*
 * The kind in the table of the document open at fd; path is for messages.  Without a
 * hint it is none that is text.
 * NULL with validation document.empty, document.type, or transient io.read.
 */
const struct kind *kind_of(const struct kind *table, int fd, const char *path,
    const struct texts_hint *, struct err *);
/* Whether its pages are Markdown that its child has made, and no images. */
bool kind_is_text(const struct kind *);

/* The jail of what opens a document of that kind; it points into itself. */
struct kind_jail {
	struct jail jail;
	struct jail_path paths[6];
};
/* The document is at path, its work directory is work: borrowed. */
void kind_jail(const struct kind *, const char *path, const char *work, struct kind_jail *);

#endif
