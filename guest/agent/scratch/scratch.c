// SPDX-License-Identifier: GPL-2.0
/*
 * Scratch storage: for all data but the layers, and only until the guest ends.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "machine/machine.h"
#include "scratch/crypt.h"
#include "scratch/mkfs.h"
#include "scratch/scratch.h"

static int mount_tmpfs(uint64_t size, struct error *e)
{
	char options[64] = "mode=0755";

	if (size)
		snprintf(options, sizeof(options), "mode=0755,size=%" PRIu64,
			 size);
	if (mount("tmpfs", SCRATCH_DIR, "tmpfs", MS_NOSUID | MS_NODEV, options))
		return error_errno(e, "cannot mount a tmpfs");
	return 0;
}

/*
 * No barriers: after a crash the disk cannot be read anyway.  If the file
 * system turns out to be corrupt, stop writing to it.
 */
static int mount_disk(struct scratch *s, const char *disk, struct error *e)
{
	uint64_t size;
	int err;

	err = crypt_open(disk, &size, e);
	if (err)
		return err;
	s->mapped = true;
	err = mkfs_ext4(CRYPT_DEVICE, size, e);
	if (err)
		return err;
	if (mount(CRYPT_DEVICE, SCRATCH_DIR, "ext4",
		  MS_NOSUID | MS_NODEV | MS_NOATIME,
		  "nobarrier,errors=remount-ro"))
		return error_errno(e, "%s: cannot mount the file system on it",
				   disk);
	return 0;
}

/* make volumes that any user can write to, like an emptyDir of Kubernetes */
static int make_volumes(const struct podspec *spec, struct error *e)
{
	char path[PATH_MAX];
	size_t i;
	int err;

	for (i = 0; i < spec->volume_count; i++) {
		snprintf(path, sizeof(path), SCRATCH_VOLUMES_DIR "%s",
			 spec->volumes[i].name);
		err = machine_make_directories(path, e);
		if (err)
			return err;
		if (chmod(path, 0777))
			return error_errno(e, "cannot change the mode of %s",
					   path);
	}
	return 0;
}

static int mount_scratch(struct scratch *s, const struct scratch_policy *policy,
			 struct disks *disks, double deadline, struct error *e)
{
	const char *disk;
	int err;

	err = machine_make_directories(SCRATCH_DIR, e);
	if (err)
		return err;
	if (policy->type == SCRATCH_TMPFS)
		return mount_tmpfs(policy->size, e);
	err = scratch_find(disks, deadline, &disk, e);
	return err ? err : mount_disk(s, disk, e);
}

int scratch_setup(struct scratch *s, const struct podspec *spec,
		  struct disks *disks, double deadline, struct error *e)
{
	int err;

	err = mount_scratch(s, &spec->scratch, disks, deadline, e);
	if (!err) {
		s->mounted = true;
		err = make_volumes(spec, e);
	}
	if (err)
		error_prefix(e, "scratch storage");
	return err;
}

int scratch_teardown(struct scratch *s, struct error *e)
{
	if (s->mounted && umount2(SCRATCH_DIR, UMOUNT_NOFOLLOW))
		return error_errno(e, "cannot unmount " SCRATCH_DIR);
	s->mounted = false;
	if (!s->mapped)
		return 0;
	s->mapped = false;
	return crypt_close(e);
}
