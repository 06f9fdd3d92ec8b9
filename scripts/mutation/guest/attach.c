// SPDX-License-Identifier: GPL-2.0
/*
 * Attach loop devices for a guest without disks, and remove what tests left
 * behind.
 *
 *	attach FILE BLOCK_SIZE	attach a loop device for good and print it
 *	attach --clean COUNT	detach all but the first COUNT, and remove all
 *				mappings
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <fcntl.h>
#include <linux/dm-ioctl.h>
#include <linux/loop.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "guest.h"

static void remove_mapped(void)
{
	struct dm_ioctl request = {
		.version = { DM_VERSION_MAJOR, 0, 0 },
		.data_size = sizeof(request),
	};
	int fd = open("/dev/mapper/control", O_RDWR | O_CLOEXEC);

	if (fd >= 0)
		ioctl(fd, DM_REMOVE_ALL, &request);
	close(fd);
}

static void detach_from(int i)
{
	char path[32];
	int fd;

	for (;; i++) {
		snprintf(path, sizeof(path), "/dev/loop%d", i);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			return;
		ioctl(fd, LOOP_CLR_FD, 0);
		close(fd);
	}
}

int main(int argc, char **argv)
{
	char path[32];

	if (argc == 3 && !strcmp(argv[1], "--clean")) {
		remove_mapped();
		detach_from(atoi(argv[2]));
		return 0;
	}
	if (argc != 3)
		return 2;
	puts(attach_loop(argv[1], atoi(argv[2]), path));
	return 0;
}
