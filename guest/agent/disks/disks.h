/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The disks that the host has plugged; each is examined once.
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
 * struct disk - a disk as it was first seen; zero if there is none
 * @path: "/dev/<name>"
 * @sequence: the kernel's diskseq; differs for a disk that is plugged later in
 *	the same place
 * @size: bytes
 * @is_image: it claims @geometry and @root, which devices.c fills in
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
 * struct disks - all disks ever seen, in that order; zero at first
 * @judged: number of disks whose claims devices.c has read
 */
struct disks {
	struct disk *list;
	size_t count;
	size_t judged;
};

/**
 * disks_look() - append the disks that are new or have changed their size
 * Reads sysfs only, no disk.  Invalidates pointers into the list.
 */
int disks_look(struct disks *d, struct error *e);

/* describe a device that is not the host's, such as "loop0", as a disk */
int disk_describe(struct disk *disk, const char *name, struct error *e);

/* open for reading, without readahead; -1 if the disk is gone or has changed */
int disk_open(const struct disk *disk);

/* the time in @timeout seconds, in seconds of CLOCK_MONOTONIC */
double disks_deadline(unsigned int timeout);

/* sleep for disks to appear; false if the deadline has passed */
bool disks_wait(double deadline);

#endif /* TARFS_AGENT_DISKS_H */
