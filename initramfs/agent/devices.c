// SPDX-License-Identifier: GPL-2.0
/*
 * Which disk is what: decided by content, never by where it is plugged.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>
#include <linux/fs.h>

#include "devices.h"

#define SYS_BLOCK	"/sys/class/block"
#define POLL_NSEC	50000000	/* between two looks for new disks */

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

double devices_deadline(unsigned int timeout)
{
	return now() + timeout;
}

/* false if the time is up */
static bool wait_for_more(double deadline)
{
	static const struct timespec t = { .tv_nsec = POLL_NSEC };

	if (now() >= deadline)
		return false;
	nanosleep(&t, NULL);
	return true;
}

/* a disk has a device behind it, and is not a part of another */
static bool is_disk(const char *name)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), SYS_BLOCK "/%s/device", name);
	if (access(path, F_OK))
		return false;
	snprintf(path, sizeof(path), SYS_BLOCK "/%s/partition", name);
	return access(path, F_OK);
}

/* read-only; -1 if there is no such disk (any more) */
static int open_disk(const char *path, uint64_t *size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -1;
	if (!ioctl(fd, BLKGETSIZE64, size) && *size)
		return fd;
	close(fd);
	return -1;
}

/* all disks that have a size; the number of them or a negative errno value */
static int list_disks(struct device *disks, struct error *e)
{
	DIR *dir = opendir(SYS_BLOCK);
	struct dirent *d;
	int count = 0, fd;

	if (!dir)
		return error_errno(e, "cannot list " SYS_BLOCK);
	while ((d = readdir(dir)) && count < DEVICES_MAX) {
		struct device *disk = &disks[count];

		if (d->d_name[0] == '.' || !is_disk(d->d_name) ||
		    snprintf(disk->path, sizeof(disk->path), "/dev/%s",
			     d->d_name) >= sizeof(disk->path))
			continue;
		fd = open_disk(disk->path, &disk->size);
		if (fd < 0)
			continue;
		close(fd);
		count++;
	}
	closedir(dir);
	return count;
}

/* everything on the disk; NULL if it cannot be had */
static char *read_disk(const struct device *disk)
{
	uint64_t size, done = 0;
	int fd = open_disk(disk->path, &size);
	ssize_t len = 0;
	char *text;

	if (fd < 0)
		return NULL;
	text = size == disk->size ? malloc(size + 1) : NULL;
	while (text && done < size) {
		len = pread(fd, text + done, size - done, done);
		if (len <= 0)
			break;
		done += len;
	}
	close(fd);
	if (!text || done < size) {
		free(text);
		return NULL;
	}
	text[size] = '\0';
	return text;
}

/* 1 if @disk has the digest, 0 if not */
static int try_pod(const struct device *disk, const uint8_t *digest,
		   char **text, struct error *e)
{
	uint8_t have[SHA256_SIZE];
	int err;

	if (disk->size > DEVICES_POD_MAX || disk->size % DEVICES_POD_BLOCK)
		return 0;
	*text = read_disk(disk);
	if (!*text)
		return 0;
	err = sha256_buffer(*text, disk->size, have, e);
	if (!err && !memcmp(have, digest, sizeof(have)))
		return 1;
	free(*text);
	return err;
}

int devices_find_pod(const uint8_t digest[SHA256_SIZE], double deadline,
		     struct device *pod, char **text, size_t *len,
		     struct error *e)
{
	static struct device disks[DEVICES_MAX];
	char hex[SHA256_HEX_SIZE];
	int count, i, found;

	do {
		count = list_disks(disks, e);
		if (count < 0)
			return count;
		for (i = 0; i < count; i++) {
			found = try_pod(&disks[i], digest, text, e);
			if (found < 0)
				return found;
			if (found) {
				*pod = disks[i];
				*len = disks[i].size;
				return 0;
			}
		}
	} while (wait_for_more(deadline));
	sha256_to_hex(digest, hex);
	return error_set(e, -ENOENT,
		"no disk holds the pod spec with the digest sha256:%s (%d disks were looked at)",
		hex, count);
}

/* what @disk says it is, read once: 0, or an error that does not matter */
static int read_claim(const struct device *disk, struct verity_geometry *g,
		      uint8_t root[SHA256_SIZE])
{
	struct error ignored;
	uint64_t size;
	int fd, err;

	fd = open_disk(disk->path, &size);
	if (fd < 0)
		return -ENODEV;
	err = verity_geometry_read(fd, disk->path, g, &ignored);
	if (!err)
		err = verity_root_read(fd, disk->path, g, root, &ignored);
	close(fd);
	return err;
}

/* note @disk for each layer it may be; true if there is one */
static bool try_layers(const struct podspec *spec, const struct device *disk,
		       struct layer_device *found)
{
	uint8_t root[SHA256_SIZE];
	struct verity_geometry g;
	bool any = false;
	size_t i;

	if (read_claim(disk, &g, root))
		return false;
	for (i = 0; i < spec->layer_count; i++) {
		if (memcmp(spec->layers[i].root, root, sizeof(root)))
			continue;
		found[i].device = *disk;
		found[i].geometry = g;
		any = true;
	}
	return any;
}

static const struct layer *find_missing(const struct podspec *spec,
					const struct layer_device *found)
{
	size_t i;

	for (i = 0; i < spec->layer_count; i++)
		if (!found[i].device.path[0])
			return &spec->layers[i];
	return NULL;
}

static int refuse_missing(const struct layer *l, int count, struct error *e)
{
	char hex[SHA256_HEX_SIZE];

	sha256_to_hex(l->root, hex);
	return error_set(e, -ENOENT,
		"no disk holds the layer %s with the root hash %s (%d disks were looked at)",
		l->name, hex, count);
}

int devices_find_layers(const struct podspec *spec, const struct device *pod,
			double deadline, struct layer_device *found,
			struct error *e)
{
	static struct device disks[DEVICES_MAX];
	const struct layer *missing;
	const struct device *extra;
	int count, i;

	do {
		extra = NULL;
		count = list_disks(disks, e);
		if (count < 0)
			return count;
		for (i = 0; i < count; i++)
			if (strcmp(disks[i].path, pod->path) &&
			    !try_layers(spec, &disks[i], found))
				extra = &disks[i];
		missing = find_missing(spec, found);
	} while (missing && wait_for_more(deadline));
	if (missing)
		return refuse_missing(missing, count, e);
	if (extra)
		return error_set(e, -EINVAL,
			"the disk %s is neither the pod spec nor a layer of it",
			extra->path);
	return 0;
}
