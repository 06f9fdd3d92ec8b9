// SPDX-License-Identifier: GPL-2.0
/*
 * Modify an image, and walk the mounted result.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "corrupt.h"
#include "guest.h"

#define DEPTH_MAX	32
#define ENTRIES_MAX	3000
#define READ_MAX	(1 << 20)

/* a walk with limits, since a corrupt tree may be endless */
struct wander {
	struct refusals refusals;
	unsigned int entries;
	unsigned int depth;
};

off_t take_victim(const char *file)
{
	static char buf[1 << 20];
	int from = open(file, O_RDONLY | O_CLOEXEC);
	int to = open(VICTIM, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	off_t size = 0;
	ssize_t len;

	if (from < 0 || to < 0)
		give_up("cannot copy %s", file);
	while ((len = read(from, buf, sizeof(buf))) > 0) {
		if (write(to, buf, len) != len)
			give_up("cannot write the copy of %s", file);
		size += len;
	}
	close(from);
	close(to);
	return size;
}

void swap_bytes(off_t offset, unsigned char *bytes, size_t len)
{
	unsigned char old[4096];
	int fd = open(VICTIM, O_RDWR | O_CLOEXEC);

	if (fd < 0 || len > sizeof(old) ||
	    pread(fd, old, len, offset) != (ssize_t)len ||
	    pwrite(fd, bytes, len, offset) != (ssize_t)len)
		give_up("cannot change the image");
	close(fd);
	memcpy(bytes, old, len);
}

/* @ret: result of a system call, with errno */
static void note(struct wander *w, long ret)
{
	if (ret < 0 && (errno == EIO || errno == EUCLEAN)) {
		w->refusals.all++;
		w->refusals.eio += errno == EIO;
	}
}

static void read_some(struct wander *w, const char *path, off_t size)
{
	static char buf[READ_MAX];
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);

	note(w, fd);
	if (fd < 0)
		return;
	note(w, read(fd, buf, sizeof(buf)));
	note(w, pread(fd, buf, sizeof(buf), size / 2));
	note(w, pread(fd, buf, sizeof(buf), size > 4096 ? size - 4096 : 0));
	note(w, lseek(fd, 0, SEEK_HOLE));
	close(fd);
}

/* attributes that steer overlayfs, which no image may set */
static const char *const forbidden[] = {
	"trusted.overlay.redirect", "trusted.overlay.metacopy",
	"trusted.overlay.", "user.overlay.redirect",
};

static void read_forbidden(struct wander *w, const char *path)
{
	char value[256];
	size_t i;

	for (i = 0; i < sizeof(forbidden) / sizeof(*forbidden); i++) {
		ssize_t len = lgetxattr(path, forbidden[i], value,
					sizeof(value));

		note(w, len);
		w->refusals.forbidden += len >= 0;
	}
}

static void read_attributes(struct wander *w, const char *path)
{
	static char list[65536], value[65536];
	ssize_t len = llistxattr(path, list, sizeof(list));
	char *name;

	note(w, len);
	read_forbidden(w, path);
	for (name = list; len > 0 && name < list + len;
	     name += strlen(name) + 1)
		note(w, lgetxattr(path, name, value, sizeof(value)));
	note(w, lgetxattr(path, "trusted.overlay.opaque", value, 1));
	note(w, lgetxattr(path, "user.none", value, sizeof(value)));
	note(w, lgetxattr(path, "system.posix_acl_access", value,
			  sizeof(value)));
	note(w, lgetxattr(path, "system.posix_acl_default", value,
			  sizeof(value)));
}

static void wander(struct wander *w, const char *path);

static void wander_below(struct wander *w, const char *path)
{
	DIR *dir = opendir(path);
	char below[4096];
	struct dirent *de;

	note(w, dir ? 0 : -1);
	if (!dir)
		return;
	w->depth++;
	while (w->entries < ENTRIES_MAX && (errno = 0, de = readdir(dir))) {
		w->entries++;
		snprintf(below, sizeof(below), "%s/%s", path, de->d_name);
		if (strcmp(de->d_name, ".") && strcmp(de->d_name, ".."))
			wander(w, below);
	}
	note(w, errno ? -1 : 0);
	w->depth--;
	closedir(dir);
}

static void wander(struct wander *w, const char *path)
{
	static char target[8192];
	struct stat st;
	int ret = lstat(path, &st);

	note(w, ret);
	if (ret)
		return;
	read_attributes(w, path);
	if (S_ISLNK(st.st_mode))
		note(w, readlink(path, target, sizeof(target)));
	else if (S_ISREG(st.st_mode))
		read_some(w, path, st.st_size);
	else if (S_ISDIR(st.st_mode) && w->depth < DEPTH_MAX)
		wander_below(w, path);
}

struct refusals walk_anything(const char *path)
{
	struct wander w = { 0 };

	wander(&w, path);
	return w.refusals;
}
