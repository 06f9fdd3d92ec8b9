// SPDX-License-Identifier: GPL-2.0
/*
 * Walk trees and look names up.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <linux/cred.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/namei.h>
#include <linux/slab.h>
#include <linux/stat.h>

#include "work.h"

#define WORK_NAMES_SIZE	(32 * 1024)	/* as in the C library's readdir(3) */

/*
 * struct work_names - names from a directory, each ended by a zero byte
 * @used: number of @bytes in use
 */
struct work_names {
	struct dir_context ctx;
	size_t used;
	char bytes[WORK_NAMES_SIZE];
};

static bool work_fill(struct dir_context *ctx, const char *name, int len,
		      loff_t offset, u64 ino, unsigned int type)
{
	struct work_names *names = container_of(ctx, struct work_names, ctx);

	if (len >= WORK_NAMES_SIZE - names->used)
		return false;
	memcpy(names->bytes + names->used, name, len);
	names->bytes[names->used + len] = '\0';
	names->used += len + 1;
	return true;
}

static int work_lstat(const struct path *dir, const char *name,
		      struct path *path, struct kstat *stat)
{
	int err;

	err = vfs_path_lookup(dir->dentry, dir->mnt, name, 0, path);
	if (err)
		return err;
	err = vfs_getattr(path, stat, STATX_BASIC_STATS, AT_NO_AUTOMOUNT);
	if (err)
		path_put(path);
	return err;
}

/* process an entry of the directory @dir, and everything below it */
static s64 work_entry(const struct path *dir, const char *name, bool reading)
{
	struct kstat stat;
	struct path path;
	s64 done = 0;
	int err;

	err = work_lstat(dir, name, &path, &stat);
	if (err)
		return err;
	if (S_ISDIR(stat.mode))
		done = work_walk(&path, reading);
	else if (reading && S_ISREG(stat.mode))
		done = work_read_at(&path);
	path_put(&path);
	return done < 0 || reading ? done : done + 1;
}

static s64 work_entries(const struct path *dir, const struct work_names *names,
			bool reading)
{
	const char *name, *end = names->bytes + names->used;
	s64 done, sum = 0;

	for (name = names->bytes; name < end; name += strlen(name) + 1) {
		if (!strcmp(name, ".") || !strcmp(name, ".."))
			continue;
		done = work_entry(dir, name, reading);
		if (done < 0)
			return done;
		sum += done;
	}
	return sum;
}

static s64 work_directory(struct file *file, struct work_names *names,
			  bool reading)
{
	s64 done, sum = 0;
	int err;

	for (;;) {
		names->used = 0;
		err = iterate_dir(file, &names->ctx);
		if (err)
			return err;
		if (!names->used)
			return sum;
		done = work_entries(&file->f_path, names, reading);
		if (done < 0)
			return done;
		sum += done;
	}
}

/* walk all below @path, in directory order; recursive, as paths are not deep */
s64 work_walk(const struct path *path, bool reading)
{
	struct work_names *names;
	struct file *file;
	s64 done;

	names = kvmalloc(sizeof(*names), GFP_KERNEL);
	if (!names)
		return -ENOMEM;
	*(filldir_t *)&names->ctx.actor = work_fill;
	names->ctx.pos = 0;
	file = dentry_open(path, O_RDONLY | O_DIRECTORY, current_cred());
	done = PTR_ERR_OR_ZERO(file);
	if (!done) {
		done = work_directory(file, names, reading);
		fput(file);
	}
	kvfree(names);
	return done;
}

s64 work_read_list(const struct path *top, const char *list, size_t size)
{
	const char *name, *end = list + size;
	struct path path;
	s64 done, sum = 0;

	for (name = list; name < end; name += strlen(name) + 1) {
		done = vfs_path_lookup(top->dentry, top->mnt, name, 0, &path);
		if (done)
			return done;
		done = work_read_at(&path);
		path_put(&path);
		if (done < 0)
			return done;
		sum += done;
	}
	return sum;
}

s64 work_stat_list(const struct path *top, const char *list, size_t size)
{
	const char *name, *end = list + size;
	struct kstat stat;
	struct path path;
	s64 done = 0;
	int err;

	for (name = list; name < end; name += strlen(name) + 1) {
		err = work_lstat(top, name, &path, &stat);
		if (err)
			return err;
		path_put(&path);
		done++;
	}
	return done;
}

/*
 * Existing names end in ".dat", others in ".txt". The order is unrelated to
 * that of the directory: the factor is a prime that divides no size.
 */
s64 work_look_up(const struct path *dir, const struct work *work)
{
	struct kstat stat;
	struct path path;
	char name[32];
	u32 i;
	int err;

	if (!work->names)
		return -EINVAL;
	for (i = 0; i < work->looks; i++) {
		snprintf(name, sizeof(name), "file-%07u.%s",
			 (u32)((u64)i * 611953 % work->names),
			 work->present ? "dat" : "txt");
		err = work_lstat(dir, name, &path, &stat);
		if (!err)
			path_put(&path);
		if (err != (work->present ? 0 : -ENOENT))
			return err ?: -EEXIST;
	}
	return i;
}
