// SPDX-License-Identifier: GPL-2.0
/*
 * The disks that the host has plugged; each is examined once.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>
#include <linux/fs.h>

#include "disks/disks.h"

#define SYS_BLOCK	"/sys/block"	/* no partitions */
#define SECTOR_SIZE	512
#define POLL_NSEC	50000000	/* between two scans for new disks */

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

double disks_deadline(unsigned int timeout)
{
	return now() + timeout;
}

bool disks_wait(double deadline)
{
	static const struct timespec t = { .tv_nsec = POLL_NSEC };

	if (now() >= deadline)
		return false;
	nanosleep(&t, NULL);
	return true;
}

/* read a number from a disk's directory in sysfs; false if there is none */
static bool read_number(const char *name, const char *what, uint64_t *number)
{
	char path[PATH_MAX];
	FILE *file;
	bool ok;

	snprintf(path, sizeof(path), SYS_BLOCK "/%s/%s", name, what);
	file = fopen(path, "re");
	if (!file)
		return false;
	ok = fscanf(file, "%" SCNu64, number) == 1;
	fclose(file);
	return ok;
}

/* a disk has a parent device, unlike loop devices and mappings */
static bool is_disk(const char *name)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), SYS_BLOCK "/%s/device", name);
	return name[0] != '.' && !access(path, F_OK);
}

/* fill in @disk from sysfs; false if it is gone or has no size */
static bool describe(const char *name, struct disk *disk)
{
	uint64_t sectors;

	*disk = (struct disk){ .path = "" };
	if (!read_number(name, "diskseq", &disk->sequence) ||
	    !read_number(name, "size", &sectors) || !sectors ||
	    snprintf(disk->path, sizeof(disk->path), "/dev/%s", name) >=
	    sizeof(disk->path))
		return false;
	disk->size = sectors * SECTOR_SIZE;
	return true;
}

static bool is_known(const struct disks *d, const struct disk *disk)
{
	size_t i;

	for (i = 0; i < d->count; i++)
		if (d->list[i].sequence == disk->sequence &&
		    d->list[i].size == disk->size)
			return true;
	return false;
}

static int append(struct disks *d, const struct disk *disk, struct error *e)
{
	struct disk *list = reallocarray(d->list, d->count + 1, sizeof(*list));

	if (!list)
		return error_set(e, -ENOMEM, "not enough memory");
	d->list = list;
	list[d->count++] = *disk;
	return 0;
}

int disks_look(struct disks *d, struct error *e)
{
	DIR *dir = opendir(SYS_BLOCK);
	struct dirent *entry;
	struct disk disk;
	int err = 0, fd;

	if (!dir)
		return error_errno(e, "cannot list " SYS_BLOCK);
	while (!err && (entry = readdir(dir))) {
		if (!is_disk(entry->d_name) ||
		    !describe(entry->d_name, &disk) || is_known(d, &disk))
			continue;
		fd = disk_open(&disk);
		if (fd < 0)
			continue;	/* not ready yet, or unplugged */
		close(fd);
		err = append(d, &disk, e);
	}
	closedir(dir);
	return err;
}

int disk_describe(struct disk *disk, const char *name, struct error *e)
{
	if (!describe(name, disk))
		return error_set(e, -ENODEV, "%s has gone", name);
	return 0;
}

int disk_open(const struct disk *disk)
{
	int fd = open(disk->path, O_RDONLY | O_CLOEXEC);
	uint64_t sequence, size;

	if (fd < 0)
		return -1;
	if (!ioctl(fd, BLKGETDISKSEQ, &sequence) &&
	    sequence == disk->sequence &&
	    !ioctl(fd, BLKGETSIZE64, &size) && size == disk->size &&
	    !posix_fadvise(fd, 0, 0, POSIX_FADV_RANDOM))
		return fd;
	close(fd);
	return -1;
}
