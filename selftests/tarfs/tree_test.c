// SPDX-License-Identifier: GPL-2.0
/*
 * Is a mounted image the tree that GNU tar extracts from the tarball?
 *
 *	tree_test MANIFEST DISK [verity]
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "guest.h"
#include "tree.h"

static void check_tree(const char *manifest, const char *when)
{
	static struct tree_result result;
	int i;

	compare_tree("/mnt", manifest, &result);
	for (i = 0; i < TREE_CLAIMS; i++)
		if (!ok(!result.wrong[i], "%s%s", tree_claims[i], when))
			printf("# %u wrong of %u, the first is %s\n",
			       result.wrong[i], result.entries,
			       result.first[i]);
	ok(!result.errors, "nothing is refused%s (%u entries)", when,
	   result.entries);
}

int main(int argc, char **argv)
{
	struct verity_image image;
	char verity[32];
	const char *device;

	if (argc < 3 || argc > 4)
		return 2;
	setlinebuf(stdout);
	device = disk(argv[2]);
	if (argc == 4) {
		find_image(argv[2], &image);
		if (set_up_verity(device, &image, verity))
			give_up("cannot set up dm-verity for %s", argv[2]);
		device = verity;
	}
	mark_log();
	if (!ok(!try_mount(device, "/mnt", ""), "mounts"))
		return tap_done();
	check_tree(argv[1], "");
	drop_caches();
	check_tree(argv[1], ", with cold caches");
	ok(!unmount("/mnt"), "unmounts");
	ok(!log_lines("tarfs ("), "the kernel's log has no complaint");
	if (argc == 4)
		remove_verity();
	return tap_done();
}
