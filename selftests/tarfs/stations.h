/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The devices that generated files are read from.
 *
 * Copyright (C) 2026 The tarfs authors
 *
 * They need the disks reads.1, reads.2, images; reads-1024, reads-2048 and
 * reads-4096, the data of the second, on disks of such blocks; reads.tree512,
 * reads.tree1024, reads.tree2048, trees over it; and lines in "roots".
 */
#ifndef TARFS_SELFTESTS_STATIONS_H
#define TARFS_SELFTESTS_STATIONS_H

#include <stdbool.h>

#include "reads.h"

#define STATIONS	16

struct station;

struct station_kind {
	void (*open)(const struct station *s, char path[32]);
	void (*close)(const struct station *s, const char *path);
};

/*
 * @format: of the index; the first one has no sparse files
 * @block: bytes, of the device
 * @bad: a part of it cannot be read
 */
struct station {
	const char *name;
	unsigned int format;
	unsigned int block;
	bool bad;
	const struct station_kind *kind;
};

extern const struct station stations[STATIONS];

/* those of KiB; ends the test if it fails */
void set_read_ahead(const char *device, unsigned int kib);

/* what the next bad device cannot read; and then it can */
void set_damage(const struct reads_damage *bad);
void mend_damage(void);

#endif /* TARFS_SELFTESTS_STATIONS_H */
