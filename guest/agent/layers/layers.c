// SPDX-License-Identifier: GPL-2.0
/*
 * Map each layer through dm-verity and mount it, once.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "disks/devices.h"
#include "layers/layers.h"
#include "machine/machine.h"

static int mount_mapping(const struct layer *l, struct error *e)
{
	char source[PATH_MAX];
	int err;

	err = machine_make_directories(l->mount_point, e);
	if (err)
		return err;
	snprintf(source, sizeof(source), LAYERS_MAPPER "%s", l->name);
	if (mount(source, l->mount_point, "tar", MS_RDONLY, ""))
		return error_errno(e, "cannot be mounted");
	return 0;
}

/* after this, access the disk through the mapping only */
static int map_and_mount(const struct layer *l, const char *device,
			 const struct verity_geometry *g,
			 enum verity_policy on_corruption, struct error *e)
{
	const struct verity_rules rules = {
		.on_corruption	= on_corruption,
		.signature	= l->signature,
		.signature_len	= l->signature_len,
	};
	struct error ignored;
	int err;

	err = verity_activate(l->name, device, g, l->root, &rules, e);
	if (err)
		return err;
	err = mount_mapping(l, e);
	if (err && verity_deactivate(l->name, &ignored))
		error_set(e, err, "cannot be mounted, nor unmapped: %s",
			  ignored.text);
	return err;
}

/* try a disk; keep an error as the reason why the layer is missing */
static int mount_from(struct layers *ls, size_t i, const struct disk *disk)
{
	const struct layer *l = &ls->spec->layers[i];
	struct mounted_layer *m = &ls->list[i];
	int err;

	err = devices_check_image(disk, l->root, l->data_blocks, &ls->why);
	if (!err)
		err = map_and_mount(l, disk->path, &disk->geometry,
				    ls->spec->on_corruption, &ls->why);
	if (err) {
		error_prefix(&ls->why, "the layer %s on %s", l->name,
			     disk->path);
		ls->refused = i;
		return err;
	}
	m->is_mounted = true;
	m->geometry = disk->geometry;
	memcpy(m->path, disk->path, sizeof(m->path));
	return 0;
}

/* try the disks that were not tried for this layer yet */
static void mount_layer(struct layers *ls, size_t i, struct disks *disks)
{
	const struct layer *l = &ls->spec->layers[i];
	struct mounted_layer *m = &ls->list[i];
	const struct disk *disk;

	while (!m->is_mounted &&
	       (disk = devices_next_image(disks, l->root, &m->next)))
		if (mount_from(ls, i, disk))
			fprintf(stderr, "tarfs-agent: given up: %s\n",
				ls->why.text);
}

/* mount the pulled layers, whose devices the host cannot choose */
static int mount_pulled(struct layers *ls, const struct pull *pull,
			struct error *e)
{
	size_t i;
	int err;

	for (i = 0; i < ls->spec->layer_count; i++) {
		if (ls->spec->layers[i].source != LAYER_BLOB)
			continue;
		err = mount_from(ls, i, &pull->list[i].disk);
		if (err) {
			*e = ls->why;
			return err;
		}
	}
	return 0;
}

/* mount the layers that disks hold; return the first missing one, or NULL */
static const struct layer *mount_found(struct layers *ls, struct disks *disks)
{
	const struct layer *missing = NULL;
	size_t i;

	for (i = 0; i < ls->spec->layer_count; i++) {
		mount_layer(ls, i, disks);
		if (!ls->list[i].is_mounted && !missing)
			missing = &ls->spec->layers[i];
	}
	return missing;
}

/* prefer the reason why a disk was given up to "no disk holds the layer" */
static int refuse(const struct layers *ls, const struct layer *missing,
		  size_t disks, struct error *e)
{
	char hex[SHA256_HEX_SIZE];

	if (ls->why.text[0] && !ls->list[ls->refused].is_mounted) {
		*e = ls->why;
		return -EIO;
	}
	sha256_to_hex(missing->root, hex);
	return error_set(e, -ENOENT,
		"no disk holds the layer %s with the root hash %s (%zu disks were looked at)",
		missing->name, hex, disks);
}

int layers_mount(struct layers *ls, const struct podspec *spec,
		 const struct pull *pull, struct disks *disks, double deadline,
		 struct error *e)
{
	const struct layer *missing;
	int err;

	ls->spec = spec;
	err = mount_pulled(ls, pull, e);
	if (err)
		return err;
	do {
		err = disks_look(disks, e);
		if (err)
			return err;
		missing = mount_found(ls, disks);
	} while (missing && disks_wait(deadline));
	return missing ? refuse(ls, missing, disks->count, e) : 0;
}

static int unmount_layer(const struct layer *l, struct error *e)
{
	int err = 0, unmapped;
	struct error why;

	if (umount2(l->mount_point, UMOUNT_NOFOLLOW))
		err = error_errno(e, "cannot unmount %s", l->mount_point);
	unmapped = verity_deactivate(l->name, err ? &why : e);
	return err ? err : unmapped;
}

int layers_unmount(struct layers *ls, struct error *e)
{
	struct error why;
	size_t i;
	int first = 0, err;

	for (i = ls->spec ? ls->spec->layer_count : 0; i-- > 0; ) {
		if (!ls->list[i].is_mounted)
			continue;
		err = unmount_layer(&ls->spec->layers[i], first ? &why : e);
		first = first ? first : err;
		ls->list[i].is_mounted = false;
	}
	return first;
}
