/* exif: any block says how the picture lies, or nothing. */
#include "fuzz/fuzz.h"
#include "img/exif.h"

#include <math.h>

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *block = fuzz_string(data, size);
	struct exif x;

	exif_read(&x, (const uint8_t *)block, size);
	HOLDS(x.orientation >= 1 && x.orientation <= 8);
	HOLDS(isfinite(x.dpi) && x.dpi >= 0);
	free(block);
	return 0;
}
