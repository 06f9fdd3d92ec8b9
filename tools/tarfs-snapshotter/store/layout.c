// SPDX-License-Identifier: GPL-2.0
/*
 * Open a state directory: lock it, check its version, make what it lacks.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files.h"

#define VERSION_FILE	"version"
#define VERSION_TEXT	"tarfs-snapshotter 1\n"

static int open_root(struct files *f, const char *path, struct error *e)
{
	if (mkdir(path, 0700) && errno != EEXIST)
		return error_errno(e, "cannot make directory %s", path);
	f->path = realpath(path, NULL);
	if (!f->path)
		return error_errno(e, "cannot resolve %s", path);
	f->root = open(f->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (f->root < 0)
		return error_errno(e, "cannot open %s", f->path);
	return 0;
}

/* the lock is on the directory, which nothing replaces */
static int lock_root(const struct files *f, struct error *e)
{
	if (!flock(f->root, LOCK_EX | LOCK_NB))
		return 0;
	if (errno == EWOULDBLOCK)
		return error_set(e, -EBUSY, "another process uses %s", f->path);
	return error_errno(e, "cannot lock %s", f->path);
}

static int open_dirs(struct files *f, struct error *e)
{
	const char *name;
	int i;

	for (i = 0; i < FILES_DIRS; i++) {
		name = files_dir_name(i);
		if (mkdirat(f->root, name, 0700) && errno != EEXIST)
			return error_errno(e, "cannot make directory %s/%s",
					   f->path, name);
		f->dirs[i] = openat(f->root, name, O_RDONLY | O_DIRECTORY |
				    O_NOFOLLOW | O_CLOEXEC);
		if (f->dirs[i] < 0)
			return error_errno(e, "cannot open %s/%s", f->path,
					   name);
	}
	return 0;
}

/* return 1 if this version made the directory, 0 if it is new */
static int check_version(const struct files *f, struct error *e)
{
	char text[sizeof(VERSION_TEXT)] = "";
	ssize_t len;
	int fd;

	fd = openat(f->root, VERSION_FILE, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0)
		return error_errno(e, "cannot open %s/" VERSION_FILE, f->path);
	len = read(fd, text, sizeof(text));
	close(fd);
	if (len < 0)
		return error_errno(e, "cannot read %s/" VERSION_FILE, f->path);
	if (len == strlen(VERSION_TEXT) && !memcmp(text, VERSION_TEXT, len))
		return 1;
	return error_set(e, -EPROTO,
			 "%s was made by another version of this program: run that one, or name another directory",
			 f->path);
}

/* the file appears last, when all directories are there */
static int write_version(const struct files *f, struct error *e)
{
	struct files top = *f;
	int err;

	top.dirs[FILES_SNAPSHOTS] = f->root;
	err = files_write(&top, FILES_SNAPSHOTS, VERSION_FILE, VERSION_TEXT,
			  strlen(VERSION_TEXT), e);
	if (err)
		error_prefix(e, "cannot write the version");
	return err;
}

int files_open(struct files *f, const char *path, struct error *e)
{
	int i, err;

	*f = (struct files){ .root = -1 };
	for (i = 0; i < FILES_DIRS; i++)
		f->dirs[i] = -1;
	err = open_root(f, path, e);
	if (!err)
		err = lock_root(f, e);
	if (!err)
		err = check_version(f, e);
	if (err >= 0) {
		int known = err;

		err = open_dirs(f, e);
		if (!err && !known)
			err = write_version(f, e);
	}
	if (err)
		files_close(f);
	return err;
}
