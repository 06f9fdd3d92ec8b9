// SPDX-License-Identifier: GPL-2.0
/*
 * Inodes and directories of format 2.
 *
 * A small directory is one chunk of entries. In a larger one the hash of a
 * name selects a bucket, and a slot of the bucket the chunk. So a lookup reads
 * at most two blocks of the directory, and a miss usually one.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <linux/math64.h>
#include <linux/sched/signal.h>

#include "tarfs.h"

/* a position in a directory is 2 + (chunk << shift | entry) */
#define TARFS2_POS_SHIFT	9

static int tarfs2_corrupt(struct inode *dir, const char *what, u32 which,
			  const char *fault)
{
	tarfs_err(dir->i_sb, "directory %u, %s %u: %s",
		  tarfs_ino(dir), what, which, fault);
	return -EFSCORRUPTED;
}

static void tarfs2_decode_inode(const struct tarfs2_inode *di,
				const struct tarfs_layout *l,
				struct tarfs_node *node)
{
	u32 xattrs = le32_to_cpu(di->xattrs);

	node->mode = le16_to_cpu(di->mode);
	node->flags = le16_to_cpu(di->flags);
	node->nlink = le32_to_cpu(di->nlink);
	node->uid = le32_to_cpu(di->uid);
	node->gid = le32_to_cpu(di->gid);
	node->mtime = (s64)le64_to_cpu(di->mtime);
	node->mtime_nsec = le32_to_cpu(di->mtime_nsec);
	node->size = le64_to_cpu(di->size);
	node->stored = node->size;
	node->start = le64_to_cpu(di->start);
	if (xattrs)
		node->xattrs = l->section[TARFS2_XATTRS].start +
			       (xattrs - 1ULL) * 8;
	switch (node->mode & S_IFMT) {
	case S_IFREG:
		if (!(node->flags & TARFS2_INODE_SPARSE))
			break;
		node->map = le64_to_cpu(di->file.map);
		node->stored = le64_to_cpu(di->file.stored);
		break;
	case S_IFDIR:
		node->parent = le32_to_cpu(di->dir.parent);
		node->buckets = le32_to_cpu(di->dir.buckets);
		node->bucket_start = (u64)le32_to_cpu(di->dir.bucket_block) *
				     TARFS_BLOCK_SIZE;
		node->seed = le32_to_cpu(di->dir.seed);
		break;
	case S_IFCHR:
	case S_IFBLK:
		node->rdev = new_decode_dev(le32_to_cpu(di->dev.rdev));
		break;
	}
}

static int tarfs2_read_inode(struct super_block *sb, u32 ino,
			     struct tarfs_node *node)
{
	const struct tarfs_layout *l = &TARFS_SB(sb)->layout;
	/* mount needs only the root: no readahead */
	struct tarfs_buf buf = { .no_readahead = ino == TARFS_ROOT_INO };
	struct tarfs2_inode *mapped, di;
	const char *fault;

	mapped = tarfs_map(sb, &buf, l->section[TARFS2_INODES].start +
			   (ino - 1ULL) * sizeof(di), sizeof(di));
	if (IS_ERR(mapped))
		return PTR_ERR(mapped);
	di = *mapped;
	tarfs_put(&buf);

	fault = tarfs2_inode_fault(&di, ino, l);
	if (fault) {
		tarfs_err(sb, "inode %u: %s", ino, fault);
		return -EFSCORRUPTED;
	}
	tarfs2_decode_inode(&di, l, node);
	return 0;
}

static u32 tarfs2_chunks(struct inode *dir)
{
	return DIV_ROUND_UP_ULL(i_size_read(dir), TARFS_BLOCK_SIZE);
}

/* map and validate chunk @k of @dir; @buf is empty after an error */
static struct tarfs2_chunk *tarfs2_map_chunk(struct inode *dir,
					     struct tarfs_buf *buf, u32 k)
{
	u64 pos = TARFS_I(dir)->start + (u64)k * TARFS_BLOCK_SIZE;
	u32 room = min_t(u64, i_size_read(dir), TARFS_BLOCK_SIZE);
	struct tarfs2_chunk *chunk;
	const char *fault;

	chunk = tarfs_map(dir->i_sb, buf, pos, room);
	if (IS_ERR(chunk))
		return chunk;
	if (room < sizeof(*chunk))
		fault = "chunk is shorter than its header";
	else
		fault = tarfs2_chunk_fault(chunk, dir->i_ino, room);
	if (fault) {
		tarfs_put(buf);
		return ERR_PTR(tarfs2_corrupt(dir, "chunk", k, fault));
	}
	return chunk;
}

/* validate entry @i of chunk @k, whose name matched, and return it */
static int tarfs2_get_entry(struct inode *dir, u32 k,
			    const struct tarfs2_chunk *chunk, u32 i,
			    struct tarfs_entry *entry)
{
	const struct tarfs2_dirent *de = (const void *)(chunk + 1);
	const char *fault;

	fault = tarfs2_dirent_fault(&de[i], dir->i_ino,
				    &TARFS_SB(dir->i_sb)->layout);
	if (!fault)
		fault = tarfs2_twin_fault(chunk, i);
	if (fault)
		return tarfs2_corrupt(dir, "chunk", k, fault);
	entry->pos = TARFS_I(dir)->start + (u64)k * TARFS_BLOCK_SIZE +
		     ((const char *)&de[i] - (const char *)chunk);
	entry->ino = le32_to_cpu(de[i].ino);
	entry->type = de[i].type;
	return 0;
}

static int tarfs2_find_in_chunk(struct inode *dir, u32 k, u64 hash,
				const struct qstr *name,
				struct tarfs_entry *entry)
{
	/* hashed lookups are random: no readahead */
	struct tarfs_buf buf = { .no_readahead = tarfs_dir(dir)->buckets };
	struct tarfs2_chunk *chunk = tarfs2_map_chunk(dir, &buf, k);
	const struct tarfs2_dirent *de;
	int err = -ENOENT;
	u32 count, i, len;

	if (IS_ERR(chunk))
		return PTR_ERR(chunk);
	de = (const void *)(chunk + 1);
	count = le16_to_cpu(chunk->count);
	for (i = 0; i < count; i++) {
		const char *bytes;

		if (de[i].tag != (u8)hash)
			continue;
		bytes = tarfs2_entry_name(chunk, i, &len);
		if (!bytes) {
			err = tarfs2_corrupt(dir, "chunk", k,
					     "name outside the chunk");
			break;
		}
		if (len == name->len && !memcmp(bytes, name->name, len)) {
			err = tarfs2_get_entry(dir, k, chunk, i, entry);
			break;
		}
	}
	tarfs_put(&buf);
	return err;
}

/* find the first of @count sorted slots whose hash is not below @hash */
static u32 tarfs2_first_slot(const struct tarfs2_slot *slots, u32 count,
			     u32 hash)
{
	u32 low = 0;

	while (low < count) {
		u32 mid = (low + count) / 2;

		if (le32_to_cpu(slots[mid].hash) < hash)
			low = mid + 1;
		else
			count = mid;
	}
	return low;
}

/*
 * Collect the chunks that can have a name with @hash.
 * Return: their number, or an error.
 */
static int tarfs2_read_slots(struct inode *dir, u64 hash,
			     u32 chunks[TARFS2_SAME_HASH_MAX])
{
	const struct tarfs_dir_info *di = tarfs_dir(dir);
	u32 which = tarfs2_bucket_of(hash, di->buckets);
	struct tarfs_buf buf = { .no_readahead = true };
	struct tarfs2_bucket *bucket;
	const char *fault;
	u32 count, i;
	int n = 0;

	bucket = tarfs_map(dir->i_sb, &buf, di->bucket_start +
			   (u64)which * TARFS_BLOCK_SIZE, TARFS_BLOCK_SIZE);
	if (IS_ERR(bucket))
		return PTR_ERR(bucket);
	fault = tarfs2_bucket_fault(bucket, dir->i_ino);
	if (fault) {
		n = tarfs2_corrupt(dir, "bucket", which, fault);
		goto out_put;
	}

	count = le16_to_cpu(bucket->count);
	i = tarfs2_first_slot(bucket->slots, count, (u32)hash);
	for (; i < count; i++) {
		u32 chunk = le32_to_cpu(bucket->slots[i].chunk);

		if (le32_to_cpu(bucket->slots[i].hash) != (u32)hash)
			break;
		if (chunk >= tarfs2_chunks(dir) ||
		    n == TARFS2_SAME_HASH_MAX) {
			n = tarfs2_corrupt(dir, "bucket", which,
					   "impossible slot");
			break;
		}
		chunks[n++] = chunk;
	}
out_put:
	tarfs_put(&buf);
	return n;
}

static int tarfs2_find(struct inode *dir, const struct qstr *name,
		       struct tarfs_entry *entry)
{
	const struct tarfs_dir_info *di = tarfs_dir(dir);
	siphash_key_t key = TARFS_SB(dir->i_sb)->hash_key;
	u32 chunks[TARFS2_SAME_HASH_MAX];
	int count, i, err = -ENOENT;
	u64 hash;

	if (!i_size_read(dir))
		return -ENOENT;
	key.key[0] ^= di->seed;
	hash = siphash(name->name, name->len, &key);
	if (!di->buckets)
		return tarfs2_find_in_chunk(dir, 0, hash, name, entry);

	count = tarfs2_read_slots(dir, hash, chunks);
	if (count < 0)
		return count;
	for (i = 0; i < count && err == -ENOENT; i++)
		err = tarfs2_find_in_chunk(dir, chunks[i], hash, name, entry);
	return err;
}

static const char *tarfs2_check_child(struct inode *dir,
				      const struct tarfs_entry *entry,
				      struct inode *inode)
{
	u32 parent = S_ISDIR(inode->i_mode) ? tarfs_dir(inode)->parent : 0;

	return tarfs2_child_fault(inode->i_mode, parent, dir->i_ino,
				  entry->type);
}

/*
 * Emit entry @i of chunk @k; @before is the inode number of its predecessor.
 * Return: 0, 1 if the buffer is full, or an error.
 */
static int tarfs2_emit_entry(struct inode *dir, u32 k,
			     const struct tarfs2_chunk *chunk, u32 i,
			     u32 before, struct dir_context *ctx)
{
	const struct tarfs2_dirent *de = (const void *)(chunk + 1);
	const char *name, *fault;
	u32 len;

	ctx->pos = 2 + ((loff_t)k << TARFS2_POS_SHIFT | i);
	name = tarfs2_entry_name(chunk, i, &len);
	if (!name || !tarfs_name_is_valid(name, len))
		return tarfs2_corrupt(dir, "chunk", k, "impossible name");
	fault = tarfs2_dirent_fault(&de[i], dir->i_ino,
				    &TARFS_SB(dir->i_sb)->layout);
	if (!fault)
		fault = tarfs2_order_fault(&de[i], before);
	if (fault)
		return tarfs2_corrupt(dir, "chunk", k, fault);
	return !dir_emit(ctx, name, len, le32_to_cpu(de[i].ino), de[i].type);
}

/*
 * Emit the entries of chunk @k, beginning with number @i. *@last is the inode
 * number of the last entry before the chunk; update it to the last one in it.
 */
static int tarfs2_emit_chunk(struct inode *dir, u32 k, u32 i, u32 *last,
			     struct dir_context *ctx)
{
	struct tarfs_buf buf = {};
	struct tarfs2_chunk *chunk = tarfs2_map_chunk(dir, &buf, k);
	const struct tarfs2_dirent *de;
	u32 count;
	int err = 0;

	if (IS_ERR(chunk))
		return PTR_ERR(chunk);
	de = (const void *)(chunk + 1);
	count = le16_to_cpu(chunk->count);
	for (; !err && i < count; i++)
		err = tarfs2_emit_entry(dir, k, chunk, i,
					i ? le32_to_cpu(de[i - 1].ino) : *last,
					ctx);
	*last = le32_to_cpu(de[count - 1].ino);
	tarfs_put(&buf);
	return err;
}

/* read the inode number of the last entry before chunk @k, or 0 */
static int tarfs2_read_last(struct inode *dir, u32 k, u32 *last)
{
	const struct tarfs2_dirent *de;
	struct tarfs_buf buf = {};
	struct tarfs2_chunk *chunk;

	*last = 0;
	if (!k)
		return 0;
	chunk = tarfs2_map_chunk(dir, &buf, k - 1);
	if (IS_ERR(chunk))
		return PTR_ERR(chunk);
	de = (const void *)(chunk + 1);
	*last = le32_to_cpu(de[le16_to_cpu(chunk->count) - 1].ino);
	tarfs_put(&buf);
	return 0;
}

static int tarfs2_iterate(struct inode *dir, struct dir_context *ctx)
{
	u64 k = (ctx->pos - 2) >> TARFS2_POS_SHIFT;
	u32 i = (ctx->pos - 2) & ((1 << TARFS2_POS_SHIFT) - 1);
	u32 last;
	int err;

	if (k >= tarfs2_chunks(dir))
		return 0;
	err = tarfs2_read_last(dir, k, &last);
	for (; !err && k < tarfs2_chunks(dir); k++) {
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
		err = tarfs2_emit_chunk(dir, k, i, &last, ctx);
		if (!err)
			ctx->pos = 2 + ((k + 1) << TARFS2_POS_SHIFT);
		i = 0;
	}
	return min(err, 0);
}

static int tarfs2_find_parent(struct inode *dir, u32 *ino)
{
	*ino = tarfs_dir(dir)->parent;
	return 0;
}

const struct tarfs_format tarfs2_format = {
	.read_inode	= tarfs2_read_inode,
	.find		= tarfs2_find,
	.iterate	= tarfs2_iterate,
	.check_child	= tarfs2_check_child,
	.find_parent	= tarfs2_find_parent,
};
