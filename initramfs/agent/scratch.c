// SPDX-License-Identifier: GPL-2.0
/*
 * Scratch storage: where all that is not a layer goes, and is gone afterwards.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "scratch.h"
#include "storage.h"

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

/* for whatever user a container has, as an emptyDir of Kubernetes is */
static int make_volumes(const struct podspec *spec, struct error *e)
{
	char path[PATH_MAX];
	size_t i;
	int err;

	for (i = 0; i < spec->volume_count; i++) {
		snprintf(path, sizeof(path), SCRATCH_VOLUMES_DIR "%s",
			 spec->volumes[i].name);
		err = storage_mkdir(path, e);
		if (err)
			return err;
		if (chmod(path, 0777))
			return error_errno(e, "cannot change the mode of %s",
					   path);
	}
	return 0;
}

int scratch_setup(struct scratch *s, const struct podspec *spec,
		  struct error *e)
{
	int err;

	err = storage_mkdir(SCRATCH_DIR, e);
	if (!err && spec->scratch.type == SCRATCH_DISK)
		err = error_set(e, -EOPNOTSUPP, "only a tmpfs can be had");
	else if (!err)
		err = mount_tmpfs(spec->scratch.size, e);
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
	return 0;
}
