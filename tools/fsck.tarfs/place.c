// SPDX-License-Identifier: GPL-2.0
/*
 * Describe which field of an index a byte belongs to.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "fsck.h"

/* A field ends where the next one begins; the last row has no name. */
struct field {
	size_t offset;
	const char *name;
};

static const struct field super1_fields[] = {
	{ offsetof(struct tarfs1_super, inode_table), "inode_table" },
	{ offsetof(struct tarfs1_super, inodes), "inodes" },
	{ sizeof(struct tarfs1_super), "reserved field" },
	{ TARFS_SUPER_SIZE, NULL }
};

static const struct field inode1_fields[] = {
	{ offsetof(struct tarfs1_inode, mode), "mode" },
	{ offsetof(struct tarfs1_inode, flags), "flags" },
	{ offsetof(struct tarfs1_inode, mtime_high), "mtime_high" },
	{ offsetof(struct tarfs1_inode, uid), "uid" },
	{ offsetof(struct tarfs1_inode, gid), "gid" },
	{ offsetof(struct tarfs1_inode, mtime_low), "mtime_low" },
	{ offsetof(struct tarfs1_inode, size), "size" },
	{ offsetof(struct tarfs1_inode, offset), "offset" },
	{ sizeof(struct tarfs1_inode), NULL }
};

static const struct field super2_fields[] = {
	{ offsetof(struct tarfs2_super, magic), "magic" },
	{ offsetof(struct tarfs2_super, checksum), "checksum" },
	{ offsetof(struct tarfs2_super, version), "version" },
	{ offsetof(struct tarfs2_super, inodes), "inodes" },
	{ offsetof(struct tarfs2_super, compat), "compat" },
	{ offsetof(struct tarfs2_super, incompat), "incompat" },
	{ offsetof(struct tarfs2_super, tar_size), "tar_size" },
	{ offsetof(struct tarfs2_super, data_size), "data_size" },
	{ offsetof(struct tarfs2_super, diff_id), "diff_id" },
	{ offsetof(struct tarfs2_super, uuid), "uuid" },
	{ offsetof(struct tarfs2_super, reserved1), "reserved field" },
	{ offsetof(struct tarfs2_super, sections), "sections" },
	{ offsetof(struct tarfs2_super, reserved2), "reserved field" },
	{ sizeof(struct tarfs2_super), NULL }
};

static const struct field inode2_fields[] = {
	{ offsetof(struct tarfs2_inode, mode), "mode" },
	{ offsetof(struct tarfs2_inode, flags), "flags" },
	{ offsetof(struct tarfs2_inode, nlink), "nlink" },
	{ offsetof(struct tarfs2_inode, uid), "uid" },
	{ offsetof(struct tarfs2_inode, gid), "gid" },
	{ offsetof(struct tarfs2_inode, size), "size" },
	{ offsetof(struct tarfs2_inode, mtime), "mtime" },
	{ offsetof(struct tarfs2_inode, mtime_nsec), "mtime_nsec" },
	{ offsetof(struct tarfs2_inode, xattrs), "xattrs" },
	{ offsetof(struct tarfs2_inode, start), "start" },
	{ offsetof(struct tarfs2_inode, dir), NULL }
};

static const struct field dir2_fields[] = {
	{ offsetof(struct tarfs2_inode, dir.parent), "parent" },
	{ offsetof(struct tarfs2_inode, dir.buckets), "buckets" },
	{ offsetof(struct tarfs2_inode, dir.bucket_block), "bucket_block" },
	{ offsetof(struct tarfs2_inode, dir.seed), "seed" },
	{ sizeof(struct tarfs2_inode), NULL }
};

static const struct field file2_fields[] = {
	{ offsetof(struct tarfs2_inode, file.map), "map" },
	{ offsetof(struct tarfs2_inode, file.stored), "stored" },
	{ sizeof(struct tarfs2_inode), NULL }
};

static const struct field device2_fields[] = {
	{ offsetof(struct tarfs2_inode, dev.rdev), "rdev" },
	{ offsetof(struct tarfs2_inode, dev.reserved), "reserved field" },
	{ sizeof(struct tarfs2_inode), NULL }
};

static const struct field other2_fields[] = {
	{ offsetof(struct tarfs2_inode, reserved), "reserved field" },
	{ sizeof(struct tarfs2_inode), NULL }
};

/* Narrow a place to the field with byte @pos. */
static bool find_field(const struct field *fields, uint64_t record,
		       uint64_t pos, struct place *place)
{
	for (; fields->name; fields++) {
		if (pos - record < fields[0].offset ||
		    pos - record >= fields[1].offset)
			continue;
		place->start = record + fields[0].offset;
		place->end = record + fields[1].offset;
		strcat(place->text, ", ");
		strcat(place->text, fields->name);
		return true;
	}
	return false;
}

static const struct field *kind_fields(uint16_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFDIR:
		return dir2_fields;
	case S_IFREG:
		return file2_fields;
	case S_IFCHR:
	case S_IFBLK:
		return device2_fields;
	}
	return other2_fields;
}

static void put_place(struct place *place, uint64_t start, uint64_t end,
		      const char *what, const char *where)
{
	place->start = start;
	place->end = end;
	snprintf(place->text, sizeof(place->text) - 64, "%s%s", what, where);
}

static void find_super(struct fsck *f, uint64_t start, uint64_t pos,
		       struct place *place)
{
	put_place(place, start, start + TARFS_SUPER_SIZE, "superblock", "");
	find_field(f->d.format == 1 ? super1_fields : super2_fields, start, pos,
		   place);
}

static void find_inode(struct fsck *f, uint64_t table, uint64_t pos,
		       struct place *place)
{
	uint64_t size = f->d.format == 1 ? sizeof(struct tarfs1_inode) :
					   sizeof(struct tarfs2_inode);
	uint32_t ino = (pos - table) / size + 1;
	uint64_t record = table + (ino - 1ULL) * size;

	put_place(place, record, record + size, inode_name(f, ino), "");
	if (f->d.format == 1)
		find_field(inode1_fields, record, pos, place);
	else if (!find_field(inode2_fields, record, pos, place))
		find_field(kind_fields(f->notes[ino].mode), record, pos, place);
}

/*
 * Return the start of an inode's part of a section, and its length; 0 if none.
 */
static uint64_t part_of(int section, const struct reader_inode *inode,
			uint64_t *len)
{
	*len = TARFS_BLOCK_SIZE;
	switch (section) {
	case TARFS2_DIRS:
		*len = inode->size;
		return S_ISDIR(inode->mode) && inode->size ? inode->start : 0;
	case TARFS2_MAPS:
		return inode->map;
	case TARFS2_XATTRS:
		return inode->xattrs;
	case TARFS2_TARGETS:
		*len = inode->size;
		return S_ISLNK(inode->mode) ? inode->start : 0;
	case TARFS2_BUCKETS:
		*len = (uint64_t)inode->buckets * TARFS_BLOCK_SIZE;
		return inode->buckets ? inode->bucket_start : 0;
	}
	return 0;
}

/* Find the inode whose part of a section begins last before @pos; 0 if none. */
static uint64_t find_owner(struct fsck *f, int section, uint64_t pos,
			   uint64_t *start, uint64_t *len)
{
	struct reader_inode inode;
	uint64_t ino, owner = 0, begin, bytes;
	struct error e;

	*start = 0;
	for (ino = 1; ino <= f->d.layout.inodes; ino++) {
		if (!f->notes[ino].mode || reader_inode(&f->d, ino, &inode, &e))
			continue;
		begin = part_of(section, &inode, &bytes);
		if (!begin || begin > pos || begin <= *start)
			continue;
		owner = ino;
		*start = begin;
		*len = bytes;
	}
	return owner;
}

static const char *const section_words[TARFS2_SECTIONS] = {
	[TARFS2_DIRS]	 = "directory ",
	[TARFS2_MAPS]	 = "map of ",
	[TARFS2_XATTRS]	 = "attributes of ",
	[TARFS2_TARGETS] = "link target of ",
	[TARFS2_BUCKETS] = "buckets of directory ",
};

/* Find the entry of a directory of format 2 with byte @pos. */
static void find_entry(struct fsck *f, uint32_t ino, uint64_t pos,
		       struct place *place)
{
	uint64_t end;
	struct reader_entry entry;
	struct reader_inode dir;
	struct reader_dir walk;
	struct error e;
	size_t len;

	if (reader_inode(&f->d, ino, &dir, &e))
		return;
	reader_dir_first(&walk, &f->d, &dir);
	walk.chunk = (pos - dir.start) / TARFS_BLOCK_SIZE;
	while (reader_dir_next(&walk, &entry, &e) > 0) {
		end = entry.pos + sizeof(struct tarfs2_dirent);
		if ((pos < entry.pos || pos >= end) &&
		    (pos < entry.name_pos || pos >= entry.name_pos + entry.len))
			continue;
		place->start = pos < end ? entry.pos : entry.name_pos;
		place->end = pos < end ? end : entry.name_pos + entry.len;
		len = strlen(place->text);
		snprintf(place->text + len, sizeof(place->text) - len,
			 ", name '%s'", entry.name);
		return;
	}
}

static void find_part(struct fsck *f, int section, uint64_t pos,
		      struct place *place)
{
	const struct tarfs_range *r = &f->d.layout.section[section];
	uint64_t block = pos - pos % TARFS_BLOCK_SIZE;
	uint64_t start, len = 0, owner;

	owner = find_owner(f, section, pos, &start, &len);
	put_place(place, block > r->start ? block : r->start,
		  block + TARFS_BLOCK_SIZE < r->end ?
		  block + TARFS_BLOCK_SIZE : r->end, "padding of a section",
		  "");
	if (!owner)
		return;
	put_place(place, start > place->start ? start : place->start,
		  start + len < place->end && start + len > pos ?
		  start + len : place->end,
		  section_words[section], inode_name(f, owner));
	if (section == TARFS2_DIRS)
		find_entry(f, owner, pos, place);
}

static void find_place1(struct fsck *f, uint64_t pos, struct place *place)
{
	uint64_t table = f->d.layout.tar_size, start, len = 0, owner;
	uint64_t end = table + f->d.layout.inodes * sizeof(struct tarfs1_inode);

	if (pos < end) {
		find_inode(f, table, pos, place);
		return;
	}
	put_place(place, pos, device_index(&f->d).end, "targets and names",
		  "");
	if (place->end - pos > TARFS_BLOCK_SIZE)
		place->end = pos + TARFS_BLOCK_SIZE;
	owner = find_owner(f, TARFS2_DIRS, pos, &start, &len);
	if (!owner || pos - start >= len)
		return;
	start = pos - (pos - start) % sizeof(struct tarfs1_dirent);
	put_place(place, start, start + sizeof(struct tarfs1_dirent),
		  "entry of directory ", inode_name(f, owner));
}

void find_place(struct fsck *f, uint64_t pos, struct place *place)
{
	uint64_t super = f->d.layout.data_size - TARFS_SUPER_SIZE;
	int i;

	if (pos >= super) {
		find_super(f, super, pos, place);
		return;
	}
	if (f->d.format == 1) {
		find_place1(f, pos, place);
		return;
	}
	for (i = 0; i < TARFS2_SECTIONS; i++) {
		if (!tarfs_in_range(&f->d.layout.section[i], pos, 1))
			continue;
		if (i == TARFS2_INODES)
			find_inode(f, f->d.layout.section[i].start, pos, place);
		else
			find_part(f, i, pos, place);
		return;
	}
	put_place(place, pos, (pos / TARFS_BLOCK_SIZE + 1) * TARFS_BLOCK_SIZE,
		  "padding", "");
	if (place->end > super)
		place->end = super;
}
