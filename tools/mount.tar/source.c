// SPDX-License-Identifier: GPL-2.0
/*
 * Open what is to be mounted, and validate it as far as a mount needs it.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <sys/stat.h>

#include "mount.h"

/* open(2) of a FIFO would wait for a writer */
static int check_type(const char *path, struct error *e)
{
	struct stat st;

	if (stat(path, &st))
		return error_errno(e, "%s", path);
	if (S_ISREG(st.st_mode) || S_ISBLK(st.st_mode))
		return 0;
	return error_set(e, -EINVAL,
			 "%s is neither a regular file nor a block device",
			 path);
}

static int check_root(struct device *d, struct error *e)
{
	struct reader_inode root;
	int err;

	err = reader_inode(d, TARFS_ROOT_INO, &root, e);
	if (err == -ENOENT)
		return error_set(e, -EUCLEAN, "there is no root");
	if (!err && !S_ISDIR(root.mode))
		return error_set(e, -EUCLEAN, "root is not a directory");
	return err;
}

int source_open(struct device *d, const char *path,
		const struct mount_options *o, struct error *e)
{
	int err;

	err = check_type(path, e);
	if (err)
		return err;
	err = o->verify ? device_open_verified(d, path, o->root,
					       o->data_blocks, e) :
			  device_open(d, path, e);
	if (err)
		return err;
	err = device_read_super(d, e);
	if (!err)
		err = check_root(d, e);
	if (!err)
		return 0;
	/* the other messages have the name of the file */
	if (err == -EUCLEAN)
		error_prefix(e, "%s", path);
	device_close(d);
	return err;
}
