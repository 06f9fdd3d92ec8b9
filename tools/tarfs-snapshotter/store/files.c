// SPDX-License-Identifier: GPL-2.0
/*
 * The files of a state directory, each written so that it survives a crash.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "files.h"
#include "tree.h"

#define READ_MAX	(16 * 1024 * 1024)	/* bytes of a record */
#define NAME_SIZE	64	/* of a name in the staging area */

static const char *const names[FILES_DIRS] = {
	[FILES_SNAPSHOTS]	= "snapshots",
	[FILES_ACTIVE]		= "active",
	[FILES_LAYERS]		= "layers",
	[FILES_MOUNTS]		= "mounts",
	[FILES_STAGING]		= "staging",
	[FILES_BROKEN]		= "broken",
};

const char *files_dir_name(enum files_dir dir)
{
	return names[dir];
}

/* a name in the staging area that nothing else has */
static void make_name(char name[NAME_SIZE], const char *what)
{
	static atomic_ulong count;

	snprintf(name, NAME_SIZE, "%s.%lu", what, atomic_fetch_add(&count, 1));
}

/* some file systems cannot sync a directory */
static int sync_dir(const struct files *f, enum files_dir dir, struct error *e)
{
	if (!fsync(f->dirs[dir]) || errno == EINVAL)
		return 0;
	return error_errno(e, "cannot sync %s/%s", f->path, names[dir]);
}

static int fill(int fd, const char *name, const void *buf, size_t len,
		struct error *e)
{
	int err = file_write_at(fd, name, buf, len, 0, e);

	if (!err && fsync(fd))
		err = error_errno(e, "cannot write %s to the disk", name);
	return err;
}

static int write_staged(const struct files *f, const char *staged,
			const void *buf, size_t len, struct error *e)
{
	int fd, err;

	fd = openat(f->dirs[FILES_STAGING], staged,
		    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return error_errno(e, "cannot create %s/staging/%s", f->path,
				   staged);
	err = fill(fd, staged, buf, len, e);
	close(fd);
	if (err)
		unlinkat(f->dirs[FILES_STAGING], staged, 0);
	return err;
}

int files_write(const struct files *f, enum files_dir dir, const char *name,
		const void *buf, size_t len, struct error *e)
{
	char staged[NAME_SIZE];
	int err;

	make_name(staged, "write");
	err = write_staged(f, staged, buf, len, e);
	if (err)
		return err;
	if (!renameat(f->dirs[FILES_STAGING], staged, f->dirs[dir], name))
		return sync_dir(f, dir, e);
	err = error_errno(e, "cannot rename a file to %s/%s/%s", f->path,
			  names[dir], name);
	unlinkat(f->dirs[FILES_STAGING], staged, 0);
	return err;
}

int files_remove(const struct files *f, enum files_dir dir, const char *name,
		 struct error *e)
{
	if (!unlinkat(f->dirs[dir], name, 0))
		return sync_dir(f, dir, e);
	if (errno == ENOENT)
		return 0;
	return error_errno(e, "cannot remove %s/%s/%s", f->path, names[dir],
			   name);
}

static int read_all(int fd, const char *name, char **text, size_t *len,
		    struct error *e)
{
	uint64_t size;
	int err;

	err = file_size(fd, name, &size, e);
	if (err)
		return err;
	if (size > READ_MAX)
		return error_set(e, -EFBIG, "%s is too large", name);
	*text = malloc(size + 1);
	if (!*text)
		return error_set(e, -ENOMEM, "out of memory");
	*len = size;
	err = file_read_at(fd, name, *text, size, 0, e);
	if (err)
		free(*text);
	return err;
}

int files_read(const struct files *f, enum files_dir dir, const char *name,
	       char **text, size_t *len, struct error *e)
{
	int fd, err;

	fd = openat(f->dirs[dir], name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW |
		    O_NONBLOCK);
	if (fd < 0)
		return error_errno(e, "cannot open %s/%s/%s", f->path,
				   names[dir], name);
	err = read_all(fd, name, text, len, e);
	close(fd);
	return err;
}

int files_move(const struct files *f, enum files_dir from, const char *name,
	       enum files_dir to, const char *new_name, struct error *e)
{
	int err;

	if (renameat(f->dirs[from], name, f->dirs[to], new_name))
		return error_errno(e, "cannot move %s/%s/%s to %s", f->path,
				   names[from], name, names[to]);
	err = sync_dir(f, to, e);
	return err ?: sync_dir(f, from, e);
}

static bool is_same(int dir, const char *name, const char *other)
{
	struct stat one, two;

	return !fstatat(dir, name, &one, AT_SYMLINK_NOFOLLOW) &&
	       !fstatat(dir, other, &two, AT_SYMLINK_NOFOLLOW) &&
	       one.st_ino == two.st_ino;
}

/* what has the name already is of nobody, unless it is this link */
int files_link(const struct files *f, enum files_dir dir, const char *name,
	       const char *new_name, struct error *e)
{
	int fd = f->dirs[dir];

	if (is_same(fd, name, new_name))
		return 0;
	if (unlinkat(fd, new_name, 0) && errno != ENOENT)
		return error_errno(e, "cannot remove %s/%s/%s", f->path,
				   names[dir], new_name);
	if (linkat(fd, name, fd, new_name, 0))
		return error_errno(e, "cannot link %s/%s/%s to %s", f->path,
				   names[dir], name, new_name);
	return 0;
}

int files_discard(const struct files *f, enum files_dir dir, const char *name,
		  struct error *e)
{
	char staged[NAME_SIZE];
	int err;

	make_name(staged, "remove");
	if (renameat(f->dirs[dir], name, f->dirs[FILES_STAGING], staged)) {
		if (errno == ENOENT)
			return 0;
		return error_errno(e, "cannot move %s/%s/%s away", f->path,
				   names[dir], name);
	}
	err = tree_remove(f->dirs[FILES_STAGING], staged, e);
	if (err)
		error_prefix(e, "%s/%s/%s", f->path, names[dir], name);
	return err;
}

static DIR *list(int dir)
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *stream = fd < 0 ? NULL : fdopendir(fd);

	if (fd >= 0 && !stream)
		close(fd);
	return stream;
}

int files_each(const struct files *f, enum files_dir dir,
	       int (*call)(void *ctx, const char *name, struct error *e),
	       void *ctx, struct error *e)
{
	DIR *stream = list(f->dirs[dir]);
	struct dirent *entry;
	int err = 0;

	if (!stream)
		return error_errno(e, "cannot list %s/%s", f->path, names[dir]);
	while (!err && (entry = readdir(stream)))
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
			err = call(ctx, entry->d_name, e);
	closedir(stream);
	return err;
}

void files_close(struct files *f)
{
	int i;

	for (i = 0; i < FILES_DIRS; i++)
		if (f->dirs[i] >= 0)
			close(f->dirs[i]);
	if (f->root >= 0)
		close(f->root);
	free(f->path);
}
