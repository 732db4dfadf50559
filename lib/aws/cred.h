/*
 * aws/cred.h - where credentials come from; awsconf.h says in which order.
 */
#ifndef AWS_CRED_H
#define AWS_CRED_H

struct awsconf;
struct awsprofile;
struct err;

/*
 * Fill in key_id, secret, token and source.  Fatal/s3.credentials when there
 * are none, they are not whole, hold a control character, or stand where we
 * cannot fetch them yet; c may then hold a part of them.
 */
int awscred_load(struct awsconf *c, const struct awsprofile *, struct err *);

#endif
