// SPDX-License-Identifier: GPL-2.0
/*
 * Read inodes and directories of format 1.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "reader.h"

static int reader1_inode(struct device *d, uint32_t ino, struct reader_inode *inode,
			 struct error *e)
{
	struct tarfs1_inode di;
	const char *fault;
	uint64_t offset;
	int err;

	err = device_read(d, reader1_inode_pos(d, ino), &di, sizeof(di), e);
	if (err)
		return err;
	if (!di.mode)
		return -ENOENT;
	fault = tarfs1_inode_fault(&di, &d->layout);
	if (fault)
		return error_set(e, -EUCLEAN, "inode %" PRIu32 ": %s", ino,
				 fault);
	offset = le64toh(di.offset);
	*inode = (struct reader_inode) {
		.ino = ino,
		.nlink = 1,
		.uid = le32toh(di.uid),
		.gid = le32toh(di.gid),
		.size = le64toh(di.size),
		.stored = le64toh(di.size),
		.start = offset,
		.mtime = (uint64_t)(di.mtime_high & TARFS1_MTIME_HIGH_MASK)
			 << 32 | le32toh(di.mtime_low),
		.mode = le16toh(di.mode),
		.flags = di.flags & TARFS1_INODE_OPAQUE ?
			 TARFS2_INODE_OPAQUE : 0,
	};
	if (S_ISCHR(inode->mode) || S_ISBLK(inode->mode)) {
		inode->major = offset >> 32;
		inode->minor = offset & 0xfffff;
	}
	return 0;
}

static uint64_t entry_pos(const struct reader_inode *dir, uint64_t i)
{
	return dir->start + i * sizeof(struct tarfs1_dirent);
}

/* read and validate entry @i */
static int read_entry(struct device *d, const struct reader_inode *dir,
		      uint64_t i, struct tarfs1_dirent *de, struct error *e)
{
	const char *fault;
	int err;

	err = device_read(d, entry_pos(dir, i), de, sizeof(*de), e);
	if (err)
		return err;
	fault = tarfs_entry_fault(le64toh(de->ino), dir->ino, &d->layout);
	if (fault)
		err = error_set(e, -EUCLEAN, "directory %" PRIu32 ", entry %"
				PRIu64 ": %s", dir->ino, i, fault);
	return err;
}

static uint64_t entries(const struct reader_inode *dir)
{
	return dir->size / sizeof(struct tarfs1_dirent);
}

/* fill @entry from @de, which is at @pos; the bytes of its name are already set */
static void fill_entry(const struct tarfs1_dirent *de, uint64_t pos,
		       struct reader_entry *entry)
{
	entry->pos = pos;
	entry->name_pos = le64toh(de->name);
	entry->ino = le64toh(de->ino);
	entry->len = le64toh(de->name_len);
	entry->type = de->type;
	entry->name[entry->len] = '\0';
}

static int reader1_next(struct reader_dir *dir, struct reader_entry *entry,
			struct error *e)
{
	struct tarfs1_dirent de;
	uint64_t len;
	int err;

	while (dir->next < entries(&dir->inode)) {
		err = read_entry(dir->d, &dir->inode, dir->next++, &de, e);
		if (err)
			return err;
		len = le64toh(de.name_len);
		/* an offset of no bytes may be any */
		if (!de.type || !len || len > TARFS_NAME_MAX)
			continue;
		err = device_read(dir->d, le64toh(de.name), entry->name, len,
				  e);
		if (err)
			return err;
		if (!tarfs_name_is_valid(entry->name, len))
			continue;
		fill_entry(&de, entry_pos(&dir->inode, dir->next - 1), entry);
		return 1;
	}
	return 0;
}

static int reader1_find(struct device *d, const struct reader_inode *dir,
			const char *name, uint32_t len, struct reader_entry *entry,
			struct error *e)
{
	struct tarfs1_dirent de;
	uint64_t i;
	int err;

	for (i = 0; i < entries(dir); i++) {
		err = read_entry(d, dir, i, &de, e);
		if (err)
			return err;
		if (le64toh(de.name_len) != len)
			continue;
		err = device_read(d, le64toh(de.name), entry->name, len, e);
		if (err)
			return err;
		if (memcmp(entry->name, name, len))
			continue;
		fill_entry(&de, entry_pos(dir, i), entry);
		return 0;
	}
	return -ENOENT;
}

static int reader1_seek(struct reader_dir *dir, uint64_t pos, struct error *e)
{
	dir->next = pos;
	return 0;
}

static uint64_t reader1_tell(const struct reader_dir *dir)
{
	return dir->next;
}

/* does directory @dir have an entry for inode @child?  Return 1, 0 or an error. */
static int holds(struct device *d, const struct reader_inode *dir,
		 uint32_t child, uint64_t *budget, struct error *e)
{
	struct tarfs1_dirent de;
	uint64_t i;
	int err;

	for (i = 0; i < entries(dir); i++) {
		if (!(*budget)--)
			return error_set(e, -EUCLEAN, "directories overlap");
		err = read_entry(d, dir, i, &de, e);
		if (err)
			return err;
		if (le64toh(de.ino) == child)
			return 1;
	}
	return 0;
}

/*
 * A parent's number is lower than that of its children.  Directories may overlap in
 * an image that is hostile, so bound the entries that are read by those that fit.
 */
static int reader1_parent(struct device *d, const struct reader_inode *dir,
			  uint32_t *parent, struct error *e)
{
	uint64_t budget = d->layout.data_size / sizeof(struct tarfs1_dirent);
	struct reader_inode inode;
	uint32_t i;
	int found;

	for (i = TARFS_ROOT_INO; i < dir->ino; i++) {
		found = reader1_inode(d, i, &inode, e);
		if (found == -ENOENT)
			continue;
		if (!found && S_ISDIR(inode.mode))
			found = holds(d, &inode, dir->ino, &budget, e);
		if (found < 0)
			return found;
		if (found) {
			*parent = i;
			return 0;
		}
	}
	return -ENOENT;
}

const struct reader_format reader1_format = {
	.inode	= reader1_inode,
	.next	= reader1_next,
	.seek	= reader1_seek,
	.tell	= reader1_tell,
	.find	= reader1_find,
	.parent	= reader1_parent,
};
