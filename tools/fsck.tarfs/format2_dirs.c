// SPDX-License-Identifier: GPL-2.0
/*
 * Check the directories of format 2: chunks, names, buckets.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "fsck.h"

/* a directory being checked, and its last entry so far */
struct dir_check {
	struct fsck *f;
	const struct reader_inode *dir;
	struct reader_dir walk;
	struct reader_entry last;
	uint64_t entries;
	uint64_t slots;
};

static void dir_problem(struct dir_check *c, const char *what)
{
	problem(c->f, "%s, chunk %" PRIu32 ": %s",
		inode_name(c->f, c->dir->ino), c->walk.chunk, what);
}

/* Check the order of entries: by inode number, then by name. */
static bool in_order(const struct reader_entry *a, const struct reader_entry *b)
{
	uint32_t len = a->len < b->len ? a->len : b->len;
	int diff;

	if (a->ino != b->ino)
		return a->ino < b->ino;
	diff = memcmp(a->name, b->name, len);
	return diff ? diff < 0 : a->len < b->len;
}

/* Check that a lookup of the name finds this entry. */
static int check_lookup(struct dir_check *c, const struct reader_entry *entry,
			struct error *e)
{
	struct reader_entry found;
	int err;

	err = reader_find(&c->f->d, c->dir, entry->name, entry->len, &found, e);
	if (err == -ENOENT) {
		problem(c->f, "%s: the name '%s' cannot be found by its hash",
			inode_name(c->f, c->dir->ino), entry->name);
		return 0;
	}
	if (!err && found.ino != entry->ino)
		problem(c->f, "%s: the name '%s' is there twice",
			inode_name(c->f, c->dir->ino), entry->name);
	return blame_image(c->f, err, e);
}

static int check_entry(struct dir_check *c, const struct reader_entry *entry,
		       struct error *e)
{
	const struct note *child = &c->f->notes[entry->ino];
	uint8_t tag = reader2_hash(&c->f->d, c->dir, entry->name, entry->len);

	if (c->entries++ && !in_order(&c->last, entry))
		dir_problem(c, "entries are not in order");
	if (entry->tag != tag)
		problem(c->f, "%s: the name '%s' has the tag of another",
			inode_name(c->f, c->dir->ino), entry->name);
	if (child->mode && entry->type != child->mode >> 12)
		problem(c->f, "%s: the name '%s' has type %d, its inode %d",
			inode_name(c->f, c->dir->ino), entry->name,
			entry->type, child->mode >> 12);
	note_name(c->f, c->dir, entry);
	c->last = *entry;
	return check_lookup(c, entry, e);
}

/* Check the layout of a chunk: entries, names right behind them, then zeros. */
static void check_layout(struct dir_check *c)
{
	const struct tarfs2_dirent *de = (const void *)(&c->walk.head + 1);
	uint32_t count = le16toh(c->walk.head.count);
	uint32_t bytes = le16toh(c->walk.head.bytes);

	if (le16toh(de[0].name) != sizeof(c->walk.head) + count * sizeof(*de))
		dir_problem(c, "a gap between entries and names");
	if (!tarfs_all_zero(c->walk.bytes + bytes,
			    reader2_room(c->dir) - bytes))
		dir_problem(c, "bytes behind the names are not zero");
}

static int check_chunk(struct dir_check *c, uint32_t k, struct error *e)
{
	struct reader_entry entry;
	int got, err;

	reader_dir_first(&c->walk, &c->f->d, c->dir);
	c->walk.chunk = k;
	err = reader2_chunk(&c->f->d, c->dir, k, c->walk.bytes, e);
	if (err)
		return blame_image(c->f, err, e);
	c->walk.loaded = true;
	check_layout(c);
	while (c->walk.next < le16toh(c->walk.head.count)) {
		got = reader_dir_next(&c->walk, &entry, e);
		if (got < 0)
			err = blame_image(c->f, got, e);
		else
			err = check_entry(c, &entry, e);
		if (err)
			return err;
	}
	return 0;
}

static const char *slots_fault(const struct reader_inode *dir,
			       const struct tarfs2_bucket *b)
{
	uint32_t count = le16toh(b->count), i, same = 0;

	for (i = 0; i < count; i++) {
		uint32_t hash = le32toh(b->slots[i].hash);
		uint32_t chunk = le32toh(b->slots[i].chunk);
		uint32_t before = i ? le32toh(b->slots[i - 1].hash) : 0;

		if (chunk >= reader2_chunks(dir))
			return "impossible slot";
		same = i && hash == before ? same + 1 : 1;
		if (same > TARFS2_SAME_HASH_MAX)
			return "too many slots with the same hash";
		if (i && (hash < before || (hash == before && chunk <
			  le32toh(b->slots[i - 1].chunk))))
			return "slots are not in order";
	}
	if (!tarfs_all_zero(b->slots + count,
			    (TARFS2_BUCKET_SLOTS - count) * sizeof(*b->slots)))
		return "slots that are not used are not zero";
	return NULL;
}

static int check_buckets(struct dir_check *c, struct error *e)
{
	struct tarfs2_bucket bucket;
	const char *fault;
	uint32_t i;
	int err;

	for (i = 0; i < c->dir->buckets; i++) {
		err = reader2_bucket(&c->f->d, c->dir, i, &bucket, e);
		if (err)
			return blame_image(c->f, err, e);
		c->slots += le16toh(bucket.count);
		fault = slots_fault(c->dir, &bucket);
		if (fault)
			problem(c->f, "%s, bucket %" PRIu32 ": %s",
				inode_name(c->f, c->dir->ino), i, fault);
	}
	return 0;
}

int check_dir(struct fsck *f, const struct reader_inode *dir, struct error *e)
{
	struct dir_check c = { .f = f, .dir = dir };
	uint32_t k;
	int err;

	err = claim(f, TARFS2_DIRS, dir->start, dir->size, dir->ino, e);
	if (err > 0)
		err = claim(f, TARFS2_BUCKETS, dir->bucket_start,
			    (uint64_t)dir->buckets * TARFS_BLOCK_SIZE,
			    dir->ino, e);
	if (err <= 0)
		return err;
	err = check_buckets(&c, e);
	for (k = 0; k < reader2_chunks(dir) && !err; k++)
		err = check_chunk(&c, k, e);
	if (!err && dir->buckets && c.slots != c.entries)
		problem(f, "%s: %" PRIu64 " slots for %" PRIu64 " names",
			inode_name(f, dir->ino), c.slots, c.entries);
	return err;
}
