// SPDX-License-Identifier: GPL-2.0
/*
 * The rows of the result, and their order: each repetition measures every row
 * on every file system in turn, so that other load on the machine affects all
 * alike.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench.h"

#define LAYERS		20
#define MERGED		"/merged"

static const struct names directories[] = {
	{ "small/%02u", 50, 100, 100, "100" },
	{ "large", 1, 10000, 10000, "10000" },
};

static const struct names million = {
	"million", 1, 1000000, 10000, "1000000"
};

static const struct names in_layers = { "d%02u", 10, 1000, 1000, "overlay" };

static void row_device(const struct turn *t)
{
	const struct image *image = find_image("tree", t->fs->name);
	char path[32];

	if (!image)
		return;
	forget_all();
	attach(image, t->medium, 0, path);
	measure("device", WORK_READ_FILE, path);
	detach(t->medium, 0);
}

static void row_walk(const struct turn *t)
{
	if (!begin(t, "tree", "mount"))
		return;
	measure("walk cold", WORK_WALK, TOP);
	measure("walk warm", WORK_WALK, TOP);
	end(t);
}

static void row_read(const struct turn *t)
{
	if (!begin(t, "tree", "mount"))
		return;
	measure("read in directory order", WORK_READ_TREE, TOP);
	end(t);
}

static void row_read_sorted(const struct turn *t)
{
	static struct list list;

	load_list(&list, "/tree.list");
	if (!begin(t, "tree", "mount"))
		return;
	measure_list("read in path order", WORK_READ_LIST, TOP, &list);
	end(t);
}

static void row_big(const struct turn *t)
{
	static const struct {
		const char *row;
		enum work_op op;
	} works[] = {
		{ "sequential", WORK_READ_FILE },
		{ "random 4 KiB", WORK_READ_RANDOM },
		{ "mmap", WORK_MAP_FILE },
		{ "mmap random", WORK_MAP_RANDOM },
	};
	static const char *const files[] = { "aligned", "unaligned" };
	char path[64], row[64];
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(works); i++) {
		for (j = 0; j < ARRAY_SIZE(files); j++) {
			if (!begin(t, "big", "mount"))
				return;
			snprintf(path, sizeof(path), TOP "/%s", files[j]);
			snprintf(row, sizeof(row), "%s, %s", works[i].row,
				 files[j]);
			measure(row, works[i].op, path);
			end(t);
		}
	}
}

/* look up cold, then warm: with all cached except dentries and inodes */
static void look_twice(const char *top, const struct names *names, int present)
{
	static const char *const states[] = { "cold", "warm" };
	unsigned int i;
	char row[64];

	for (i = 0; i < ARRAY_SIZE(states); i++) {
		if (i)
			forget_names();
		snprintf(row, sizeof(row), "%s in %s, %s",
			 present ? "hit" : "miss", names->row, states[i]);
		measure_look_up(row, top, names, present);
	}
}

static void look_in(const struct turn *t, const char *image,
		    const struct names *names)
{
	struct names some = *names;
	int present;

	if (some.looks >= 1000)
		some.looks /= t->fs->fewer;
	for (present = 0; present < 2; present++) {
		if (!begin(t, image, "mount"))
			return;
		look_twice(TOP, &some, present);
		end(t);
	}
}

static void row_lookups(const struct turn *t)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(directories); i++)
		look_in(t, "names", &directories[i]);
	look_in(t, "million", &million);
}

static void layer_path(char path[32], unsigned int layer)
{
	snprintf(path, 32, "/layers/%u", layer);
}

/* stack the layers, layer 0 lowest; return 0 if there are none */
static int mount_layers(const struct turn *t)
{
	char where[32], name[32], options[1024] = "lowerdir=";
	size_t len = strlen(options);
	unsigned int i;

	for (i = 0; i < LAYERS; i++) {
		const struct image *image;

		snprintf(name, sizeof(name), "layer%u", LAYERS - 1 - i);
		image = find_image(name, t->fs->name);
		if (!image)
			return 0;
		layer_path(where, i);
		mount_image(t, image, i, where);
		len += snprintf(options + len, sizeof(options) - len, "%s%s",
				i ? ":" : "", where);
	}
	if (mount("overlay", MERGED, "overlay", MS_RDONLY, options))
		give_up("cannot mount the overlay");
	return 1;
}

static void unmount_layers(const struct turn *t)
{
	char where[32];
	unsigned int i;

	if (umount(MERGED))
		give_up("cannot unmount the overlay");
	for (i = 0; i < LAYERS; i++) {
		layer_path(where, i);
		unmount_image(t, i, where);
	}
}

static void row_overlay(const struct turn *t)
{
	int present;

	if (!find_image("layer0", t->fs->name))
		return;
	forget_all();
	start();
	mount_layers(t);
	stop("overlay attach and mount", LAYERS);
	measure("overlay walk cold", WORK_WALK, MERGED);
	measure("overlay walk warm", WORK_WALK, MERGED);
	unmount_layers(t);

	for (present = 0; present < 2; present++) {
		forget_all();
		mount_layers(t);
		look_twice(MERGED, &in_layers, present);
		unmount_layers(t);
	}
}

/* measure the cost of the system calls alone, on a tmpfs */
static void measure_floor(void)
{
	static int made;
	unsigned int i;

	if (mkdir("/tmp/small", 0755) && !made)
		give_up("cannot make a directory");
	context.medium = "memory";
	context.fs = "tmpfs";
	for (i = 0; i < ARRAY_SIZE(directories); i++) {
		if (!made)
			make_names("/tmp", &directories[i]);
		look_twice("/tmp", &directories[i], 0);
		look_twice("/tmp", &directories[i], 1);
	}
	made = 1;
}

static void (*const rows[])(const struct turn *t) = {
	row_device,
	row_walk,
	row_read,
	row_read_sorted,
	row_big,
	row_lookups,
	row_overlay,
	row_scales,
};

/* measure one row on all file systems; the first one changes with @rep */
static void all_turns(void (*row)(const struct turn *t), unsigned int rep)
{
	struct turn t;
	unsigned int i;

	for (t.medium = 0; t.medium < MEDIA; t.medium++) {
		for (i = 0; i < FILE_SYSTEMS; i++) {
			t.fs = &file_systems[(i + rep) % FILE_SYSTEMS];
			context.rep = rep;
			context.medium = medium_names[t.medium];
			context.fs = t.fs->name;
			row(&t);
		}
	}
}

void run_all(unsigned int reps)
{
	unsigned int rep, i;

	warm_up();
	for (rep = 0; rep < reps; rep++) {
		for (i = 0; i < ARRAY_SIZE(rows); i++)
			all_turns(rows[i], rep);
		measure_floor();
	}
}
