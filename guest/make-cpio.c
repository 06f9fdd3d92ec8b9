// SPDX-License-Identifier: GPL-2.0
/*
 * make-cpio DIR: write a directory as a "newc" archive, the format of an
 * initramfs.  The archive depends on names, contents and execute bits only.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <dirent.h>
#include <err.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static unsigned int inode;
static uint64_t written;

static void put(const void *buf, size_t len)
{
	if (fwrite(buf, 1, len, stdout) != len)
		err(1, "cannot write the archive");
	written += len;
}

/* pad names and contents to a multiple of 4 bytes */
static void pad(void)
{
	static const char zeros[4];

	put(zeros, -written % sizeof(zeros));
}

/* owner and times are zero; each member has an inode of its own */
static void put_header(const char *name, unsigned int mode, unsigned int size)
{
	char header[111];

	snprintf(header, sizeof(header),
		 "070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X",
		 ++inode, mode, 0, 0, S_ISDIR(mode) ? 2 : 1, 0, size,
		 0, 0, 0, 0, (unsigned int)strlen(name) + 1, 0);
	put(header, sizeof(header) - 1);
	put(name, strlen(name) + 1);
	pad();
}

static void put_file(const char *path, const char *name, const struct stat *st)
{
	FILE *file = fopen(path, "re");
	uint64_t left = st->st_size;
	char buf[65536];
	size_t len;

	if (!file)
		err(1, "cannot open %s", path);
	if (left > UINT32_MAX)
		errx(1, "%s is too large", path);
	put_header(name, S_IFREG | (st->st_mode & 0111 ? 0755 : 0644), left);
	while (left && (len = fread(buf, 1, sizeof(buf), file))) {
		if (len > left)
			errx(1, "%s has changed", path);
		put(buf, len);
		left -= len;
	}
	if (left)
		errx(1, "cannot read %s", path);
	fclose(file);
	pad();
}

static void put_symlink(const char *path, const char *name)
{
	char target[4096];
	ssize_t len = readlink(path, target, sizeof(target));

	if (len < 0 || len == sizeof(target))
		err(1, "cannot read the link %s", path);
	put_header(name, S_IFLNK | 0777, len);
	put(target, len);
	pad();
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int not_dot(const struct dirent *d)
{
	return strcmp(d->d_name, ".") && strcmp(d->d_name, "..");
}

/* add all below @path; names in the archive omit the first @skip bytes */
static void put_tree(const char *path, size_t skip)
{
	struct dirent **list;
	struct stat st;
	int count, i;
	char *child;

	count = scandir(path, &list, not_dot, by_bytes);
	if (count < 0)
		err(1, "cannot read the directory %s", path);
	for (i = 0; i < count; i++) {
		if (asprintf(&child, "%s/%s", path, list[i]->d_name) < 0)
			err(1, "cannot go on");
		if (lstat(child, &st))
			err(1, "cannot stat %s", child);
		if (S_ISDIR(st.st_mode)) {
			put_header(child + skip, S_IFDIR | 0755, 0);
			put_tree(child, skip);
		} else if (S_ISREG(st.st_mode)) {
			put_file(child, child + skip, &st);
		} else if (S_ISLNK(st.st_mode)) {
			put_symlink(child, child + skip);
		} else {
			errx(1, "%s: not a file, directory or link", child);
		}
		free(child);
		free(list[i]);
	}
	free(list);
}

int main(int argc, char *argv[])
{
	if (argc != 2) {
		fprintf(stderr, "usage: make-cpio DIR > ARCHIVE\n");
		return 2;
	}
	put_tree(argv[1], strlen(argv[1]) + 1);
	inode = 0xffffffff;	/* the trailer gets inode 0 */
	put_header("TRAILER!!!", 0, 0);
	if (fflush(stdout))
		err(1, "cannot write the archive");
	return 0;
}
