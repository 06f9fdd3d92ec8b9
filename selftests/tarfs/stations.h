/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The devices that generated files are read from.
 *
 * Copyright (C) 2026 The tarfs authors
 *
 * They need the disks reads.1 and reads.2, images; reads-1024, reads-2048 and
 * reads-4096, the data device of reads.2 with such blocks; reads.tree512,
 * reads.tree1024 and reads.tree2048, hash trees of it; and lines in "roots".
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
 * @format: of the index; format 1 has no sparse files
 * @block: block size of the device, bytes
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

/* set what the next bad device cannot read; make all of it readable */
void set_damage(const struct damage *bad);
void mend_damage(void);

#endif /* TARFS_SELFTESTS_STATIONS_H */
