/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which disk is what: decided by content, never by where it is plugged.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_AGENT_DEVICES_H
#define TARFS_AGENT_DEVICES_H

#include "disks/disks.h"

#define DEVICES_POD_MAX		(1024 * 1024)	/* bytes in a pod spec */
#define DEVICES_POD_BLOCK	4096	/* a pod spec is whole blocks */

/**
 * devices_find_pod() - find the disk whose whole content has a digest
 * @deadline: disks may appear until then
 * @text: set to the content as it was when the digest was computed, NUL added;
 *	to be freed by the caller
 *
 * Of a disk that does not begin as a pod spec does one block is read.
 */
int devices_find_pod(struct disks *d, const uint8_t digest[SHA256_SIZE],
		     double deadline, char **text, size_t *len,
		     struct error *e);

/* read what @disk claims to be: its trailer, and the root hash of its tree */
void devices_read_claim(struct disk *disk);

/**
 * devices_next_image() - a disk that claims to be an image
 * @root: whose tree has this root hash
 * @next: where in the list to go on; moved behind what is returned
 *
 * Two blocks are read of each disk, once: its trailer gives a geometry that fits
 * into it, and the first block of the tree hashes to the root hash.  This is a
 * claim.  devices_check_image() checks the geometry, nothing is known of the rest.
 *
 * Return: NULL if there is none more among those that were seen.
 */
const struct disk *devices_next_image(struct disks *d,
				      const uint8_t root[SHA256_SIZE],
				      size_t *next);

/**
 * devices_check_image() - is the geometry that a disk claims the right one?
 * @data_blocks: that it must have
 *
 * The number is compared, and does not suffice: the last block of each level of the
 * tree is verified as well.  From then on @disk->geometry is what @root stands for,
 * whatever the disk returns later.
 */
int devices_check_image(const struct disk *disk,
			const uint8_t root[SHA256_SIZE], uint64_t data_blocks,
			struct error *e);

/* the same for what is open; @g is what it claims */
int devices_check_geometry(int fd, const struct verity_geometry *g,
			   const uint8_t root[SHA256_SIZE],
			   uint64_t data_blocks, struct error *e);

#endif /* TARFS_AGENT_DEVICES_H */
