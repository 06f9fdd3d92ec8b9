// SPDX-License-Identifier: GPL-2.0
/*
 * Validate existing layer images, by all of their bytes.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "reuse.h"
#include "tarfs_fs.h"
#include "verity/verity.h"

static int open_image(const char *path, struct verity_geometry *g,
		      struct error *e)
{
	uint64_t size;
	int fd, err;

	fd = file_open_regular(path, &size, e);
	if (fd < 0)
		return fd;
	err = verity_geometry_read(fd, path, g, e);
	if (!err)
		return fd;
	close(fd);
	return err;
}

/*
 * Read the format; a superblock of format 1 has an offset instead of a magic.
 */
static int read_format(int fd, const char *path,
		       const struct verity_geometry *g, int *format,
		       struct error *e)
{
	uint64_t magic;
	int err;

	err = file_read_at(fd, path, &magic, sizeof(magic),
			   g->data_blocks * TARFS_BLOCK_SIZE -
			   TARFS_SUPER_SIZE, e);
	*format = le64toh(magic) == TARFS2_MAGIC ? 2 : 1;
	return err;
}

/* Check the last block, which the hash tree does not cover. */
static int check_trailer(int fd, const char *path,
			 const struct verity_geometry *g, uint64_t *size,
			 struct error *e)
{
	uint8_t want[TARFS_BLOCK_SIZE] = { 0 }, have[TARFS_BLOCK_SIZE];
	uint64_t at = g->hash_start * TARFS_BLOCK_SIZE + g->tree_size;
	int err;

	err = file_size(fd, path, size, e);
	if (err)
		return err;
	if (*size != at + sizeof(have))
		return error_set(e, -EINVAL,
				 "%s: the trailer does not follow the tree",
				 path);
	verity_trailer_fill(want + sizeof(want) - TARFS_SUPER_SIZE,
			    g->data_blocks);
	err = file_read_at(fd, path, have, sizeof(have), at, e);
	if (!err && memcmp(have, want, sizeof(have)))
		err = error_set(e, -EINVAL,
				"%s: the trailer's block has more than a trailer",
				path);
	return err;
}

int image_check(const char *path, const uint8_t root[32],
		struct image_facts *facts, struct error *e)
{
	struct verity_geometry g;
	int fd, err;

	fd = open_image(path, &g, e);
	if (fd < 0)
		return fd;
	facts->data_blocks = g.data_blocks;
	err = check_trailer(fd, path, &g, &facts->size, e);
	if (!err)
		err = read_format(fd, path, &g, &facts->format, e);
	if (!err)
		err = verity_verify(fd, path, &g, root, e);
	close(fd);
	return err;
}

int image_format(const char *path)
{
	struct verity_geometry g;
	struct error e;
	int fd, format;

	fd = open_image(path, &g, &e);
	if (fd < 0)
		return 0;
	if (read_format(fd, path, &g, &format, &e))
		format = 0;
	close(fd);
	return format;
}
