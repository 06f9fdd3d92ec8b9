// SPDX-License-Identifier: GPL-2.0
/*
 * Check whether a candidate superblock of format 1 leads to a root directory.
 *
 * Copyright (C) 2026 The tarfs authors
 *
 * This driver requires a directory whose entries are inside the device.  The
 * first driver mounts any inode with the mode of a directory, which one
 * candidate in three hundred has by chance: then require that one of the first
 * entries leads to a file as well.
 */
#include <errno.h>
#include <string.h>

#include "base/file.h"
#include "base/tarfs_host.h"
#include "embedded_private.h"

#define ENTRIES_READ	128

static int read_inode(const struct embedded_file *file,
		      const struct embedded_super1 *s, uint64_t ino,
		      struct tarfs1_inode *di, struct error *e)
{
	return file_read_at(file->fd, file->name, di, sizeof(*di),
			    s->table + (ino - 1) * sizeof(*di), e);
}

/* does an entry have a valid name and a valid inode that is not the root? */
static int leads_to_file(const struct embedded_file *file,
			 const struct embedded_super1 *s,
			 const struct tarfs1_dirent *de, struct error *e)
{
	const struct tarfs_layout layout = { .data_size = s->end };
	uint64_t ino = le64toh(de->ino), name = le64toh(de->name);
	uint64_t len = le64toh(de->name_len);
	char bytes[TARFS_NAME_MAX];
	struct tarfs1_inode di;
	int err;

	if (ino <= TARFS_ROOT_INO || ino > s->inodes || !len ||
	    len > sizeof(bytes) || name > s->end || len > s->end - name)
		return 0;
	err = file_read_at(file->fd, file->name, bytes, len, name, e);
	if (!err)
		err = read_inode(file, s, ino, &di, e);
	if (err)
		return err;
	return tarfs_name_is_valid(bytes, len) &&
	       !tarfs1_inode_fault(&di, &layout);
}

/* does one of the first entries lead to a file?  The device may lack others */
static int has_files(const struct embedded_file *file,
		     const struct embedded_super1 *s, uint64_t start,
		     uint64_t size, struct error *e)
{
	struct tarfs1_dirent entries[ENTRIES_READ];
	uint64_t count = (s->end - start) / sizeof(*entries), i;
	int ret;

	if (size < count * sizeof(*entries))
		count = (size + sizeof(*entries) - 1) / sizeof(*entries);
	if (count > ENTRIES_READ)
		count = ENTRIES_READ;
	ret = file_read_at(file->fd, file->name, entries,
			   count * sizeof(*entries), start, e);
	for (i = 0; i < count && !ret; i++)
		ret = leads_to_file(file, s, &entries[i], e);
	return ret;
}

int embedded_root1(const struct embedded_file *file,
		   const struct embedded_super1 *s, struct error *e)
{
	const struct tarfs_layout layout = { .data_size = s->end };
	struct tarfs1_inode root;
	uint64_t start;
	int err;

	err = read_inode(file, s, TARFS_ROOT_INO, &root, e);
	if (err)
		return err;
	if ((le16toh(root.mode) & ~0777) != S_IFDIR)
		return 0;
	if (!tarfs1_inode_fault(&root, &layout))
		return 1;
	start = le64toh(root.offset);
	return start < s->end ?
	       has_files(file, s, start, le64toh(root.size), e) : 0;
}
