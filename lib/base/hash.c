#include "base/hash.h"

uint32_t
hash_32(const char *s, size_t n)
{
	uint32_t h = 2166136261U;

	while (n-- > 0)
		h = (h ^ (unsigned char)*s++) * 16777619U;
	return h;
}

uint64_t
hash_text(const char *s)
{
	uint64_t h = 14695981039346656037U;

	for (; *s; s++)
		h = (h ^ (unsigned char)*s) * 1099511628211U;
	return h ? h : 1;
}
