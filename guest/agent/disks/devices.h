/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Identify disks by their content, never by where they are plugged.
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
 * @deadline: wait for disks until then
 * @text: set to the bytes that were hashed, with a NUL appended; owned by the
 *	caller
 *
 * Only one block is read of a disk that does not begin like a pod spec.
 */
int devices_find_pod(struct disks *d, const uint8_t digest[SHA256_SIZE],
		     double deadline, char **text, size_t *len,
		     struct error *e);

/* read what @disk claims: its trailer, and the root hash of its tree */
void devices_read_claim(struct disk *disk);

/**
 * devices_next_image() - find the next disk that claims to be an image
 * @root: root hash that it must claim
 * @next: index in the list to continue at; set to that after the returned disk
 *
 * Two blocks of each disk are read, once: the trailer, whose geometry must fit
 * the disk, and the first block of the tree, which must hash to @root.  This is
 * only a claim: devices_check_image() validates the geometry; the rest is
 * unverified.
 *
 * Return: the disk, or NULL if none of those seen so far is left.
 */
const struct disk *devices_next_image(struct disks *d,
				      const uint8_t root[SHA256_SIZE],
				      size_t *next);

/**
 * devices_check_image() - validate the geometry that a disk claims
 * @data_blocks: number of data blocks that it must have
 *
 * Comparing the number does not suffice: verify the last block of each level of
 * the tree as well.  After that @root binds @disk->geometry, whatever the disk
 * returns later.
 */
int devices_check_image(const struct disk *disk,
			const uint8_t root[SHA256_SIZE], uint64_t data_blocks,
			struct error *e);

/* the same for a descriptor, whose trailer claims @g */
int devices_check_geometry(int fd, const struct verity_geometry *g,
			   const uint8_t root[SHA256_SIZE],
			   uint64_t data_blocks, struct error *e);

#endif /* TARFS_AGENT_DEVICES_H */
