// SPDX-License-Identifier: GPL-2.0
/*
 * Mount the uncached image of the file system that is measured.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <sys/mount.h>

#include "bench.h"

const struct fs file_systems[FILE_SYSTEMS] = {
	{ "erofs", "erofs", 1 },
	{ "tarfs", "tar", 1 },
	{ "squashfs", "squashfs", 100 },
	{ "squashfs-lz4", "squashfs", 100 },
	{ "ext4", "ext4", 1 },
	{ "erofs-inline", "erofs", 1 },
};

static void mount_device(const struct turn *t, const struct image *image,
			 const char *device, const char *where)
{
	if (mount(device, where, t->fs->type, MS_RDONLY, NULL))
		give_up("cannot mount %s, %s on %s", image->name, t->fs->name,
			medium_names[t->medium]);
}

void mount_image(const struct turn *t, const struct image *image,
		 unsigned int slot, const char *where)
{
	char path[32];

	attach(image, t->medium, slot, path);
	mount_device(t, image, path, where);
}

void unmount_image(const struct turn *t, unsigned int slot, const char *where)
{
	if (umount(where))
		give_up("cannot unmount %s", where);
	detach(t->medium, slot);
}

int begin(const struct turn *t, const char *name, const char *row)
{
	const struct image *image = find_image(name, t->fs->name);
	char path[32];

	if (!image)
		return 0;
	forget_all();
	attach(image, t->medium, 0, path);
	start();
	mount_device(t, image, path, TOP);
	stop(row, 1);
	return 1;
}

void end(const struct turn *t)
{
	unmount_image(t, 0, TOP);
}

void warm_up(void)
{
	struct turn t = { .medium = RAW };
	const struct image *image;
	char path[32];
	unsigned int i;

	for (i = 0; i < FILE_SYSTEMS; i++) {
		image = find_image("big", file_systems[i].name);
		if (!image)
			continue;
		attach(image, t.medium, i, path);
		work(WORK_READ_FILE, path);
	}
	for (i = 0; i < FILE_SYSTEMS; i++) {
		if (find_image("big", file_systems[i].name))
			detach(t.medium, i);
	}
}
