/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Device-mapper devices of one target.
 *
 * Copyright (C) 2026 The tarfs authors
 *
 * Do not wait for udev: an initramfs has none.  Create the node under
 * /dev/mapper unless udev has created it.
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
 * @device: the block device that @params refer to
 * @type: of the target, such as "verity"
 * @params: parameters of the target, which follow its type in a table
 * @sectors: length, in sectors of MAPPING_SECTOR bytes
 * @writable: if false, the mapping is read-only
 * @secret: @params contain a key: wipe all copies made on the way to the kernel
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

/* get the status of a mapping's target, which must be of @type */
int mapping_status(const char *name, const char *type, char *buf, size_t size,
		   struct error *e);

/* remove a mapping; refuse one whose target is not of @type */
int mapping_remove(const char *name, const char *type, struct error *e);

#endif /* TARFS_LIB_MAPPING_H */
