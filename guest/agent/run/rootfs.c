// SPDX-License-Identifier: GPL-2.0
/*
 * Make the root directories of containers by stacking their layers.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "machine/machine.h"
#include "run/rootfs.h"

/* for each container: links to its layers, and what it writes */
#define LOWER_DIR	"/run/kata-containers/lower/%s"
#define WRITE_DIR	SCRATCH_DIR "/containers/%s"

/*
 * mount(2) takes one page of options, which the 64 digits of each layer would
 * soon fill.  Let lowerdir name links instead, "0" for the top layer, relative
 * to the working directory.
 */
static int link_layers(const struct container *c, struct error *e)
{
	char number[24];
	size_t i;

	for (i = 0; i < c->layer_count; i++) {
		snprintf(number, sizeof(number), "%zu", i);
		if (symlink(c->layers[i]->mount_point, number))
			return error_errno(e, "%s: cannot link the layer %s",
					   c->id, c->layers[i]->name);
	}
	return 0;
}

/*
 * Treat layers as data only: redirect_dir and metacopy would let their extended
 * attributes redirect overlayfs.  With xino all files are on one device, as "du
 * -x" and the like expect; inode numbers leave enough bits for that.
 */
static int mount_overlay(const struct container *c, struct error *e)
{
	char data[PODSPEC_STACK_MAX * 5 + 512], *end = data;
	size_t i;

	end += sprintf(end, "lowerdir=");
	for (i = 0; i < c->layer_count; i++)
		end += sprintf(end, "%s%zu", i ? ":" : "", i);
	end += sprintf(end, ",upperdir=" WRITE_DIR "/upper,workdir=" WRITE_DIR
		       "/work", c->id, c->id);
	strcpy(end, ",redirect_dir=nofollow,metacopy=off,xino=on");
	if (mount("overlay", c->rootfs, "overlay", 0, data))
		return error_errno(e, "%s: cannot stack the layers", c->id);
	return 0;
}

static int stack_layers(const struct container *c, struct error *e)
{
	static const char *const parts[] = {
		LOWER_DIR, WRITE_DIR "/upper", WRITE_DIR "/work"
	};
	char path[PATH_MAX];
	size_t i;
	int err;

	for (i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), parts[i], c->id);
		err = machine_make_directories(path, e);
		if (err)
			return err;
	}
	err = machine_make_directories(c->rootfs, e);
	if (err)
		return err;
	snprintf(path, sizeof(path), LOWER_DIR, c->id);
	if (chdir(path))
		return error_errno(e, "cannot go to %s", path);
	err = link_layers(c, e);
	if (!err)
		err = mount_overlay(c, e);
	if (chdir("/") && !err)
		err = error_errno(e, "cannot go to /");
	return err;
}

int rootfs_setup(struct rootfs_stack *st, const struct podspec *spec,
		 struct error *e)
{
	int err;

	st->spec = spec;
	for (; st->stacked < spec->container_count; st->stacked++) {
		err = stack_layers(&spec->containers[st->stacked], e);
		if (err)
			return err;
	}
	return 0;
}

int rootfs_teardown(struct rootfs_stack *st, struct error *e)
{
	const char *rootfs;
	struct error why;
	int first = 0, err;

	while (st->stacked) {
		rootfs = st->spec->containers[--st->stacked].rootfs;
		if (!umount2(rootfs, UMOUNT_NOFOLLOW))
			continue;
		err = error_errno(first ? &why : e, "cannot unmount %s",
				  rootfs);
		first = first ? first : err;
	}
	return first;
}
