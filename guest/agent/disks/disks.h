/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The disks that the host has plugged, each of them looked at once.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_AGENT_DISKS_H
#define TARFS_AGENT_DISKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/sha256.h"
#include "verity/verity.h"

/**
 * struct disk - one disk, as it was when it was seen first; zero if there is none
 * @path: "/dev/<name>"
 * @sequence: the kernel's number for it; a disk that is plugged later in the
 *	same place has another
 * @size: bytes
 * @is_image: @geometry and @root are what it claims; devices.c fills them in
 */
struct disk {
	char path[48];
	uint64_t sequence;
	uint64_t size;
	bool is_image;
	struct verity_geometry geometry;
	uint8_t root[SHA256_SIZE];
};

/**
 * struct disks - all that were ever seen, in that order; zero at first
 * @judged: how many of them devices.c has asked whether they are images
 */
struct disks {
	struct disk *list;
	size_t count;
	size_t judged;
};

/**
 * disks_look() - append the disks that are new, or have another size than before
 * Asks the kernel only: no disk is read.  Pointers into the list are void then.
 */
int disks_look(struct disks *d, struct error *e);

/* as a disk, a device that is not the host's, such as "loop0" */
int disk_describe(struct disk *disk, const char *name, struct error *e);

/* for reading, without readahead; -1 if it is not there as it was seen */
int disk_open(const struct disk *disk);

/* CLOCK_MONOTONIC, in seconds, @timeout from now */
double disks_deadline(unsigned int timeout);

/* give disks a moment to appear; false if the time is up */
bool disks_wait(double deadline);

#endif /* TARFS_AGENT_DISKS_H */
