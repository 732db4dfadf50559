/*
 * place/result.h - the uri that a result will have, for who puts nothing.
 *
 * It stands apart from place.h, whose table leads to the stores themselves: the
 * ledger asks for names alone.  A scheme that has a dest has a row here too.
 */
#ifndef PLACE_RESULT_H
#define PLACE_RESULT_H

struct err;

/*
 * What dest_put gives for a document of that rel below dest, the operand of
 * dest_open; the caller's to free.  NULL with validation record.member,
 * dest.name, store.uri, or s3.KeyTooLong.
 */
char *place_result(const char *dest, const char *rel, struct err *);

#endif
