// SPDX-License-Identifier: GPL-2.0
/*
 * Block devices for the tests in the guest: disks, loop devices, dm-verity.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "guest.h"
#include "mapper.h"
#include "tarfs_fs.h"

#define SECTOR		512
#define VERITY_NAME	"tarfs-test"

char *disk(const char *name)
{
	static char path[64];

	snprintf(path, sizeof(path), "/dev/disk/%s", name);
	if (access(path, F_OK))
		give_up("no disk %s", name);
	return path;
}

char *attach_loop(const char *file, unsigned int block_size, char path[32])
{
	int control = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
	int backing = open(file, O_RDONLY | O_CLOEXEC);
	struct loop_config config = {
		.fd = backing,
		.block_size = block_size,
		.info.lo_flags = LO_FLAGS_READ_ONLY,
	};
	int number, loop;

	if (control < 0 || backing < 0)
		give_up("cannot open %s for a loop device", file);
	number = ioctl(control, LOOP_CTL_GET_FREE);
	snprintf(path, 32, "/dev/loop%d", number);
	loop = open(path, O_RDONLY | O_CLOEXEC);
	if (loop < 0 || ioctl(loop, LOOP_CONFIGURE, &config))
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

/* a line of "roots": name, root hash, data size in bytes */
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
		image->data_block = TARFS_BLOCK_SIZE;
		image->tree = NULL;
		fclose(f);
		return;
	}
	errno = ENOENT;
	give_up("no root hash of %s", name);
}

int set_up_verity(const char *device, const struct verity_image *image,
		  char path[32])
{
	unsigned long long blocks = image->data_size / image->data_block;
	unsigned long long tree = image->data_size / TARFS_BLOCK_SIZE;
	struct map_row row = {
		.sectors = image->data_size / SECTOR,
		.target = "verity",
	};

	snprintf(row.args, sizeof(row.args),
		 "1 %s %s %u %d %llu %llu sha256 %s %064d", device,
		 image->tree ? image->tree : device, image->data_block,
		 TARFS_BLOCK_SIZE, blocks, image->tree ? 0 : tree,
		 image->root, 0);
	return map_device(VERITY_NAME, &row, 1, path);
}

void remove_verity(void)
{
	unmap_device(VERITY_NAME);
}

void set_read_ahead(const char *device, unsigned int kib)
{
	char file[96], number[16];
	struct stat st;

	if (stat(device, &st))
		give_up("cannot look at %s", device);
	snprintf(file, sizeof(file), "/sys/dev/block/%u:%u/queue/read_ahead_kb",
		 major(st.st_rdev), minor(st.st_rdev));
	snprintf(number, sizeof(number), "%u", kib);
	write_file(file, number);
}

void read_super(const char *file, off_t end, struct tarfs2_super *super)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	ssize_t size = sizeof(*super);

	if (!end)
		end = lseek(fd, 0, SEEK_END);
	if (fd < 0 || pread(fd, super, size, end - size) != size ||
	    super->magic != TARFS2_MAGIC)
		give_up("no superblock on %s", file);
	close(fd);
}
