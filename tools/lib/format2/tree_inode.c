// SPDX-License-Identifier: GPL-2.0
/*
 * Create inodes from members of a tar: metadata, data, target, device.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <tarfs_fs.h>

#include "tree.h"

static int out_of_memory(struct error *e)
{
	return error_set(e, -ENOMEM, "out of memory");
}

static void set_metadata(struct tree_inode *inode, const struct tar_member *m)
{
	inode->mode = (inode->mode & S_IFMT) | m->mode;
	inode->uid = m->uid;
	inode->gid = m->gid;
	inode->mtime = m->mtime;
	inode->mtime_nsec = m->mtime_nsec;
	inode->mentioned = true;
}

static int set_xattrs(struct tree *t, struct tree_inode *inode,
		      const struct tar_member *m, struct error *e)
{
	uint64_t before = t->xattrs.bytes;
	uint32_t count = t->xattrs.count;
	struct xattr_choice choice;
	int err;

	err = xattr_sets_add(&t->xattrs, m, t->warnings, &choice, e);
	if (!err && t->xattrs.count > count)
		err = budget_take(&t->budget, BUDGET_XATTRS +
				  t->xattrs.bytes - before, e);
	if (err)
		return err;
	inode->xattrs = choice.set;
	inode->flags &= ~(TARFS2_INODE_ACL | TARFS2_INODE_DEFAULT);
	inode->flags |= choice.flags;
	inode->mode = (inode->mode & S_IFMT) | choice.mode;
	return 0;
}

int tree_update_inode(struct tree *t, uint32_t index,
		      const struct tar_member *m, struct error *e)
{
	set_metadata(&t->inodes[index], m);
	return set_xattrs(t, &t->inodes[index], m, e);
}

static int fill_regular(struct tree *t, struct tree_inode *inode,
			const struct tar_member *m, struct error *e)
{
	size_t bytes = m->extent_count * sizeof(*m->extents);
	struct tree_map *map;
	int err;

	inode->size = m->size;
	inode->start = m->stored ? m->data : 0;
	if (!m->sparse)
		return 0;
	err = budget_take(&t->budget, (m->extent_count + 1) * BUDGET_EXTENT, e);
	if (err)
		return err;
	map = arena_alloc(&t->arena, sizeof(*map) + bytes, 8);
	if (!map)
		return out_of_memory(e);
	map->stored = m->stored;
	map->count = m->extent_count;
	if (bytes)
		memcpy(map->extents, m->extents, bytes);
	inode->flags |= TARFS2_INODE_SPARSE;
	inode->map = map;
	return 0;
}

static int fill_symlink(struct tree *t, struct tree_inode *inode,
			const struct tar_member *m, struct error *e)
{
	int err = budget_take(&t->budget, m->target.len, e);

	if (err)
		return err;
	inode->size = m->target.len;
	inode->target = arena_copy(&t->arena, m->target.bytes, m->target.len);
	return inode->target ? 0 : out_of_memory(e);
}

static uint32_t encode_device(uint32_t major, uint32_t minor)
{
	return (minor & 0xff) | major << 8 | (minor & ~0xffU) << 12;
}

int tree_member_inode(struct tree *t, const struct tar_member *m,
		      uint32_t *index, struct error *e)
{
	struct tree_inode *inode;
	int err = tree_new_inode(t, index, e);

	if (err)
		return err;
	inode = &t->inodes[*index];
	inode->mode = tar_file_type(m->type);
	if (S_ISREG(inode->mode))
		err = fill_regular(t, inode, m, e);
	else if (S_ISLNK(inode->mode))
		err = fill_symlink(t, inode, m, e);
	else if (S_ISCHR(inode->mode) || S_ISBLK(inode->mode))
		inode->rdev = encode_device(m->major, m->minor);
	return err ? err : tree_update_inode(t, *index, m, e);
}

int tree_whiteout_inode(struct tree *t, const struct tar_member *m,
			uint32_t *index, struct error *e)
{
	int err = tree_new_inode(t, index, e);

	if (err)
		return err;
	set_metadata(&t->inodes[*index], m);
	t->inodes[*index].mode = S_IFCHR;
	t->inodes[*index].marker = true;
	return 0;
}
