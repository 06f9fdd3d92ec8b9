// SPDX-License-Identifier: GPL-2.0
/*
 * Find the disk that the host has marked for scratch storage.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <linux/fs.h>

#include "scratch/scratch.h"

#define MARK_SIZE	(sizeof(SCRATCH_MARK) - 1)

static bool is_marked(const struct disk *disk)
{
	int fd = disk_open(disk);
	char mark[MARK_SIZE];
	bool marked;

	if (fd < 0)
		return false;
	marked = pread(fd, mark, MARK_SIZE, 0) == MARK_SIZE &&
		 !memcmp(mark, SCRATCH_MARK, MARK_SIZE);
	close(fd);
	return marked;
}

/* count the marked disks from @since on; set @found to the last of them */
static size_t find_marked(const struct disks *disks, size_t since,
			  const struct disk **found)
{
	size_t count = 0, i;

	for (i = since; i < disks->count; i++)
		if (is_marked(&disks->list[i])) {
			*found = &disks->list[i];
			count++;
		}
	return count;
}

static int check_disk(const struct disk *disk, struct error *e)
{
	int fd = disk_open(disk), readonly;

	if (fd < 0)
		return error_set(e, -ENODEV, "%s: has been taken away",
				 disk->path);
	if (ioctl(fd, BLKROGET, &readonly))
		readonly = 1;
	close(fd);
	if (readonly)
		return error_set(e, -EROFS, "%s: the host lets nobody write it",
				 disk->path);
	if (disk->size < SCRATCH_DISK_MIN)
		return error_set(e, -ENOSPC, "%s: has %" PRIu64
				 " bytes, needs %d at least", disk->path,
				 disk->size, SCRATCH_DISK_MIN);
	return 0;
}

int scratch_find(struct disks *disks, double deadline, const char **path,
		 struct error *e)
{
	const struct disk *disk;
	size_t seen = 0, count;
	int err;

	do {
		err = disks_look(disks, e);
		if (err)
			return err;
		count = find_marked(disks, seen, &disk);
		seen = disks->count;
	} while (!count && disks_wait(deadline));
	if (!count)
		return error_set(e, -ENOENT,
			"no disk is marked for it (%zu disks were looked at)",
			disks->count);
	if (count > 1)
		return error_set(e, -EINVAL, "%zu disks are marked for it",
				 count);
	*path = disk->path;
	return check_disk(disk, e);
}
