// SPDX-License-Identifier: GPL-2.0
/*
 * dm-verity and a mount of a large layer take less than LIMIT of memory before
 * anything is read.
 *
 *	footprint_test IMAGE
 *
 * IMAGE is a disk with a hash tree and a line in the file "roots".
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <string.h>

#include "guest.h"
#include "used.h"

#define LIMIT		1024		/* KiB */
#define LEAST_SIZE	(250ULL * 1000 * 1000)

static void test_footprint(const char *image)
{
	static char ballast[LIMIT * 1024];
	struct verity_image layer;
	char device[32];
	long before, mapped, mounted, noticed;

	find_image(image, &layer);
	ok(layer.data_size >= LEAST_SIZE, "%s has %llu bytes", image,
	   (unsigned long long)layer.data_size);
	before = used_memory();
	errno = set_up_verity(disk(image), &layer, device);
	if (errno)
		give_up("cannot set up dm-verity");
	mapped = used_memory();
	must_mount(device, "/mnt");
	mounted = used_memory();
	memset(ballast, 1, sizeof(ballast));
	noticed = used_memory();
	ok(mounted - before <= LIMIT,
	   "%s takes %ld KiB mapped and %ld more mounted", image,
	   mapped - before, mounted - mapped);
	ok(noticed - mounted > LIMIT / 2, "%d KiB more would be noticed: %ld",
	   LIMIT, noticed - mounted);
	ok(!unmount("/mnt"), "unmounts");
	remove_verity();
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	setlinebuf(stdout);
	test_footprint(argv[1]);
	return tap_done();
}
