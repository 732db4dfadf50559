/*
 * scan/address.h - where clamd listens: unix:PATH or HOST:PORT.
 */
#ifndef SCAN_ADDRESS_H
#define SCAN_ADDRESS_H

#include <stddef.h>

struct address;
struct err;

/*
 * A host's name is looked up here, and waited for; the numbers are kept.  NULL
 * with fatal scan.server (it is no address), busy scan.server (its name is not
 * known, or nobody says now).
 */
struct address *address_new(const char *text, struct err *);
void address_free(struct address *); /* NULL is allowed */
/* As it was given. */
const char *address_text(const struct address *);
/* How many places it stands for: at least 1. */
size_t address_count(const struct address *);
/*
 * A socket that is being connected, or is, to the one of that index; it does not
 * block.  -1 with transient scan.server.
 */
int address_connect(const struct address *, size_t i, struct err *);

#endif
