/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sets of extended attributes, deduplicated.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_XATTR_SET_H
#define TARFS_LIB_XATTR_SET_H

#include <stdint.h>

#include "base/arena.h"
#include "base/siphash.h"
#include "tar/tar.h"

/**
 * struct xattr_attr - an attribute of a set
 * @prefix: enum tarfs2_xattr_prefix
 * @name: excludes the prefix
 */
struct xattr_attr {
	uint8_t prefix;
	uint8_t name_len;
	uint32_t value_len;
	const char *name;
	const char *value;
};

/**
 * struct xattr_set - attributes sorted by prefix and name; there may be millions
 * @attrs: @count attributes packed, see xattr_set_next()
 * @offset: offset in the data device, set by the writer
 * @next: next set in the hash bucket
 */
struct xattr_set {
	const char *attrs;
	uint64_t offset;
	uint32_t bytes;
	uint32_t hash;
	uint32_t next;
	uint16_t count;
};

/**
 * struct xattr_choice - the attributes of a member that are kept
 * @set: index in @sets of struct xattr_sets, or XATTR_SET_NONE
 * @flags: TARFS2_INODE_ACL and TARFS2_INODE_DEFAULT as they apply
 * @mode: the member's, with the permissions of its access ACL if it has one
 */
struct xattr_choice {
	uint32_t set;
	uint32_t mode;
	uint16_t flags;
};

#define XATTR_SET_NONE	UINT32_MAX

/*
 * Limit of this program for the bytes of all sets: each distinct set includes
 * the attributes of global headers, so a small tar could demand any memory.
 */
#define XATTR_SETS_BYTES_MAX	(1024u * 1024 * 1024)

/**
 * struct xattr_sets - all sets; empty if all is zero but @key
 * @bytes: total size of all sets
 */
struct xattr_sets {
	struct xattr_set *sets;
	uint32_t count;
	uint32_t size;
	uint32_t *table;
	uint32_t table_size;
	uint64_t bytes;
	struct arena arena;
	struct siphash_key key;
	char *scratch;
	size_t scratch_size;
};

/**
 * xattr_sets_add() - find or create the set of a member's attributes
 *
 * Attributes that a layer must not set or that cannot be expressed are dropped
 * with a warning.  As in Linux, an access ACL that is equivalent to a mode sets
 * that mode instead, and an ACL without entries is dropped.
 */
int xattr_sets_add(struct xattr_sets *sets, const struct tar_member *m,
		   struct warnings *w, struct xattr_choice *choice,
		   struct error *e);

/**
 * xattr_set_next() - unpack an attribute
 * @pos: its offset among the packed attributes, initially 0
 * Return: offset of the next one.
 */
size_t xattr_set_next(const struct xattr_set *set, size_t pos,
		      struct xattr_attr *attr);
void xattr_sets_free(struct xattr_sets *sets);

#endif /* TARFS_LIB_XATTR_SET_H */
