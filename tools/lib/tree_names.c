// SPDX-License-Identifier: GPL-2.0
/*
 * Inodes and names of a tree, and a table to find names.
 *
 * The table's hash has a random key, so that no tar can fill one bucket.  What
 * is written does not depend on it.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tree.h"

uint32_t tree_new_inode(struct tree *t)
{
	struct tree_inode *inodes;
	uint32_t size;

	if (t->inode_count == t->inode_size) {
		size = t->inode_size ? 2 * t->inode_size : 256;
		if (size >= UINT32_MAX / 2)
			return TREE_NONE;
		inodes = reallocarray(t->inodes, size, sizeof(*inodes));
		if (!inodes)
			return TREE_NONE;
		t->inodes = inodes;
		t->inode_size = size;
	}
	memset(&t->inodes[t->inode_count], 0, sizeof(*t->inodes));
	t->inodes[t->inode_count].xattrs = XATTR_SET_NONE;
	return t->inode_count++;
}

static uint32_t name_hash(const struct tree *t, uint32_t parent,
			  const struct tar_string *name)
{
	struct siphash_key key = t->key;

	key.k0 ^= parent;
	return siphash(name->bytes, name->len, &key);
}

uint32_t tree_find(const struct tree *t, uint32_t parent,
		   const struct tar_string *name)
{
	uint32_t hash, i;

	if (!t->table_size)
		return TREE_NONE;
	hash = name_hash(t, parent, name);
	i = t->table[hash & (t->table_size - 1)];
	for (; i != TREE_NONE; i = t->names[i].next) {
		const struct tree_name *n = &t->names[i];

		if (n->hash == hash && n->parent == parent &&
		    n->len == name->len &&
		    !memcmp(n->bytes, name->bytes, name->len))
			break;
	}
	return i;
}

static int grow_names(struct tree *t)
{
	uint32_t size = t->name_size ? 2 * t->name_size : 256;
	struct tree_name *names;
	uint32_t *table, i;

	if (size >= UINT32_MAX / 2)
		return -1;
	names = reallocarray(t->names, size, sizeof(*names));
	if (!names)
		return -1;
	t->names = names;
	t->name_size = size;
	table = reallocarray(t->table, size, sizeof(*table));
	if (!table)
		return -1;
	t->table = table;
	t->table_size = size;
	memset(table, 0xff, size * sizeof(*table));
	for (i = 0; i < t->name_count; i++) {
		uint32_t *head = &table[names[i].hash & (size - 1)];

		names[i].next = *head;
		*head = i;
	}
	return 0;
}

static void attach(struct tree *t, uint32_t name, uint32_t inode)
{
	struct tree_inode *to = &t->inodes[inode];
	uint32_t parent = t->names[name].parent;

	t->names[name].inode = inode;
	to->names++;
	if (S_ISDIR(to->mode)) {
		to->dir.parent = parent;
		to->dir.name = name;
		t->inodes[parent].dir.subdirs++;
	}
}

uint32_t tree_new_name(struct tree *t, uint32_t parent,
		       const struct tar_string *name, uint32_t inode)
{
	struct tree_name *n;
	uint32_t *head;

	if (t->name_count == t->name_size && grow_names(t))
		return TREE_NONE;
	n = &t->names[t->name_count];
	n->bytes = arena_copy(&t->arena, name->bytes, name->len);
	if (!n->bytes)
		return TREE_NONE;
	n->len = name->len;
	n->hidden = false;
	n->parent = parent;
	n->hash = name_hash(t, parent, name);
	head = &t->table[n->hash & (t->table_size - 1)];
	n->next = *head;
	*head = t->name_count;
	t->inodes[parent].dir.entries++;
	attach(t, t->name_count, inode);
	return t->name_count++;
}

void tree_relink(struct tree *t, uint32_t name, uint32_t inode)
{
	struct tree_inode *old = &t->inodes[t->names[name].inode];

	old->names--;
	if (S_ISDIR(old->mode))
		t->inodes[t->names[name].parent].dir.subdirs--;
	attach(t, name, inode);
}
