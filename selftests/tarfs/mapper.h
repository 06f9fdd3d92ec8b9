/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Device-mapper devices for the tests in the guest.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_SELFTESTS_MAPPER_H
#define TARFS_SELFTESTS_MAPPER_H

#include <stdint.h>

#define MAP_ROWS	4
#define MAP_ARGS	256

/* a row of a table; @sectors are of 512 bytes */
struct map_row {
	uint64_t sectors;
	const char *target;
	char args[MAP_ARGS];
};

struct damage;

/*
 * Fill in rows that map all of @device but @bad, which is unreadable; return
 * how many.
 */
unsigned int rows_without(const char *device, const struct damage *bad,
			  struct map_row rows[3]);

/* create a read-only device of up to MAP_ROWS rows; 0 or an errno */
int map_device(const char *name, const struct map_row *rows,
	       unsigned int count, char path[32]);

/* replace the table of a device that may be in use; 0 or an errno */
int remap_device(const char *name, const struct map_row *rows,
		 unsigned int count);

/* remove a device; ends the test if it fails */
void unmap_device(const char *name);

#endif /* TARFS_SELFTESTS_MAPPER_H */
