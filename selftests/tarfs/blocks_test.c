// SPDX-License-Identifier: GPL-2.0
/*
 * Devices of any logical block size: every file reads correctly, and each
 * request is for whole blocks.
 *
 *	blocks_test
 *
 * Needs the files rich.2.data, rich.2.manifest and bulk.2.layout, trees
 * rich.2.tree-SIZE with lines in "roots", the disks bulk.2 and rich.2 with
 * blocks of 512 bytes, and rich.2-4096 with blocks of 4096.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <string.h>

#include "corrupt.h"
#include "guest.h"
#include "pages.h"
#include "trace.h"
#include "tree.h"

#define DATA		"rich.2.data"
#define MANIFEST	"rich.2.manifest"

static const unsigned int sizes[] = { 512, 1024, 2048, 4096 };

#define SIZES		(sizeof(sizes) / sizeof(*sizes))

/* mount @device, with blocks of @size bytes, and read all of it */
static void check_device(const char *device, unsigned int size,
			 const char *what)
{
	static struct tree_result result;
	struct requests r;

	watch_requests(device);
	mark_log();
	if (!ok(!try_mount(device, "/mnt", ""), "%s of %u bytes: mounts", what,
		size))
		return;
	drop_caches();
	compare_tree("/mnt", MANIFEST, &result);
	ok(!tree_wrong(&result) && !result.errors,
	   "%s of %u bytes: all is as it should be", what, size);
	ok(!walk_anything("/mnt").all, "%s of %u bytes: nothing is refused", what,
	   size);
	r = new_requests();
	ok(r.count && r.unit >= size, "%s of %u bytes: no request is for less",
	   what, size);
	ok(!log_lines("tarfs (") && !log_lines("unaligned"),
	   "%s of %u bytes: the kernel's log has no complaint", what, size);
	ok(!unmount("/mnt"), "%s of %u bytes: unmounts", what, size);
}

static void test_loop(unsigned int size)
{
	char loop[32];

	check_device(attach_loop(DATA, size, loop), size, "a loop device");
	detach_loop(loop);
}

/* large files, aligned and unaligned, and small ones that are read ahead */
static void test_large(unsigned int size)
{
	struct requests r;
	char loop[32];

	attach_loop(disk("bulk.2"), size, loop);
	watch_requests(loop);
	must_mount(loop, "/mnt");
	ok(all_is_right("bulk.2", read_by_page),
	   "blocks of %u bytes: large files are right", size);
	drop_caches();
	ok(all_is_right("bulk.2", read_by_mapping),
	   "blocks of %u bytes: and through mappings", size);
	r = new_requests();
	ok(r.bytes > r.count * 8 * PAGE && r.unit >= size,
	   "blocks of %u bytes: %u requests, of whole blocks", size, r.count);
	ok(!unmount("/mnt"), "unmounts");
	detach_loop(loop);
}

/* data and hash tree on separate devices */
static void test_verity(unsigned int size)
{
	char tree[32], data[32], hashes[32], device[32];
	struct verity_image layer;

	snprintf(tree, sizeof(tree), "rich.2.tree-%u", size);
	find_image(tree, &layer);
	layer.data_block = size;
	layer.tree = attach_loop(tree, 0, hashes);
	attach_loop(DATA, 0, data);
	errno = set_up_verity(data, &layer, device);
	if (errno)
		give_up("cannot set up dm-verity with blocks of %u", size);
	check_device(device, size, "dm-verity");
	remove_verity();
	detach_loop(data);
	detach_loop(hashes);
}

int main(void)
{
	size_t i;

	setlinebuf(stdout);
	for (i = 0; i < SIZES; i++)
		test_loop(sizes[i]);
	for (i = 0; i < SIZES; i++)
		test_large(sizes[i]);
	for (i = 0; i < SIZES; i++)
		test_verity(sizes[i]);
	check_device(disk("rich.2"), 512, "a disk");
	check_device(disk("rich.2-4096"), 4096, "a disk");
	return tap_done();
}
