#include <stddef.h>

#include "dir/result.h"
#include "place/result.h"
#include "s3/name.h"

static char *
object_result(const char *dest, const char *rel, struct err *e)
{
	struct s3_name folder, name;
	char *uri = NULL;

	if (s3_name_operand(&folder, dest, e) < 0)
		return NULL;
	s3_name_folder(&folder);
	if (s3_name_result(&name, &folder, rel, e) == 0) {
		uri = s3_uri(name.bucket, name.key);
		s3_name_release(&name);
	}
	s3_name_release(&folder);
	return uri;
}

char *
place_result(const char *dest, const char *rel, struct err *e)
{
	return s3_is_uri(dest) ? object_result(dest, rel, e) : store_dest_uri(dest, rel, e);
}
