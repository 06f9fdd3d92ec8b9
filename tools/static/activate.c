// SPDX-License-Identifier: GPL-2.0
/*
 * No mapping by programs that are linked statically: Debian has no archive of
 * libdevmapper.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>

#include "verity.h"

int verity_activate(const char *name, const char *device,
		    const struct verity_geometry *g, const uint8_t root[32],
		    struct error *e)
{
	return error_set(e, -EOPNOTSUPP,
			 "%s: built without libdevmapper; give dmsetup what 'verity-setup table' prints",
			 name);
}

int verity_deactivate(const char *name, struct error *e)
{
	return error_set(e, -EOPNOTSUPP,
			 "%s: built without libdevmapper; 'dmsetup remove' does it",
			 name);
}
