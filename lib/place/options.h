/*
 * place/options.h - what commands let their users say of places: rows for a
 * table of base/opt.h, so that a scheme's option is in all of them at once.
 */
#ifndef PLACE_OPTIONS_H
#define PLACE_OPTIONS_H

#include "base/opt.h"
#include "place/place.h"

/* Into a struct place_conf. */
#define PLACE_OPTIONS(conf) \
	OPT_GROUP("Stores"), \
	    OPT_WORD(0, "addressing", "auto|path|virtual", &(conf)->addressing, place_addressing, \
		"where requests name the bucket (default auto)")

#endif
