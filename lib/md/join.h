/*
 * md/join.h - the pages of a document become one Markdown file.
 *
 * Pages come in any order, of several documents at once.  Each one's text is
 * spooled to the document's work directory as it comes, so that memory holds
 * no more than where it lies; the file is put together when the last one is
 * there.  The rules (what a failed page does, what the document's record
 * holds) are quire-records.7, JOINING.
 */
#ifndef MD_JOIN_H
#define MD_JOIN_H

struct err;
struct join;
struct rec;

enum join_on_error { JOIN_AUTO, JOIN_FAIL, JOIN_MARK };
/* What becomes of a page with a doubt. */
enum join_on_doubt { DOUBT_PASS, DOUBT_MARK, DOUBT_FAIL };

enum { JOIN_PAGES_MAX = 100000 }; /* page records of one document */

enum join_result {
	JOIN_MORE,     /* taken; others are awaited */
	JOIN_DROPPED,  /* a page that came twice, or of a document that is done */
	JOIN_DOCUMENT, /* *doc is the document's record, its file is there */
	JOIN_FAILED,   /* *doc is the document's record, and e is its error */
	JOIN_BAD       /* the page record itself is bad: e, and *doc is NULL */
};

struct join *join_new(enum join_on_error, enum join_on_doubt);
void join_free(struct join *); /* NULL is allowed; spools are removed */
/*
 * Take a page, which may carry an "error".  *doc is the caller's; e->code may
 * be borrowed, good until the next call.
 */
enum join_result join_page(struct join *, struct rec *page, struct rec **doc, struct err *e);
/*
 * The document has failed elsewhere: its pages are not wanted any more. One
 * whose record has no id is none of ours.
 */
void join_forget(struct join *, struct rec *doc);
/*
 * At the end of input: the record of a document whose pages did not all come,
 * with its error (transient page.lost), or NULL when there is none left.
 */
struct rec *join_lost(struct join *, struct err *);

#endif
