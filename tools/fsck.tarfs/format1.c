// SPDX-License-Identifier: GPL-2.0
/*
 * Check every record of an index of format 1.
 *
 * Copyright (C) 2026 The tarfs authors
 *
 * Only what no valid record can have is a problem here.  The original tools
 * make odd records of some tars: files without a name, names that no path can
 * have, entries out of order.  The comparison with the tar tells these from
 * corruption.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "fsck.h"

static int read_record(struct fsck *f, uint32_t ino, struct tarfs1_inode *di,
		       struct error *e)
{
	return device_read(&f->d, reader1_inode_pos(&f->d, ino), di,
			   sizeof(*di), e);
}

static uint64_t table_end(const struct fsck *f)
{
	return reader1_inode_pos(&f->d, f->d.layout.inodes) +
	       sizeof(struct tarfs1_inode);
}

static void check_reserved(struct fsck *f, uint32_t ino,
			   const struct tarfs1_inode *di)
{
	if (di->flags & ~TARFS1_INODE_OPAQUE)
		problem(f, "inode %" PRIu32 ": unknown flags", ino);
	if (di->mtime_high & ~TARFS1_MTIME_HIGH_MASK)
		problem(f, "inode %" PRIu32 ": time out of range", ino);
}

static int check_entry(struct fsck *f, const struct reader_inode *dir,
		       uint64_t i, const struct tarfs1_dirent *de,
		       struct error *e)
{
	const struct tarfs_range all = { .end = f->d.layout.data_size };
	uint64_t ino = le64toh(de->ino), len = le64toh(de->name_len);
	const char *fault = tarfs_entry_fault(ino, dir->ino, &f->d.layout);
	struct note *n;

	if (fault) {
		problem(f, "%s, entry %" PRIu64 ": %s",
			inode_name(f, dir->ino), i, fault);
		return 0;
	}
	n = &f->notes[ino];
	if (!tarfs_all_zero(de->reserved, sizeof(de->reserved)))
		problem(f, "%s, entry %" PRIu64
			": reserved bytes are not zero",
			inode_name(f, dir->ino), i);
	if (de->type != n->mode >> 12)
		problem(f, "%s, entry %" PRIu64 ": the type is %d, that of inode %"
			PRIu64 " is %d", inode_name(f, dir->ino), i, de->type,
			ino, n->mode >> 12);
	if (!tarfs_in_range(&all, le64toh(de->name), len)) {
		problem(f, "%s, entry %" PRIu64
			": name beyond the end of the device",
			inode_name(f, dir->ino), i);
		return 0;
	}
	/* parents have lower numbers, so following notes terminates */
	if (!n->dir && dir->ino < ino && len <= TARFS_NAME_MAX) {
		n->name = le64toh(de->name);
		n->name_len = len;
		n->dir = dir->ino;
	}
	return 0;
}

static int check_dir1(struct fsck *f, const struct reader_inode *dir,
		      uint64_t *room, struct error *e)
{
	uint64_t i, count = dir->size / sizeof(struct tarfs1_dirent);
	struct tarfs1_dirent de;
	int err = 0;

	if (dir->size && dir->start < table_end(f))
		problem(f, "%s: entries in front of the end of the inode table",
			inode_name(f, dir->ino));
	if (dir->size > *room) {
		problem(f, "%s: directories overlap", inode_name(f, dir->ino));
		return 0;
	}
	*room -= dir->size;
	for (i = 0; i < count && !err; i++) {
		err = device_read(&f->d, dir->start + i * sizeof(de), &de,
				  sizeof(de), e);
		if (!err)
			err = check_entry(f, dir, i, &de, e);
	}
	return err;
}

static int check_inodes(struct fsck *f, struct error *e)
{
	struct reader_inode inode;
	struct tarfs1_inode di;
	uint64_t ino;
	int err;

	for (ino = 1; ino <= f->d.layout.inodes; ino++) {
		err = read_record(f, ino, &di, e);
		if (err)
			return err;
		check_reserved(f, ino, &di);
		err = reader_inode(&f->d, ino, &inode, e);
		if (!err)
			f->notes[ino].mode = inode.mode;
		else if (err != -ENOENT)
			err = blame_image(f, err, e);
		if (err && err != -ENOENT)
			return err;
	}
	if (!S_ISDIR(f->notes[TARFS_ROOT_INO].mode))
		problem(f, "root is not a directory");
	return 0;
}

static int check_target(struct fsck *f, const struct reader_inode *inode,
			struct error *e)
{
	char target[TARFS_TARGET_MAX + 1];

	return blame_image(f, reader_target(&f->d, inode, target, e), e);
}

int check_format1(struct fsck *f, struct error *e)
{
	uint64_t room = device_index(&f->d).end - table_end(f), ino;
	struct reader_inode inode;
	int err;

	if (table_end(f) > device_index(&f->d).end) {
		problem(f, "the inode table ends in the superblock");
		return 0;
	}
	err = check_inodes(f, e);
	for (ino = 1; ino <= f->d.layout.inodes && !err; ino++) {
		if (!f->notes[ino].mode)
			continue;
		err = reader_inode(&f->d, ino, &inode, e);
		if (!err && S_ISDIR(inode.mode))
			err = check_dir1(f, &inode, &room, e);
		else if (!err && S_ISLNK(inode.mode))
			err = check_target(f, &inode, e);
	}
	return err;
}
