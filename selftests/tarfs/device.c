// SPDX-License-Identifier: GPL-2.0
/*
 * Block devices for the tests in the guest: disks, loop devices, dm-verity.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/dm-ioctl.h>
#include <linux/loop.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "guest.h"

#define BLOCK		4096
#define SECTOR		512
#define VERITY_NAME	"tarfs-test"

/* an ioctl of device-mapper with room for a table */
struct dm_request {
	struct dm_ioctl io;
	char room[1024];
};

char *disk(const char *name)
{
	static char path[64];

	snprintf(path, sizeof(path), "/dev/disk/%s", name);
	if (access(path, F_OK))
		give_up("no disk %s", name);
	return path;
}

char *attach_loop(const char *file, char path[32])
{
	int control = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
	int backing = open(file, O_RDONLY | O_CLOEXEC);
	int number, loop;

	if (control < 0 || backing < 0)
		give_up("cannot open %s for a loop device", file);
	number = ioctl(control, LOOP_CTL_GET_FREE);
	snprintf(path, 32, "/dev/loop%d", number);
	loop = open(path, O_RDONLY | O_CLOEXEC);
	if (loop < 0 || ioctl(loop, LOOP_SET_FD, backing))
		give_up("cannot attach %s to %s", file, path);
	close(control);
	close(backing);
	close(loop);
	return path;
}

void detach_loop(const char *path)
{
	int loop = open(path, O_RDONLY | O_CLOEXEC);

	if (loop < 0 || ioctl(loop, LOOP_CLR_FD, 0))
		give_up("cannot detach %s", path);
	close(loop);
}

/* "roots" has a line for each image: name, root hash, size of its data */
void find_image(const char *name, struct verity_image *image)
{
	unsigned long long size;
	char found[64];
	FILE *f = fopen("roots", "r");

	if (!f)
		give_up("no file of root hashes");
	while (fscanf(f, "%63s %64s %llu", found, image->root, &size) == 3) {
		if (strcmp(found, name))
			continue;
		image->data_size = size;
		fclose(f);
		return;
	}
	errno = ENOENT;
	give_up("no root hash of %s", name);
}

static void dm_init(struct dm_request *request, unsigned int flags)
{
	memset(request, 0, sizeof(*request));
	request->io.version[0] = DM_VERSION_MAJOR;
	request->io.data_size = sizeof(*request);
	request->io.data_start = sizeof(request->io);
	request->io.flags = flags;
	strcpy(request->io.name, VERITY_NAME);
}

static int dm_call(struct dm_request *request, unsigned long command)
{
	int fd = open("/dev/mapper/control", O_RDWR | O_CLOEXEC);
	int err = 0;

	if (fd < 0)
		give_up("cannot open device-mapper's control node");
	if (ioctl(fd, command, request))
		err = errno;
	close(fd);
	return err;
}

/* the table that puts @image on @device, which is a whole image */
static int dm_load_verity(const char *device, const struct verity_image *image)
{
	struct dm_request request;
	struct dm_target_spec *spec = (void *)request.room;
	unsigned long long blocks = image->data_size / BLOCK;

	dm_init(&request, DM_READONLY_FLAG);
	request.io.target_count = 1;
	spec->length = image->data_size / SECTOR;
	strcpy(spec->target_type, "verity");
	snprintf((char *)(spec + 1), sizeof(request.room) - sizeof(*spec),
		 "1 %s %s %d %d %llu %llu sha256 %s %064d", device, device,
		 BLOCK, BLOCK, blocks, blocks, image->root, 0);
	return dm_call(&request, DM_TABLE_LOAD);
}

int set_up_verity(const char *device, const struct verity_image *image,
		  char path[32])
{
	struct dm_request request;
	int err;

	dm_init(&request, DM_READONLY_FLAG);
	err = dm_call(&request, DM_DEV_CREATE);
	if (err)
		return err;
	snprintf(path, 32, "/dev/dm-%u", minor(request.io.dev));
	err = dm_load_verity(device, image);
	if (!err) {
		dm_init(&request, 0);
		err = dm_call(&request, DM_DEV_SUSPEND);
	}
	if (err)
		remove_verity();
	return err;
}

void remove_verity(void)
{
	struct dm_request request;

	dm_init(&request, 0);
	errno = dm_call(&request, DM_DEV_REMOVE);
	if (errno)
		give_up("cannot remove the verity device");
}
