// SPDX-License-Identifier: GPL-2.0
/*
 * Write small files to a directory, each atomically.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "outdir.h"
#include "stream/output.h"

int outdir_make(const char *path, struct error *e)
{
	struct stat st;

	if (!mkdir(path, 0777))
		return 0;
	if (errno != EEXIST)
		return error_errno(e, "cannot make directory %s", path);
	if (stat(path, &st))
		return error_errno(e, "cannot stat %s", path);
	if (!S_ISDIR(st.st_mode))
		return error_set(e, -ENOTDIR, "%s is not a directory", path);
	return 0;
}

static int write_file(const char *path, const void *buf, size_t len,
		      struct error *e)
{
	struct output *out;
	int err;

	err = output_create(&out, path, e);
	if (err)
		return err;
	err = output_write(out, buf, len, e);
	if (!err)
		err = output_sync(out, e);
	if (!err)
		err = output_publish(out, e);
	output_free(out);
	return err;
}

int outdir_write(const char *dir, const char *name, const void *buf,
		 size_t len, struct error *e)
{
	char *path;
	int err;

	if (asprintf(&path, "%s/%s", dir, name) < 0)
		return error_set(e, -ENOMEM, "out of memory");
	err = write_file(path, buf, len, e);
	free(path);
	return err;
}

/*
 * Lock the directory itself: files in it are replaced, so a lock on a file
 * could be on one that is unlinked.
 */
int outdir_lock(const char *dir, struct error *e)
{
	int fd, err;

	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return error_errno(e, "cannot open %s", dir);
	while (flock(fd, LOCK_EX)) {
		if (errno == EINTR)
			continue;
		err = error_errno(e, "cannot lock %s", dir);
		close(fd);
		return err;
	}
	return fd;
}

void outdir_unlock(int lock)
{
	close(lock);
}

int outdir_remove(const char *dir, const char *name, struct error *e)
{
	char *path;
	int err = 0;

	if (asprintf(&path, "%s/%s", dir, name) < 0)
		return error_set(e, -ENOMEM, "out of memory");
	if (unlink(path) && errno != ENOENT)
		err = error_errno(e, "cannot remove %s", path);
	free(path);
	return err;
}
