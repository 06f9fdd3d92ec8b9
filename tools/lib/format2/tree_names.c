// SPDX-License-Identifier: GPL-2.0
/*
 * Inodes and names of a tree, and a hash table of names.
 *
 * The hash has a random key, so that no tar can fill one bucket.  The index
 * does not depend on the key.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tree.h"

static int out_of_memory(struct error *e)
{
	return error_set(e, -ENOMEM, "out of memory");
}

static int grow_inodes(struct tree *t)
{
	uint32_t size = t->inode_size ? 2 * t->inode_size : 256;
	struct tree_inode *inodes;

	if (size >= UINT32_MAX / 2)
		return -1;
	inodes = reallocarray(t->inodes, size, sizeof(*inodes));
	if (!inodes)
		return -1;
	t->inodes = inodes;
	t->inode_size = size;
	return 0;
}

int tree_new_inode(struct tree *t, uint32_t *index, struct error *e)
{
	int err = budget_take(&t->budget, BUDGET_INODE, e);

	if (err)
		return err;
	if (t->inode_count == t->inode_size && grow_inodes(t))
		return out_of_memory(e);
	*index = t->inode_count++;
	memset(&t->inodes[*index], 0, sizeof(*t->inodes));
	t->inodes[*index].xattrs = XATTR_SET_NONE;
	return 0;
}

/* get the head of the hash bucket that a name belongs to */
static uint32_t *bucket(const struct tree *t, uint32_t parent,
			const char *bytes, size_t len)
{
	struct siphash_key key = t->key;

	key.k0 ^= parent;
	return &t->table[siphash(bytes, len, &key) & (t->table_size - 1)];
}

static void enter(struct tree *t, uint32_t name)
{
	struct tree_name *n = &t->names[name];
	uint32_t *head = bucket(t, n->parent, n->bytes, n->len);

	n->next = *head;
	*head = name;
}

uint32_t tree_find(const struct tree *t, uint32_t parent,
		   const struct tar_string *name)
{
	uint32_t i;

	if (!t->table_size)
		return TREE_NONE;
	for (i = *bucket(t, parent, name->bytes, name->len); i != TREE_NONE; i = t->names[i].next) {
		const struct tree_name *n = &t->names[i];

		if (n->parent == parent && n->len == name->len &&
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
	for (i = 0; i < t->name_count; i++)
		enter(t, i);
	return 0;
}

static void attach(struct tree *t, uint32_t name, uint32_t inode)
{
	struct tree_inode *to = &t->inodes[inode];

	t->names[name].inode = inode;
	to->names++;
	if (S_ISDIR(to->mode)) {
		to->dir.name = name;
		t->inodes[t->names[name].parent].dir.subdirs++;
	}
}

uint32_t tree_parent(const struct tree *t, uint32_t dir)
{
	return dir == TREE_ROOT ? TREE_ROOT :
	       t->names[t->inodes[dir].dir.name].parent;
}

int tree_new_name(struct tree *t, uint32_t parent,
		  const struct tar_string *name, uint32_t inode,
		  struct error *e)
{
	struct tree_name *n;
	int err;

	err = budget_take(&t->budget, BUDGET_NAME + name->len, e);
	if (err)
		return err;
	if (t->name_count == t->name_size && grow_names(t))
		return out_of_memory(e);
	n = &t->names[t->name_count];
	n->bytes = arena_copy(&t->arena, name->bytes, name->len);
	if (!n->bytes)
		return out_of_memory(e);
	n->len = name->len;
	n->hidden = false;
	n->parent = parent;
	enter(t, t->name_count);
	t->inodes[parent].dir.entries++;
	attach(t, t->name_count++, inode);
	return 0;
}

void tree_relink(struct tree *t, uint32_t name, uint32_t inode)
{
	struct tree_inode *old = &t->inodes[t->names[name].inode];

	old->names--;
	if (S_ISDIR(old->mode))
		t->inodes[t->names[name].parent].dir.subdirs--;
	attach(t, name, inode);
}
