// SPDX-License-Identifier: GPL-2.0
/*
 * No mapping by programs that are linked statically: Debian has no archive of
 * libdevmapper.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>

#include "mapping.h"

int mapping_create(const struct mapping *m, struct error *e)
{
	return error_set(e, -EOPNOTSUPP,
			 "%s: built without libdevmapper; give dmsetup what 'verity-setup table' prints",
			 m->name);
}

int mapping_remove(const char *name, const char *type, struct error *e)
{
	return error_set(e, -EOPNOTSUPP,
			 "%s: built without libdevmapper; 'dmsetup remove' does it",
			 name);
}
