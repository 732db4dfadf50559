/*
 * aws/profile.h - the profile in force, out of the two shared AWS files.
 */
#ifndef AWS_PROFILE_H
#define AWS_PROFILE_H

#include <stdbool.h>

#include "aws/file.h"

struct err;

struct awsprofile {
	char *name;
	struct awsfile *config, *credentials;
	/* Its section in each, NULL where it has none there; borrowed. */
	const char *in_config, *in_credentials;
};

/*
 * AWS_PROFILE, else AWS_DEFAULT_PROFILE, else "default", in the files
 * AWS_CONFIG_FILE (~/.aws/config; [profile NAME], [default]) and
 * AWS_SHARED_CREDENTIALS_FILE (~/.aws/credentials; [NAME]).  ~ is HOME, else
 * the home of the user's account; one that we may not enter is passed over.
 *
 * Fatal/s3.config when a file cannot be read (awsfile_read), or a variable
 * names a profile that neither holds; then there is nothing to close.
 */
int awsprofile_open(struct awsprofile *, struct err *);
void awsprofile_close(struct awsprofile *);
/*
 * A key's value, not empty: the credentials file goes before the config file
 * for every key, as with botocore.
 */
bool awsprofile_get(const struct awsprofile *, const char *key, struct awsvalue *);
/* The same for a key of a block; blocks are not merged either. */
bool awsprofile_nested(const struct awsprofile *, const char *block, const char *key,
    struct awsvalue *);

#endif
