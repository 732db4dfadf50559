/*
 * rec/mark.h - what a result says of where it is from: the mark that who puts it
 * leaves with it, and who finds it reads.
 *
 * Its words are printable ASCII, with what is not percent-encoded; one longer
 * than MARK_MAX is "sha256:" and its digest instead, so that it can be compared
 * though not be read.
 */
#ifndef REC_MARK_H
#define REC_MARK_H

struct err;
struct rec;

#define MARK_HEADER_URI "x-amz-meta-source-uri" /* as an object has it */
#define MARK_HEADER_SIZE "x-amz-meta-size"

enum {
	MARK_MAX = 256, /* bytes: Swift answers 500 to more in a header */
	MARK_SETTINGS = 16,
	MARK_SIZE = 20,
	RESULT_ETAG_MAX = 256 /* bytes of the etag of a result itself, as a listing says it */
};

struct mark {
	/* Each empty where it is not said. */
	char uri[MARK_MAX + 1]; /* the document's */
	char etag[MARK_MAX + 1];
	char settings[MARK_SETTINGS + 1]; /* digits of a digest */
	char size[MARK_SIZE + 1];         /* the result's own, in bytes */
};

/*
 * That of a document's result, made with these settings (a text, or NULL).  One that
 * lacks pages, or is doubtful, does not say them: nobody is to take it for done
 * who does not know that.  How long it is, is said by who has it: mark_set_size.
 */
void mark_of(struct mark *, struct rec *, const char *settings);
void mark_set_size(struct mark *, long long size);
/*
 * Whose result that is which has these words of a mark and so many bytes now, into out:
 * empty where it is none, or is not as it was put.  NULL: there is no such word.
 */
void mark_whose(char out[MARK_MAX + 1], const char *uri, const char *size, long long bytes);
/* Value as a word of a mark; out is empty where it is NULL. */
void mark_encode(char out[MARK_MAX + 1], const char *value);
/*
 * Of a result, beside what the mark of a document's would be, with the size of what is
 * there.  An older mark says no size: then what is empty is not taken for whole.
 */
enum mark_said {
	MARK_NOTHING, /* there is none, or it cannot be seen */
	MARK_UNKNOWN, /* it does not say whose it is */
	MARK_OTHER,   /* it is another document's */
	MARK_OLD,     /* it is this one's, of another version or with other settings */
	MARK_LIKE,    /* it may be as it would be made: it says too little, or was changed */
	MARK_OWN      /* it is this one's, of this version and with these settings */
};
enum mark_said mark_says(const struct mark *found, const struct mark *own);
/*
 * A look at a result is over; text is the uri of the one that is MARK_OWN, and of
 * whose document the one is that is MARK_OTHER.
 */
typedef void mark_looked_fn(void *arg, enum mark_said, const char *text);
/* What becomes of a document whose result would be in the place of another's. */
enum clash { CLASH_REFUSE, CLASH_REPLACE, CLASH_SUFFIX };
extern const char *const clash_words[]; /* NULL-terminated */

/* -1 with permanent job.clash: that one has the result that this one would have. */
int mark_clash(const char *other, const char *uri, struct err *);

#endif
