/*
 * awsendpoint.h - the form of an endpoint's URL; see awsconf_set_endpoint.
 */
#ifndef AWSENDPOINT_H
#define AWSENDPOINT_H

/* NULL when url will do, else what is wrong with it, behind its name. */
const char *awsendpoint_fault(const char *url);
/* A good url in the form that is kept; free(3) it. */
char *awsendpoint_plain(const char *url);

#endif
