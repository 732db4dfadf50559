/*
 * net/xml.h - XML 1.0 as it comes over the wire, by libexpat.
 *
 * Bytes are pushed in as they arrive, in parts of any size; elements come out
 * by callback.  UTF-8, UTF-16, US-ASCII and ISO-8859-1 are read, as the
 * document declares; names and text come out as UTF-8.
 *
 * What a server may make of us is bounded: XML_DEPTH_MAX open elements,
 * XML_TEXT_MAX bytes of text in one, XML_TAG_MAX bytes in one tag or comment,
 * XML_NAMES_MAX different names of elements and attributes in a document (they
 * are all remembered), and no document type declaration, hence no entities
 * beyond the five of XML.  So memory does not grow with the document's length.
 *
 * All failures but a callback's own are transient/s3.BadAnswer: a proxy's page
 * or a cut answer may be right the next time.  No message quotes the document.
 */
#ifndef NET_XML_H
#define NET_XML_H

#include <stddef.h>

struct err;
struct xml;

enum {
	XML_DEPTH_MAX = 16,
	XML_TEXT_MAX = 64 * 1024,
	XML_TAG_MAX = 16 * 1024, /* one somewhat above it may pass */
	XML_NAMES_MAX = 256
};

/*
 * Names are without their namespace's prefix.  A callback that returns -1 with
 * its err filled ends the document; it must not free or feed the parser.
 */
struct xml_ops {
	int (*start)(void *arg, const char *name, struct err *);
	/*
	 * text[0..len) is the character data of an element that has no child,
	 * and empty for one that has.  A NUL stands behind it, none within.
	 */
	int (*end)(void *arg, const char *name, const char *text, size_t len, struct err *);
};

/* The ops are borrowed for as long as the parser lives. */
struct xml *xml_new(const struct xml_ops *, void *arg);
/* After a failure every further call fails with the same error. */
int xml_feed(struct xml *, const void *data, size_t n, struct err *);
/* There is no more: fails unless the document is whole. Once a document. */
int xml_end(struct xml *, struct err *);
void xml_free(struct xml *);

#endif
