// SPDX-License-Identifier: GPL-2.0
/*
 * Read inodes and directories of format 2.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "reader.h"

static void decode(const struct device *d, const struct tarfs2_inode *di,
		   struct reader_inode *inode)
{
	uint32_t xattrs = le32toh(di->xattrs);
	uint32_t rdev = le32toh(di->dev.rdev);

	inode->mode = le16toh(di->mode);
	inode->flags = le16toh(di->flags);
	inode->nlink = le32toh(di->nlink);
	inode->uid = le32toh(di->uid);
	inode->gid = le32toh(di->gid);
	inode->size = le64toh(di->size);
	inode->stored = inode->size;
	inode->mtime = (int64_t)le64toh(di->mtime);
	inode->mtime_nsec = le32toh(di->mtime_nsec);
	inode->start = le64toh(di->start);
	if (xattrs)
		inode->xattrs = d->layout.section[TARFS2_XATTRS].start +
				(xattrs - 1ULL) * 8;
	if (S_ISDIR(inode->mode)) {
		inode->parent = le32toh(di->dir.parent);
		inode->buckets = le32toh(di->dir.buckets);
		inode->seed = le32toh(di->dir.seed);
		inode->bucket_start = (uint64_t)le32toh(di->dir.bucket_block) *
				      TARFS_BLOCK_SIZE;
	} else if (S_ISCHR(inode->mode) || S_ISBLK(inode->mode)) {
		inode->major = (rdev & 0xfff00) >> 8;
		inode->minor = (rdev & 0xff) | (rdev >> 12 & 0xfff00);
	} else if (inode->flags & TARFS2_INODE_SPARSE) {
		inode->map = le64toh(di->file.map);
		inode->stored = le64toh(di->file.stored);
	}
}

static int reader2_inode(struct device *d, uint32_t ino, struct reader_inode *inode,
			 struct error *e)
{
	struct tarfs2_inode di;
	const char *fault;
	int err;

	err = device_read(d, reader2_inode_pos(d, ino), &di, sizeof(di), e);
	if (err)
		return err;
	fault = tarfs2_inode_fault(&di, ino, &d->layout);
	if (fault)
		return error_set(e, -EUCLEAN, "inode %" PRIu32 ": %s", ino,
				 fault);
	*inode = (struct reader_inode) { .ino = ino };
	decode(d, &di, inode);
	return 0;
}

static int broken(const struct reader_inode *dir, const char *what,
		  uint32_t which, const char *fault, struct error *e)
{
	return error_set(e, -EUCLEAN, "directory %" PRIu32 ", %s %" PRIu32
			 ": %s", dir->ino, what, which, fault);
}

uint32_t reader2_chunks(const struct reader_inode *dir)
{
	return dir->size / TARFS_BLOCK_SIZE + !!(dir->size % TARFS_BLOCK_SIZE);
}

uint32_t reader2_room(const struct reader_inode *dir)
{
	return dir->size < TARFS_BLOCK_SIZE ? dir->size : TARFS_BLOCK_SIZE;
}

uint64_t reader2_hash(const struct device *d, const struct reader_inode *dir,
		      const char *name, uint32_t len)
{
	struct siphash_key key = d->key;

	key.k0 ^= dir->seed;
	return siphash(name, len, &key);
}

int reader2_chunk(struct device *d, const struct reader_inode *dir, uint32_t k,
		  void *chunk, struct error *e)
{
	uint32_t room = reader2_room(dir);
	const char *fault;
	int err;

	err = device_read(d, dir->start + (uint64_t)k * TARFS_BLOCK_SIZE,
			  chunk, room, e);
	if (err)
		return err;
	if (room < sizeof(struct tarfs2_chunk))
		fault = "chunk is shorter than its header";
	else
		fault = tarfs2_chunk_fault(chunk, dir->ino, room);
	return fault ? broken(dir, "chunk", k, fault, e) : 0;
}

int reader2_bucket(struct device *d, const struct reader_inode *dir, uint32_t i,
		   struct tarfs2_bucket *bucket, struct error *e)
{
	const char *fault;
	int err;

	err = device_read(d, dir->bucket_start + (uint64_t)i * TARFS_BLOCK_SIZE,
			  bucket, sizeof(*bucket), e);
	if (err)
		return err;
	fault = tarfs2_bucket_fault(bucket, dir->ino);
	return fault ? broken(dir, "bucket", i, fault, e) : 0;
}

static const struct tarfs2_dirent *dirents(const struct reader_dir *dir)
{
	return (const void *)(&dir->head + 1);
}

/* decode and validate entry @i of the chunk in @dir; return 1 or an error */
static int parse_entry(struct reader_dir *dir, uint32_t i,
		       struct reader_entry *entry, struct error *e)
{
	const struct tarfs2_dirent *de = &dirents(dir)[i];
	const char *bytes = (const char *)dir->bytes;
	uint64_t chunk_pos = dir->inode.start +
			     (uint64_t)dir->chunk * TARFS_BLOCK_SIZE;
	const char *name, *fault;
	uint32_t len;

	name = tarfs2_entry_name(&dir->head, i, &len);
	if (!name || !tarfs_name_is_valid(name, len))
		return broken(&dir->inode, "chunk", dir->chunk,
			      "impossible name", e);
	fault = tarfs2_dirent_fault(de, dir->inode.ino, &dir->d->layout);
	if (fault)
		return broken(&dir->inode, "chunk", dir->chunk, fault, e);
	entry->ino = le32toh(de->ino);
	entry->pos = chunk_pos + ((const char *)de - bytes);
	entry->name_pos = chunk_pos + (name - bytes);
	entry->len = len;
	entry->type = de->type;
	entry->tag = de->tag;
	memcpy(entry->name, name, len);
	entry->name[len] = '\0';
	return 1;
}

/* like parse_entry(), for the next entry in turn: validate its order as well */
static int take_next(struct reader_dir *dir, struct reader_entry *entry,
		     struct error *e)
{
	const struct tarfs2_dirent *de = &dirents(dir)[dir->next];
	const char *fault = tarfs2_order_fault(de, dir->last);
	int got;

	got = parse_entry(dir, dir->next, entry, e);
	if (got > 0 && fault)
		got = broken(&dir->inode, "chunk", dir->chunk, fault, e);
	dir->last = le32toh(de->ino);
	dir->next++;
	return got;
}

/* a position: the number of a chunk, and of an entry, below 512, in it */
#define POS_SHIFT	9
_Static_assert((TARFS_BLOCK_SIZE - sizeof(struct tarfs2_chunk)) /
	       (sizeof(struct tarfs2_dirent) + 1) < 1 << POS_SHIFT,
	       "entries of a chunk");

static int load_chunk(struct reader_dir *dir, struct error *e)
{
	int err;

	err = reader2_chunk(dir->d, &dir->inode, dir->chunk, dir->bytes, e);
	dir->loaded = !err;
	return err;
}

/* get the inode number of entry @i of the chunk in @dir */
static uint32_t entry_ino(const struct reader_dir *dir, uint32_t i)
{
	return le32toh(dirents(dir)[i].ino);
}

/* set dir->last to the inode number before the first entry of the chunk */
static int find_last(struct reader_dir *dir, struct error *e)
{
	int err;

	dir->last = 0;
	if (!dir->chunk)
		return 0;
	dir->chunk--;
	err = load_chunk(dir, e);
	if (!err)
		dir->last = entry_ino(dir, le16toh(dir->head.count) - 1);
	dir->chunk++;
	dir->loaded = false;
	return err;
}

static int reader2_seek(struct reader_dir *dir, uint64_t pos, struct error *e)
{
	uint64_t chunk = pos >> POS_SHIFT;
	uint32_t chunks = reader2_chunks(&dir->inode);
	uint32_t i = pos & ((1 << POS_SHIFT) - 1);
	int err;

	dir->loaded = false;
	dir->next = 0;
	dir->chunk = chunk < chunks ? chunk : chunks;
	if (dir->chunk == chunks)
		return 0;
	err = find_last(dir, e);
	if (!err)
		err = load_chunk(dir, e);
	if (err || !i)
		return err;
	dir->next = i;
	if (i <= le16toh(dir->head.count))
		dir->last = entry_ino(dir, i - 1);
	return 0;
}

static uint64_t reader2_tell(const struct reader_dir *dir)
{
	return (uint64_t)dir->chunk << POS_SHIFT | (dir->loaded ? dir->next : 0);
}

static int reader2_parent(struct device *d, const struct reader_inode *dir,
			  uint32_t *parent, struct error *e)
{
	*parent = dir->parent;
	return 0;
}

static int reader2_next(struct reader_dir *dir, struct reader_entry *entry,
			struct error *e)
{
	int err;

	while (dir->chunk < reader2_chunks(&dir->inode)) {
		if (!dir->loaded) {
			err = load_chunk(dir, e);
			if (err)
				return err;
			dir->next = 0;
		}
		if (dir->next < le16toh(dir->head.count))
			return take_next(dir, entry, e);
		dir->chunk++;
		dir->loaded = false;
	}
	return 0;
}

/* validate entry @i of chunk @walk->chunk, whose name matched, and return it */
static int take_match(struct reader_dir *walk, uint32_t i,
		      struct reader_entry *entry, struct error *e)
{
	const char *fault;
	int err;

	err = parse_entry(walk, i, entry, e);
	if (err < 0)
		return err;
	fault = tarfs2_twin_fault(&walk->head, i);
	return fault ? broken(&walk->inode, "chunk", walk->chunk, fault, e) : 0;
}

/* as the driver, do not let a name depend on entries whose hash is another */
static int find_in_chunk(struct device *d, const struct reader_inode *dir,
			 uint32_t k, const char *name, uint32_t len,
			 struct reader_entry *entry, struct error *e)
{
	uint8_t tag = reader2_hash(d, dir, name, len);
	struct reader_dir walk;
	const char *bytes;
	uint32_t i, bytes_len;
	int err;

	reader_dir_first(&walk, d, dir);
	walk.chunk = k;
	err = reader2_chunk(d, dir, k, walk.bytes, e);
	if (err)
		return err;
	for (i = 0; i < le16toh(walk.head.count); i++) {
		if (dirents(&walk)[i].tag != tag)
			continue;
		bytes = tarfs2_entry_name(&walk.head, i, &bytes_len);
		if (!bytes)
			return broken(dir, "chunk", k,
				      "name outside the chunk", e);
		if (bytes_len == len && !memcmp(bytes, name, len))
			return take_match(&walk, i, entry, e);
	}
	return -ENOENT;
}

static int reader2_find(struct device *d, const struct reader_inode *dir,
			const char *name, uint32_t len, struct reader_entry *entry,
			struct error *e)
{
	uint64_t hash = reader2_hash(d, dir, name, len);
	uint32_t which = tarfs2_bucket_of(hash, dir->buckets);
	struct tarfs2_bucket bucket;
	uint32_t i, tries = 0;
	int err;

	if (!dir->size)
		return -ENOENT;
	if (!dir->buckets)
		return find_in_chunk(d, dir, 0, name, len, entry, e);
	err = reader2_bucket(d, dir, which, &bucket, e);
	if (err)
		return err;
	for (i = 0; i < le16toh(bucket.count); i++) {
		if (le32toh(bucket.slots[i].hash) != (uint32_t)hash)
			continue;
		if (le32toh(bucket.slots[i].chunk) >= reader2_chunks(dir) ||
		    ++tries > TARFS2_SAME_HASH_MAX)
			return broken(dir, "bucket", which, "impossible slot",
				      e);
		err = find_in_chunk(d, dir, le32toh(bucket.slots[i].chunk),
				    name, len, entry, e);
		if (err != -ENOENT)
			return err;
	}
	return -ENOENT;
}

const struct reader_format reader2_format = {
	.inode	= reader2_inode,
	.next	= reader2_next,
	.seek	= reader2_seek,
	.tell	= reader2_tell,
	.find	= reader2_find,
	.parent	= reader2_parent,
};
