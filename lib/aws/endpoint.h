/*
 * aws/endpoint.h - the form of an endpoint's URL; see awsconf.h.
 */
#ifndef AWS_ENDPOINT_H
#define AWS_ENDPOINT_H

/* NULL when url will do, else what is wrong with it, behind its name. */
const char *awsendpoint_fault(const char *url);
/* A good url in the form that is kept; free(3) it. */
char *awsendpoint_plain(const char *url);
/*
 * What stands behind "s3.REGION.amazonaws" in AWS's own names: China and the
 * European Sovereign Cloud are worlds of their own.
 */
const char *awsendpoint_tail(const char *region);

#endif
