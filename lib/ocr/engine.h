/*
 * ocr/engine.h - the seam: who reads a page.
 *
 * An engine takes a task, a page's image and what is known of it, and answers
 * later with a raw result or an error.  Making Markdown of that is not its
 * business (result.h), nor is when and how often it is asked (page.h).  To add
 * one: its module, its row in engine.c, its wish in wish.c.
 */
#ifndef OCR_ENGINE_H
#define OCR_ENGINE_H

#include <stdbool.h>
#include <stddef.h>

struct batch_in;
struct batch_out;
struct cache;
struct err;
struct layout_box;
struct loop;
struct ocr_raw;

/* What is asked of a page. */
struct ocr_ask {
	int fd; /* its PNG, open to read; the asker's, good until the answer */
	/*
	 * Or, as one page, a whole document: its media type and the name of its file, good
	 * until the answer; NULL: it is a page.
	 */
	const char *whole, *name;
	const char *document; /* whose it is, its id; NULL: not known; good for the call alone */
	long page;            /* its number in the document; 0: not known */
	long width, height;   /* pixels, as the record says; 0: not known */
	long dpi;             /* 0: as the file says */
	/*
	 * What of it is to be read, at most LAYOUT_REGIONS_MAX; lent until the
	 * answer.  An engine that cannot do that reads all of it.
	 */
	const struct layout_box *regions;
	size_t nregions; /* 0: all */
};

/*
 * A page in an engine's hands: it stands still until it is answered or
 * cancelled.
 */
struct ocr_task {
	struct ocr_ask ask;
	/*
	 * The engine calls it once, from the loop and not from within read:
	 * with the raw result, borrowed for the call, or with e (validation page.*,
	 * permanent ocr.*, transient ocr.died or ocr.timeout, or what else the
	 * engine's own header says).  The task is gone when it returns.
	 */
	void (*done)(struct ocr_task *, const struct ocr_raw *, const struct err *);
	long tries;   /* what may still fail of it, of all engines: each failure takes one */
	void *reader; /* the engine's own, as long as it has the task */
};

/* Borrowed until the engine is closed, but for lang and key, which are copied. */
struct engine_conf {
	struct loop *loop;
	const char *name; /* of the option: a profile's, exec:CMD or http:URL, too */
	const char *lang; /* of the pages, Tesseract's names joined by +; or SCRIPTS_AUTO */
	long jobs;        /* pages at once; 0: as many as the engine bears */
	long recycle;     /* pages that one process reads; 0: any number */
	bool isolate;     /* none reads pages of two documents */
	/* Of models behind servers. */
	const char *const *server; /* their addresses */
	size_t servers;
	const char *const *set; /* what a profile says otherwise (model/profile.h) */
	size_t sets;
	const char *key;       /* NULL: none */
	const char *ca_bundle; /* NULL: the system's */
	long patience_ms;      /* how long pages wait while no server takes them */
	long page_ms;          /* what a page may take; 0: as the profile says */
	bool html_tables;      /* tables stay HTML */
	struct cache *cache;   /* of answers; NULL: none are kept */
	/* Files of batches (model/batchin.h, batchout.h); with them servers may be none. */
	struct batch_in *batch_in;   /* of answers; NULL: there are none */
	struct batch_out *batch_out; /* where requests are written that are not sent; NULL */
};

struct engine {
	const char *name; /* in records, and of the option; NULL: those of many */
	/* What records call it that has that name of the option, to be freed; NULL: that. */
	char *(*called)(const char *name);
	bool tied; /* it reads the languages of the option alone */
	bool asks; /* servers, or files of batches; it alone may read whole documents */
	/* First thing in main: does not return in a child of the engine; NULL: it has none. */
	void (*child)(int argc, char *argv[]);
	/*
	 * Ready it, at no cost that could wait for the first page.  Fails with
	 * fatal ocr.*: what it was told is wrong.
	 */
	void *(*open)(const struct engine_conf *, struct err *);
	/* Fails, without answering, where this page or (fatal) none can be taken. */
	int (*read)(void *self, struct ocr_task *, struct err *);
	/* The command ends: a task that nobody works on fails; NULL: there is none for long. */
	void (*stop)(void *self);
	void (*cancel)(void *self, struct ocr_task *); /* it is not answered */
	void (*close)(void *self);      /* no task is answered any more; NULL is allowed */
	long (*jobs)(const void *self); /* pages at once that it is best given by itself */
};

/* First thing in main: does not return in a child of any engine. */
void engine_child(int argc, char *argv[]);
/* The row with that name, which may be a profile's, or NULL. */
const struct engine *engine_find(const char *name);

#endif
