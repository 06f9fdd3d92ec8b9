// SPDX-License-Identifier: GPL-2.0
/*
 * Mount a layer image by the kernel's driver, through dm-verity.
 *
 * Copyright (C) 2026 The tarfs authors
 *
 * Each device goes with its last user: the mapping, as it is marked to be removed as
 * soon as it is mounted, then the loop device below it.  So unmounting is all that
 * has to be done to a layer, and after a kill a container keeps what it uses.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/loop.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/tarfs_host.h"
#include "dm_device.h"
#include "mounter.h"
#include "verity/loop_device.h"
#include "verity/merkle.h"
#include "verity/verity.h"

#define TYPE		"tar"
#define TARGET		"verity"
#define TABLE_SIZE	512	/* bytes; the devices are numbers */
#define SECTORS		(TARFS_BLOCK_SIZE / 512)	/* of a block */
#define OWNER_SIZE	(2 * DM_DEVICE_STEM)

/* struct tree - what dm-verity needs to know of an image */
struct tree {
	struct verity_geometry geometry;
	uint8_t root[SHA256_SIZE];
};

/* what device-mapper does not load itself is loaded by opening it */
static int check(struct error *e)
{
	int err = dm_target_check(TARGET, e), fd;

	if (err)
		return err;
	fd = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return error_errno(e, "/dev/loop-control cannot be used");
	close(fd);
	fd = syscall(SYS_fsopen, TYPE, 0);
	if (fd < 0)
		return error_errno(e, "the file system type " TYPE
				   " cannot be used");
	close(fd);
	return 0;
}

/*
 * The number of blocks and the root hash are the record's.  The edge of the tree is
 * checked to say at once what is wrong; dm-verity verifies whatever is read.
 */
static int load_tree(const struct mounting *m, int fd, struct tree *t,
		     struct error *e)
{
	uint64_t blocks = m->image->data_blocks;
	struct stat st;

	if (fstat(fd, &st))
		return error_errno(e, "%s", m->path);
	if (!blocks || blocks >= st.st_size / TARFS_BLOCK_SIZE)
		return error_set(e, -EIO, "%s is too short for %" PRIu64
				 " blocks of data and their hashes",
				 m->path, blocks);
	t->geometry.data_blocks = blocks;
	t->geometry.hash_start = blocks;
	t->geometry.tree_size = merkle_tree_size(&merkle_layer, blocks);
	if (sha256_from_hex(m->image->root_hash, t->root))
		return error_set(e, -EIO, "the record has no root hash");
	return verity_edge_check(fd, m->path, &t->geometry, t->root, e);
}

static int start(struct dm_device *d, const struct tree *t, dev_t loop,
		 struct error *e)
{
	const struct verity_rules rules = { .on_corruption = VERITY_EIO };
	char table[TABLE_SIZE], device[32];
	int err;

	snprintf(device, sizeof(device), "%u:%u", major(loop), minor(loop));
	err = verity_table(&t->geometry, t->root, device, &rules, table,
			   sizeof(table), e);
	return err ?: dm_device_start(d, TARGET, table,
				      t->geometry.data_blocks * SECTORS, e);
}

/* is the mapping mounted there, and nothing else? */
static bool is_mounted(const struct dm_device *d, const char *target)
{
	struct stat st;

	return !stat(target, &st) && st.st_dev == d->dev;
}

/* as mount.tar: read-only, with devices and set-user-ID */
static int mount_device(const struct dm_device *d, const char *target,
			struct error *e)
{
	char path[128];
	int err;

	err = dm_node_make(d, path, sizeof(path), e);
	if (err)
		return err;
	if (mount(path, target, TYPE, MS_RDONLY, NULL))
		return error_errno(e, "the kernel cannot mount %s", path);
	if (is_mounted(d, target))
		return 0;
	umount2(target, MNT_DETACH | UMOUNT_NOFOLLOW);
	return error_set(e, -EIO, "%s is not what was mounted", path);
}

/* remove it now, or mark it to be removed with the mount */
static int release(const struct dm_device *d, const char *target, int err,
		   struct error *e)
{
	struct error ignored;
	int marked;

	dm_node_remove(d);
	marked = dm_device_remove(d, err ? &ignored : e);
	if (err || !marked)
		return err;
	umount2(target, MNT_DETACH | UMOUNT_NOFOLLOW);
	return marked;
}

/* a uuid's beginning, for all mappings of this daemon, and of no other */
static int name_owner(const char *dir, char owner[OWNER_SIZE], struct error *e)
{
	struct stat st;

	if (stat(dir, &st))
		return error_errno(e, "%s", dir);
	snprintf(owner, OWNER_SIZE, "TARFS-SNAPSHOTTER-%jx-%jx-",
		 (uintmax_t)st.st_dev, (uintmax_t)st.st_ino);
	return 0;
}

static int map_and_mount(const struct mounting *m, const struct tree *t,
			 dev_t loop, struct error *e)
{
	char owner[OWNER_SIZE], stem[DM_DEVICE_STEM];
	struct dm_device d;
	int err;

	err = name_owner(m->dir, owner, e);
	if (err)
		return err;
	snprintf(stem, sizeof(stem), "tarfs-%.12s", m->image->diff_id);
	err = dm_device_create(&d, owner, stem, e);
	if (err)
		return err;
	err = start(&d, t, loop, e);
	if (!err)
		err = mount_device(&d, m->target, e);
	return release(&d, m->target, err, e);
}

/* direct I/O, where the file system has it, caches data once */
static int attach_and_mount(const struct mounting *m, const struct tree *t,
			    int fd, struct error *e)
{
	const struct loop_config config = {
		.fd		= fd,
		.block_size	= TARFS_BLOCK_SIZE,
		.info.lo_flags	= LO_FLAGS_READ_ONLY | LO_FLAGS_AUTOCLEAR |
				  LO_FLAGS_DIRECT_IO,
	};
	struct stat st;
	char *device;
	int loop, err;

	err = loop_device_attach(&config, &loop, &device, e);
	if (err)
		return err;
	if (fstat(loop, &st))
		err = error_errno(e, "%s", device);
	else
		err = map_and_mount(m, t, st.st_rdev, e);
	free(device);
	close(loop);
	return err;
}

static int mount_image(const struct mounting *m, struct error *e)
{
	struct tree t;
	int fd, err;

	fd = open(m->path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0) {
		error_errno(e, "cannot open %s", m->path);
		return -EIO;
	}
	err = load_tree(m, fd, &t, e);
	if (!err)
		err = attach_and_mount(m, &t, fd, e);
	close(fd);
	return err ? -EIO : 0;
}

static bool is_alive(const char *target)
{
	struct statfs st;

	return !statfs(target, &st) &&
	       (uint64_t)st.f_type == TARFS_SUPER_MAGIC;
}

/* mappings of a run that was killed before it has mounted them */
static void clean(const char *dir)
{
	char owner[OWNER_SIZE];
	struct error e;

	if (!name_owner(dir, owner, &e))
		dm_devices_remove(owner);
}

const struct mounter mounter_dm = {
	.name		= "dm",
	.how		= "through dm-verity by the kernel's driver",
	.check		= check,
	.mount		= mount_image,
	.is_alive	= is_alive,
	.clean		= clean,
};
