/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Devices that device-mapper puts together, for the tests in the guest.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_SELFTESTS_MAPPER_H
#define TARFS_SELFTESTS_MAPPER_H

#include <stdint.h>

#define MAP_ROWS	4
#define MAP_ARGS	256

/* a row of a table: so many sectors of 512 bytes, by that target */
struct map_row {
	uint64_t sectors;
	const char *target;
	char args[MAP_ARGS];
};

/* makes a read-only device of up to MAP_ROWS rows; 0 or an errno */
int map_device(const char *name, const struct map_row *rows,
	       unsigned int count, char path[32]);

/* gives it another table, under whoever uses it; 0 or an errno */
int remap_device(const char *name, const struct map_row *rows,
		 unsigned int count);

/* ends the test if it fails */
void unmap_device(const char *name);

#endif /* TARFS_SELFTESTS_MAPPER_H */
