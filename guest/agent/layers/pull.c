// SPDX-License-Identifier: GPL-2.0
/*
 * Guest pull: convert layers that arrive as blobs to images in the guest.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <ftw.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "disks/devices.h"
#include "disks/loop.h"
#include "layers/blob.h"
#include "layers/pull.h"
#include "layers/sandbox.h"
#include "machine/machine.h"

#define BLOCK_SIZE	4096
#define DIRS_OPEN	16	/* descriptors that nftw(3) may use */

/* disks are padded to whole sectors, or to whole blocks */
static bool has_room(const struct disk *disk, uint64_t blob_size)
{
	return disk->size >= blob_size &&
	       disk->size - blob_size < 2 * BLOCK_SIZE -
	       (blob_size % BLOCK_SIZE ? blob_size % BLOCK_SIZE : BLOCK_SIZE);
}

static int make_dir(struct error *e)
{
	int err = machine_make_directories(PULL_DIR, e);

	if (!err && (chown(PULL_DIR, SANDBOX_USER, SANDBOX_USER) ||
		     chmod(PULL_DIR, 0700)))
		err = error_errno(e, "cannot prepare " PULL_DIR);
	return err;
}

static int remove_entry(const char *path, const struct stat *st, int type,
			struct FTW *at)
{
	return at->level ? remove(path) : 0;
}

/* remove all that a child has left, which the host may have controlled */
static int empty_dir(struct error *e)
{
	if (nftw(PULL_DIR, remove_entry, DIRS_OPEN, FTW_DEPTH | FTW_PHYS))
		return error_errno(e, "cannot empty " PULL_DIR);
	return 0;
}

/* the caller unlinks the file, which then lasts as long as its loop device */
static int attach(struct pulled *p, const char *path, struct error *e)
{
	char name[16];
	int loop = loop_attach(path, name, sizeof(name), e), err;

	if (loop < 0)
		return loop;
	err = disk_describe(&p->disk, name, e);
	if (err) {
		close(loop);
		return err;
	}
	p->loop = loop;
	devices_read_claim(&p->disk);
	return 0;
}

static int pull_from(struct pulled *p, struct layer *l, const struct disk *disk,
		     struct error *e)
{
	struct blob b = {
		.size		= l->blob_size,
		.directory	= PULL_DIR,
		.image		= l->name,
	};
	int fd = disk_open(disk), err, left;
	struct blob_image image;
	struct error why;
	char path[256];

	if (fd < 0)
		return error_set(e, -EBADMSG, "%s: has been taken away",
				 disk->path);
	memcpy(b.digest, l->blob_digest, sizeof(b.digest));
	snprintf(path, sizeof(path), PULL_DIR "/%s", l->name);
	err = blob_convert(fd, disk->path, &b, &image, e);
	close(fd);
	if (!err) {
		memcpy(l->root, image.root, sizeof(l->root));
		l->data_blocks = image.data_blocks;
		err = attach(p, path, e);
	}
	left = empty_dir(&why);
	if (left && (!err || err == -EBADMSG)) {
		err = left;
		*e = why;
	}
	return err;
}

/*
 * Try the disks that were not tried yet, from @next on.  Only the content shows
 * whether a disk holds the blob; if it does, other disks cannot do better after
 * a failure.
 *
 * Return: 0, -EBADMSG if none of them holds the blob, or another negative errno
 * value.
 */
static int pull_layer(struct pulled *p, struct layer *l, struct disks *disks,
		      size_t *next, struct error *why)
{
	const struct disk *disk;
	int err;

	while (*next < disks->count) {
		disk = &disks->list[(*next)++];
		if (!has_room(disk, l->blob_size))
			continue;
		err = pull_from(p, l, disk, why);
		if (err)
			error_prefix(why, "the layer %s", l->name);
		if (err != -EBADMSG)
			return err;
		fprintf(stderr, "tarfs-agent: given up: %s\n", why->text);
	}
	return -EBADMSG;
}

static int refuse(const struct layer *l, const struct error *why, size_t disks,
		  struct error *e)
{
	char hex[SHA256_HEX_SIZE];

	if (why->text[0]) {
		*e = *why;
		return -EBADMSG;
	}
	sha256_to_hex(l->blob_digest, hex);
	return error_set(e, -ENOENT,
		"no disk holds the layer %s as a blob of %" PRIu64
		" bytes with the digest sha256:%s (%zu disks were looked at)",
		l->name, l->blob_size, hex, disks);
}

static int find_and_pull(struct pulled *p, struct layer *l,
			 struct disks *disks, double deadline, struct error *e)
{
	static struct error why;
	size_t next = 0;
	int err;

	why.text[0] = '\0';
	do {
		err = disks_look(disks, e);
		if (err)
			return err;
		err = pull_layer(p, l, disks, &next, &why);
	} while (err == -EBADMSG && disks_wait(deadline));
	return err ? refuse(l, &why, disks->count, e) : 0;
}

int pull_layers(struct pull *p, struct podspec *spec, struct disks *disks,
		double deadline, struct error *e)
{
	bool is_first = true;
	size_t i;
	int err;

	for (i = 0; i < spec->layer_count; i++) {
		if (spec->layers[i].source != LAYER_BLOB)
			continue;
		err = is_first ? make_dir(e) : 0;
		is_first = false;
		if (!err)
			err = find_and_pull(&p->list[i], &spec->layers[i],
					    disks, deadline, e);
		if (err)
			return err;
	}
	return 0;
}

void pull_release(struct pull *p)
{
	size_t i;

	for (i = 0; i < PODSPEC_LAYERS_MAX; i++)
		if (p->list[i].loop > 0)
			close(p->list[i].loop);
}
