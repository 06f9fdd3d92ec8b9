// SPDX-License-Identifier: GPL-2.0
/*
 * format: append hash tree and trailer to a data device in a file, or leave the
 * file unchanged.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "image/image.h"
#include "stream/output.h"
#include "tarfs_fs.h"
#include "verity-setup.h"

#define CHUNK_SIZE	(1024 * 1024)

/* Refuse a file that already has a hash tree. */
static int check_no_trailer(int fd, const char *path, struct error *e)
{
	struct verity_geometry g;
	int err;

	err = verity_geometry_read(fd, path, &g, e);
	if (!err)
		return error_set(e, -EEXIST,
				 "%s: has a tree already; 'truncate -s %" PRIu64 "' removes it",
				 path, g.data_blocks * TARFS_BLOCK_SIZE);
	return err == -EINVAL ? 0 : err;
}

/* Lock the file and check that it is whole blocks of data without a tree. */
static int check_file(int fd, const char *path, uint64_t *size,
		      struct error *e)
{
	struct stat st;

	if (flock(fd, LOCK_EX | LOCK_NB))
		return error_errno(e, "%s: in use by another program", path);
	if (fstat(fd, &st))
		return error_errno(e, "%s: cannot read", path);
	if (!S_ISREG(st.st_mode))
		return error_set(e, -EINVAL,
				 "%s: not a regular file, no hash tree can be appended",
				 path);
	*size = st.st_size;
	if (!*size || *size % TARFS_BLOCK_SIZE)
		return error_set(e, -EINVAL,
				 "%s: %" PRIu64 " bytes: not whole blocks of %d; run mktarfs first",
				 path, *size, TARFS_BLOCK_SIZE);
	return check_no_trailer(fd, path, e);
}

static int hash_data(struct image *img, int fd, const char *path,
		     uint64_t size, struct error *e)
{
	uint8_t *buf = malloc(CHUNK_SIZE);
	uint64_t pos, len;
	int err = 0;

	if (!buf)
		return error_set(e, -ENOMEM, "%s: out of memory", path);
	for (pos = 0; pos < size && !err; pos += len) {
		len = size - pos;
		if (len > CHUNK_SIZE)
			len = CHUNK_SIZE;
		err = file_read_at(fd, path, buf, len, pos, e);
		if (!err)
			err = image_write(img, buf, len, e);
	}
	free(buf);
	return err;
}

static int append_tree(const struct arguments *r, struct output *out, int fd,
		       uint64_t size, struct image_layout *layout,
		       struct error *e)
{
	const struct image_options opts = {
		.present	= size,
		.verity		= &r->tree,
	};
	struct image *img;
	int err;

	err = image_new(&img, out, &opts, e);
	if (err)
		return err;
	err = hash_data(img, fd, r->args[0], size, e);
	if (!err)
		err = image_finish(img, layout, e);
	image_free(img);
	return err;
}

static int format_file(const struct arguments *r, int fd,
		       struct image_layout *layout, struct error *e)
{
	const char *path = r->args[0];
	struct output *out;
	uint64_t size = 0;
	int err;

	err = check_file(fd, path, &size, e);
	if (err)
		return err;
	err = output_append(&out, fd, path, size, e);
	if (err)
		return err;
	err = append_tree(r, out, fd, size, layout, e);
	if (!err && r->fec)
		err = fec_write(r, fd, size, layout->root_hash, e);
	if (!err)
		err = output_sync(out, e);
	if (!err)
		err = output_publish(out, e);
	output_free(out);
	return err;
}

int cmd_format(const void *request, struct error *e)
{
	const struct arguments *r = request;
	const char *path = r->args[0];
	struct image_layout layout;
	struct tree_report t = {
		.tree	= &r->tree,
		.root	= layout.root_hash,
	};
	int fd, err;

	output_catch_signals();
	fd = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return error_errno(e, "%s: cannot open", path);
	err = format_file(r, fd, &layout, e);
	close(fd);
	if (err)
		return err;
	t.data_size = layout.data_size;
	return report_tree(r, &t, e);
}
