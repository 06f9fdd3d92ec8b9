/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Device-mapper devices of one target.
 *
 * Copyright (C) 2026 The tarfs authors
 *
 * Udev is never waited for: an initramfs has none.  The node under /dev/mapper is
 * made if udev has not made it.
 */
#ifndef TARFS_LIB_MAPPING_H
#define TARFS_LIB_MAPPING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define MAPPING_SECTOR	512

/**
 * struct mapping - what to map, and how
 * @name: of the mapping, which is /dev/mapper/<name> on success; up to 127 of
 *	the characters that need no encoding there (#+-.:=@_ and alphanumerics)
 * @device: that @params is about, a block device
 * @type: of the target, such as "verity"
 * @params: what follows the type in a table
 * @sectors: of MAPPING_SECTOR bytes
 * @writable: if not, it is read-only
 * @secret: @params holds a key: all copies of it on the way into the kernel are
 *	wiped
 */
struct mapping {
	const char *name;
	const char *device;
	const char *type;
	const char *params;
	uint64_t sectors;
	bool writable;
	bool secret;
};

int mapping_create(const struct mapping *m, struct error *e);

/* what the target says of itself, which must be one of @type */
int mapping_status(const char *name, const char *type, char *buf, size_t size,
		   struct error *e);

/* remove a mapping; one of another target than @type is left alone */
int mapping_remove(const char *name, const char *type, struct error *e);

#endif /* TARFS_LIB_MAPPING_H */
