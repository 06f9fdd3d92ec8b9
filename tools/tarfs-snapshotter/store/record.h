/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The record of a snapshot, and how a file holds it.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_SNAPSHOTTER_RECORD_H
#define TARFS_SNAPSHOTTER_RECORD_H

#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "base/error.h"
#include "base/sha256.h"
#include "labels.h"

/* the numbers are those of containerd's interface */
enum record_kind {
	RECORD_VIEW = 1,
	RECORD_ACTIVE,
	RECORD_COMMITTED,
};

/* who mounts the layers of a snapshot */
enum record_profile {
	RECORD_HOST,
	RECORD_TARDEV,
};

/* the name of a profile; NULL for other numbers */
const char *record_profile_name(unsigned int profile);
/* set @profile by its name; return 0 or -EINVAL */
int record_profile_parse(const char *name, enum record_profile *profile);

/**
 * struct record_image - the layer image of a snapshot
 * @format: of tarfs; 0 if the snapshot has no image
 * @diff_id: SHA-256 of the layer's tar, hexadecimal
 * @blob: SHA-256 of the blob that it was made of; "" if it was made of none
 * @root_hash: of the hash tree, hexadecimal
 * @tar_size: of the layer's tar, bytes
 * @data_blocks: number of blocks that the tree covers
 * @size: of the file, bytes
 */
struct record_image {
	int format;
	char diff_id[SHA256_HEX_SIZE];
	char blob[SHA256_HEX_SIZE];
	char root_hash[SHA256_HEX_SIZE];
	uint64_t tar_size;
	uint64_t data_blocks;
	uint64_t size;
};

/**
 * struct record - a snapshot
 * @id: of its file and its directory, never used again
 * @key: its name, which a commit changes
 * @parent: key of the parent, "" without one
 * @profile: of its parents, too
 * @size: bytes that it adds to its parent; known once it is committed
 * @inodes: the same
 */
struct record {
	uint64_t id;
	enum record_kind kind;
	enum record_profile profile;
	char *key;
	char *parent;
	struct labels labels;
	struct timespec created;
	struct timespec updated;
	uint64_t size;
	uint64_t inodes;
	struct record_image image;
};

/**
 * record_encode() - make the text of a record's file
 *
 * Return: 0, -EINVAL if the key, the parent or a label is not UTF-8, or -ENOMEM.
 */
int record_encode(const struct record *r, char **text, struct error *e);

/**
 * record_decode() - parse and validate a record's file
 * @id: what the name of the file says
 *
 * Return: 0, -EINVAL or -ENOMEM; @r must be freed after success only.
 */
int record_decode(struct record *r, uint64_t id, const char *text, size_t len,
		  struct error *e);

/* return 0 or -ENOMEM, with @to empty */
int record_copy(struct record *to, const struct record *from, struct error *e);
void record_free(struct record *r);

#endif /* TARFS_SNAPSHOTTER_RECORD_H */
