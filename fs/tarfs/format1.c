// SPDX-License-Identifier: GPL-2.0
/*
 * Inodes and directories of format 1, the published one.
 *
 * Records are not aligned, so any of them can straddle a block. A directory is
 * an array of entries. They are sorted by name in most images but not in all,
 * so lookup is linear and returns the first match.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "tarfs.h"

static int tarfs1_read_inode(struct super_block *sb, u32 ino,
			     struct tarfs_node *node)
{
	const struct tarfs_layout *l = &TARFS_SB(sb)->layout;
	struct tarfs_buf buf = {};
	struct tarfs1_inode di;
	const char *fault;
	u64 offset;
	int err;

	err = tarfs_copy(sb, &buf, l->tar_size + (ino - 1ULL) * sizeof(di),
			 &di, sizeof(di));
	tarfs_put(&buf);
	if (err)
		return err;

	/* all zero: a directory that the tar does not mention, treated as absent */
	if (!di.mode)
		return -ENOENT;
	fault = tarfs1_inode_fault(&di, l);
	if (fault) {
		tarfs_err(sb, "inode %u: %s", ino, fault);
		return -EFSCORRUPTED;
	}

	offset = le64_to_cpu(di.offset);
	node->mode = le16_to_cpu(di.mode);
	node->flags = di.flags & TARFS1_INODE_OPAQUE ? TARFS2_INODE_OPAQUE : 0;
	node->nlink = 1;
	node->uid = le32_to_cpu(di.uid);
	node->gid = le32_to_cpu(di.gid);
	node->mtime = (u64)(di.mtime_high & TARFS1_MTIME_HIGH_MASK) << 32 |
		      le32_to_cpu(di.mtime_low);
	node->size = le64_to_cpu(di.size);
	node->start = offset;
	node->stored = node->size;
	if (S_ISCHR(node->mode) || S_ISBLK(node->mode))
		node->rdev = MKDEV(offset >> 32, offset & MINORMASK);
	return 0;
}

/* read the entry of directory @dir at @pos; -EFSCORRUPTED if it is corrupt */
static int tarfs1_read_entry(struct super_block *sb, struct tarfs_buf *buf,
			     u32 dir, u64 pos, struct tarfs1_dirent *de)
{
	const char *fault;
	int err;

	err = tarfs_copy(sb, buf, pos, de, sizeof(*de));
	if (err)
		return err;
	fault = tarfs_entry_fault(le64_to_cpu(de->ino), dir,
				  &TARFS_SB(sb)->layout);
	if (fault) {
		tarfs_err(sb, "directory entry at %llu: %s", pos, fault);
		return -EFSCORRUPTED;
	}
	return 0;
}

/* inodes of format 1 do not record their parent */
static const char *tarfs1_check_child(struct inode *dir,
				      const struct tarfs_entry *entry,
				      struct inode *inode)
{
	return NULL;
}

static u64 tarfs1_entry_pos(struct inode *dir, u64 i)
{
	return TARFS_I(dir)->start + i * sizeof(struct tarfs1_dirent);
}

static int tarfs1_find(struct inode *dir, const struct qstr *name,
		       struct tarfs_entry *entry)
{
	u64 entries = (u64)i_size_read(dir) / sizeof(struct tarfs1_dirent);
	struct tarfs_buf entry_buf = {}, name_buf = {};
	struct tarfs1_dirent de;
	int err = -ENOENT;
	u64 i;

	for (i = 0; i < entries; i++) {
		if (fatal_signal_pending(current)) {
			err = -EINTR;
			break;
		}
		cond_resched();
		err = tarfs1_read_entry(dir->i_sb, &entry_buf, dir->i_ino,
					tarfs1_entry_pos(dir, i), &de);
		if (err)
			break;
		err = -ENOENT;
		if (le64_to_cpu(de.name_len) != name->len)
			continue;
		err = tarfs_compare(dir->i_sb, &name_buf, le64_to_cpu(de.name),
				    name->name, name->len);
		if (err <= 0)
			break;
		err = -ENOENT;
	}
	if (!err)
		*entry = (struct tarfs_entry) {
			.pos = tarfs1_entry_pos(dir, i),
			.ino = le64_to_cpu(de.ino),
			.type = de.type,
		};
	tarfs_put(&entry_buf);
	tarfs_put(&name_buf);
	return err;
}

/* DT_* of an entry; type 0 marks an absent entry */
static unsigned int tarfs1_dtype(const struct tarfs1_dirent *de)
{
	switch (de->type) {
	case DT_FIFO:
	case DT_CHR:
	case DT_DIR:
	case DT_BLK:
	case DT_REG:
	case DT_LNK:
		return de->type;
	}
	return DT_UNKNOWN;
}

/* emit one entry; return 1 if the buffer is full */
static int tarfs1_emit(struct inode *dir, struct tarfs_buf *buf,
		       const struct tarfs1_dirent *de, char *name,
		       struct dir_context *ctx)
{
	struct super_block *sb = dir->i_sb;
	u64 len = le64_to_cpu(de->name_len);
	int err;

	if (!de->type)
		return 0;
	if (len && len <= TARFS_NAME_MAX) {
		err = tarfs_copy(sb, buf, le64_to_cpu(de->name), name, len);
		if (err)
			return err;
	}
	/* skip invalid names: some published images have them */
	if (len > TARFS_NAME_MAX || !tarfs_name_is_valid(name, len)) {
		tarfs_err(sb, "directory %u, entry %lld: impossible name",
			  tarfs_ino(dir), ctx->pos - 2);
		return 0;
	}
	return !dir_emit(ctx, name, len, le64_to_cpu(de->ino),
			 tarfs1_dtype(de));
}

static int tarfs1_iterate(struct inode *dir, struct dir_context *ctx)
{
	u64 entries = (u64)i_size_read(dir) / sizeof(struct tarfs1_dirent);
	struct tarfs_buf entry_buf = {}, name_buf = {};
	struct tarfs1_dirent de;
	char *name;
	int err = 0;

	name = kmalloc(TARFS_NAME_MAX, GFP_KERNEL);
	if (!name)
		return -ENOMEM;
	for (; ctx->pos - 2 < entries; ctx->pos++) {
		if (fatal_signal_pending(current)) {
			err = -EINTR;
			break;
		}
		cond_resched();
		err = tarfs1_read_entry(dir->i_sb, &entry_buf, dir->i_ino,
					tarfs1_entry_pos(dir, ctx->pos - 2),
					&de);
		if (!err)
			err = tarfs1_emit(dir, &name_buf, &de, name, ctx);
		if (err)
			break;
	}
	tarfs_put(&entry_buf);
	tarfs_put(&name_buf);
	kfree(name);
	return min(err, 0);
}

/* does directory @ino, decoded to @node, have an entry for inode @child? */
static int tarfs1_holds(struct super_block *sb, u32 ino,
			const struct tarfs_node *node, u32 child)
{
	u64 pos = node->start, end = pos + node->size;
	struct tarfs_buf buf = {};
	struct tarfs1_dirent de;
	int err = 0;

	for (; !err && pos < end; pos += sizeof(de)) {
		if (fatal_signal_pending(current)) {
			err = -EINTR;
			break;
		}
		cond_resched();
		err = tarfs1_read_entry(sb, &buf, ino, pos, &de);
		if (!err && le64_to_cpu(de.ino) == child)
			err = 1;
	}
	tarfs_put(&buf);
	return err;
}

/*
 * Directories of format 1 do not record their parent, so search all inodes with
 * lower numbers: a parent's number is always lower. Only file handles of
 * directories that are not cached need this.
 */
static int tarfs1_find_parent(struct inode *dir, u32 *ino)
{
	struct super_block *sb = dir->i_sb;
	u32 child = dir->i_ino;
	int found;
	u32 i;

	for (i = 1; i < child; i++) {
		struct tarfs_node node = {};

		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
		found = tarfs1_read_inode(sb, i, &node);
		if (found == -ENOENT)
			continue;
		if (!found && S_ISDIR(node.mode))
			found = tarfs1_holds(sb, i, &node, child);
		if (found < 0)
			return found;
		if (found) {
			*ino = i;
			return 0;
		}
	}
	return -ESTALE;
}

const struct tarfs_format tarfs1_format = {
	.read_inode	= tarfs1_read_inode,
	.find		= tarfs1_find,
	.iterate	= tarfs1_iterate,
	.check_child	= tarfs1_check_child,
	.find_parent	= tarfs1_find_parent,
};
