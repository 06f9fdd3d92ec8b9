// SPDX-License-Identifier: GPL-2.0
/*
 * Remove directory trees of any depth.
 *
 * Copyright (C) 2026 The tarfs authors
 *
 * A container decides how deep its tree is, so do not recurse: move each
 * directory that is not empty up to the top, where it is emptied in turn.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tree.h"

/**
 * struct removal - a tree being removed
 * @top: its root
 * @moved: number of directories that were moved to the root
 * @busy: a pass over the root has removed or moved something
 */
struct removal {
	int top;
	unsigned long moved;
	bool busy;
};

static bool is_dot(const char *name)
{
	return !strcmp(name, ".") || !strcmp(name, "..");
}

/* open a directory to list it; @dir remains open */
static DIR *list_dir(int dir, const char *name)
{
	int fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW |
			O_CLOEXEC);
	DIR *list = fd < 0 ? NULL : fdopendir(fd);

	if (fd >= 0 && !list)
		close(fd);
	return list;
}

static int move_up(struct removal *r, int dir, const char *name)
{
	char to[sizeof(".moved-") + 20];

	do {
		snprintf(to, sizeof(to), ".moved-%lu", r->moved++);
	} while (!faccessat(r->top, to, F_OK, AT_SYMLINK_NOFOLLOW));
	return renameat(dir, name, r->top, to) ? -errno : 0;
}

/*
 * Return 0; 1 if it is a directory that is not empty; or an error, as for a mount
 * point, whose content is somebody else's.
 */
static int remove_one(int dir, const char *name)
{
	if (!unlinkat(dir, name, 0))
		return 0;
	if (errno != EISDIR && errno != EPERM)
		return -errno;
	if (!unlinkat(dir, name, AT_REMOVEDIR))
		return 0;
	return errno == ENOTEMPTY || errno == EEXIST ? 1 : -errno;
}

/* remove an entry of a directory below the top, or move it there */
static int remove_entry(struct removal *r, int dir, const char *name)
{
	int left = remove_one(dir, name);

	return left == 1 ? move_up(r, dir, name) : left;
}

static int empty_dir(struct removal *r, const char *name)
{
	DIR *list = list_dir(r->top, name);
	struct dirent *entry;
	int err = 0;

	if (!list)
		return -errno;
	while (!err && (entry = readdir(list)))
		if (!is_dot(entry->d_name))
			err = remove_entry(r, dirfd(list), entry->d_name);
	closedir(list);
	if (err)
		return err;
	return unlinkat(r->top, name, AT_REMOVEDIR) ? -errno : 0;
}

static int remove_at_top(struct removal *r, const char *name)
{
	int left = remove_one(r->top, name);

	return left == 1 ? empty_dir(r, name) : left;
}

/* one pass over the top, which may get new entries meanwhile */
static int pass(struct removal *r, struct error *e)
{
	DIR *list = list_dir(r->top, ".");
	struct dirent *entry;
	int err = 0;

	if (!list)
		return error_errno(e, "cannot list a directory to remove");
	r->busy = false;
	while (!err && (entry = readdir(list))) {
		if (is_dot(entry->d_name))
			continue;
		r->busy = true;
		err = remove_at_top(r, entry->d_name);
		if (err)
			error_set(e, err, "cannot remove %s: %s",
				  entry->d_name, strerror(-err));
	}
	closedir(list);
	return err;
}

static int remove_dir(int dir, const char *name, struct error *e)
{
	struct removal r = { .busy = true };
	int err = 0;

	r.top = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW |
		       O_CLOEXEC);
	if (r.top < 0)
		return error_errno(e, "cannot open %s", name);
	while (!err && r.busy)
		err = pass(&r, e);
	close(r.top);
	if (!err && unlinkat(dir, name, AT_REMOVEDIR))
		err = error_errno(e, "cannot remove %s", name);
	return err;
}

int tree_remove(int dir, const char *name, struct error *e)
{
	int left = remove_one(dir, name);

	if (!left || left == -ENOENT)
		return 0;
	if (left == 1)
		return remove_dir(dir, name, e);
	return error_set(e, left, "cannot remove %s: %s", name,
			 strerror(-left));
}
