// SPDX-License-Identifier: GPL-2.0
/*
 * Open a tar to append an index to it.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/tarfs_host.h"
#include "inplace.h"
#include "verity/verity.h"

/*
 * A superblock of format 1 has no magic: look for two numbers that fit the
 * file, in a block that is zero otherwise.
 */
static bool is_super1(const uint8_t block[TARFS_BLOCK_SIZE], uint64_t size)
{
	const uint8_t *raw = block + TARFS_BLOCK_SIZE - TARFS_SUPER_SIZE;
	uint64_t limit = size - TARFS_BLOCK_SIZE, table, inodes;
	struct tarfs1_super super;

	memcpy(&super, raw, sizeof(super));
	table = le64toh(super.inode_table);
	inodes = le64toh(super.inodes);
	return size % TARFS_BLOCK_SIZE == 0 && inodes > 0 && table < limit &&
	       inodes <= (limit - table) / sizeof(struct tarfs1_inode) &&
	       tarfs_all_zero(block, TARFS_BLOCK_SIZE - TARFS_SUPER_SIZE) &&
	       tarfs_all_zero(raw + sizeof(super), TARFS_SUPER_SIZE - sizeof(super));
}

static bool is_super2(const uint8_t raw[TARFS_SUPER_SIZE])
{
	uint64_t magic;

	memcpy(&magic, raw, sizeof(magic));
	return le64toh(magic) == TARFS2_MAGIC;
}

/* an image has at least one block, with a hash tree or without */
static int check_no_index(int fd, const char *path, uint64_t size,
			  struct error *e)
{
	uint8_t block[TARFS_BLOCK_SIZE];
	const uint8_t *end = block + sizeof(block) - TARFS_SUPER_SIZE;
	struct verity_geometry g;
	struct error ignored;
	int err;

	if (size < sizeof(block))
		return 0;
	err = file_read_at(fd, path, block, sizeof(block),
			   size - sizeof(block), e);
	if (err)
		return err;
	if (is_super2(end) || is_super1(block, size) ||
	    verity_geometry_check(end, size, &g, &ignored) == 0)
		return error_set(e, -EEXIST,
				 "%s: has an index at its end already", path);
	return 0;
}

static int check(int fd, const char *path, uint64_t *size, struct error *e)
{
	struct stat st;

	if (flock(fd, LOCK_EX | LOCK_NB) < 0)
		return error_errno(e, "%s: in use by another program", path);
	if (fstat(fd, &st) < 0)
		return error_errno(e, "%s: cannot read", path);
	if (!S_ISREG(st.st_mode))
		return error_set(e, -EINVAL,
				 "%s: not a regular file, nothing can be appended; name an image to write",
				 path);
	*size = st.st_size;
	return check_no_index(fd, path, *size, e);
}

int inplace_open(const char *path, uint64_t *size, struct error *e)
{
	int fd = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOCTTY), err;

	if (fd < 0)
		return error_errno(e, "%s: cannot open for reading and writing",
				   path);
	err = check(fd, path, size, e);
	if (err) {
		close(fd);
		return err;
	}
	return fd;
}
