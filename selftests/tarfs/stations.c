// SPDX-License-Identifier: GPL-2.0
/*
 * The devices that generated files are read from: disks, loop devices and
 * dm-verity with all block sizes, and two with an unreadable part.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "guest.h"
#include "mapper.h"
#include "stations.h"

#define SECTOR		512
#define BAD		"reads-bad"

static char tree_loop[32], data_loop[32];	/* below dm-verity */
static struct damage damage;

static const char *image_of(const struct station *s)
{
	return s->format == 1 ? "reads.1" : "reads.2";
}

static void open_disk(const struct station *s, char path[32])
{
	char name[32];

	if (s->block == SECTOR)
		snprintf(name, sizeof(name), "%s", image_of(s));
	else
		snprintf(name, sizeof(name), "reads-%u", s->block);
	snprintf(path, 32, "%s", disk(name));
}

static void close_disk(const struct station *s, const char *path)
{
	(void)s;
	(void)path;
}

static void open_loop(const struct station *s, char path[32])
{
	attach_loop(disk(image_of(s)), s->block, path);
}

static void close_loop(const struct station *s, const char *path)
{
	(void)s;
	detach_loop(path);
}

static void open_verity(const struct station *s, char path[32])
{
	struct verity_image image;

	find_image(image_of(s), &image);
	errno = set_up_verity(disk(image_of(s)), &image, path);
	if (errno)
		give_up("cannot set up dm-verity");
}

static void close_verity(const struct station *s, const char *path)
{
	(void)s;
	(void)path;
	remove_verity();
}

/* dm-verity with its tree on a separate device */
static void open_small_verity(const struct station *s, char path[32])
{
	struct verity_image image;
	char tree[32];

	snprintf(tree, sizeof(tree), "reads.tree%u", s->block);
	find_image(tree, &image);
	image.data_block = s->block;
	image.tree = attach_loop(disk(tree), 0, tree_loop);
	attach_loop(disk("reads.2"), 0, data_loop);
	errno = set_up_verity(data_loop, &image, path);
	if (errno)
		give_up("cannot set up dm-verity with blocks of %u", s->block);
}

static void close_small_verity(const struct station *s, const char *path)
{
	(void)s;
	(void)path;
	remove_verity();
	detach_loop(data_loop);
	detach_loop(tree_loop);
}

static void open_bad(const struct station *s, char path[32])
{
	struct map_row rows[3];

	(void)s;
	errno = map_device(BAD, rows, rows_without(disk("reads.2"), &damage, rows),
			   path);
	if (errno)
		give_up("cannot make a device with bad blocks");
}

static void close_bad(const struct station *s, const char *path)
{
	(void)s;
	(void)path;
	unmap_device(BAD);
}

static void open_bad_verity(const struct station *s, char path[32])
{
	struct verity_image image;

	open_bad(s, data_loop);
	find_image(image_of(s), &image);
	errno = set_up_verity(data_loop, &image, path);
	if (errno)
		give_up("cannot set up dm-verity");
}

static void close_bad_verity(const struct station *s, const char *path)
{
	remove_verity();
	close_bad(s, path);
}

static const struct station_kind on_disk = { open_disk, close_disk };
static const struct station_kind on_loop = { open_loop, close_loop };
static const struct station_kind on_verity = { open_verity, close_verity };
static const struct station_kind on_small_verity = { open_small_verity, close_small_verity };
static const struct station_kind on_bad_disk = { open_bad, close_bad };
static const struct station_kind on_bad_verity = { open_bad_verity, close_bad_verity };

const struct station stations[STATIONS] = {
	{ "dm-verity of 4096",		2, 4096, false, &on_verity },
	{ "a disk of 512",		2, 512, false, &on_disk },
	{ "dm-verity of 512",		2, 512, false, &on_small_verity },
	{ "a loop device of 4096",	2, 4096, false, &on_loop },
	{ "dm-verity of 4096, format 1", 1, 4096, false, &on_verity },
	{ "a disk of 4096",		2, 4096, false, &on_disk },
	{ "a loop device of 512",	2, 512, false, &on_loop },
	{ "a disk with a bad part",	2, 512, true, &on_bad_disk },
	{ "dm-verity of 1024",		2, 1024, false, &on_small_verity },
	{ "a disk of 2048",		2, 2048, false, &on_disk },
	{ "a loop device of 1024",	2, 1024, false, &on_loop },
	{ "dm-verity of 2048",		2, 2048, false, &on_small_verity },
	{ "a disk of 1024",		2, 1024, false, &on_disk },
	{ "a loop device of 2048",	2, 2048, false, &on_loop },
	{ "a disk of 512, format 1",	1, 512, false, &on_disk },
	{ "dm-verity on a disk with a bad part", 2, 4096, true, &on_bad_verity },
};

void set_damage(const struct damage *bad)
{
	damage = *bad;
}

void mend_damage(void)
{
	static const struct damage none;
	struct map_row rows[3];

	errno = remap_device(BAD, rows,
			     rows_without(disk("reads.2"), &none, rows));
	if (errno)
		give_up("cannot mend the device");
}
