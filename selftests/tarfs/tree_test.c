// SPDX-License-Identifier: GPL-2.0
/*
 * A mounted image is the tree that GNU tar extracts from the tarball.
 *
 *	tree_test IMAGE [verity]
 *
 * IMAGE is a disk, and IMAGE.manifest describes the tree.  Without dm-verity
 * the tree is compared a second time with cold caches.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
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

/* set up dm-verity on the disk */
static const char *verified(const char *name)
{
	struct verity_image image;
	static char path[32];

	find_image(name, &image);
	errno = set_up_verity(disk(name), &image, path);
	if (errno)
		give_up("cannot set up dm-verity for %s", name);
	return path;
}

int main(int argc, char **argv)
{
	bool verity = argc == 3 && !strcmp(argv[2], "verity");
	char manifest[64];

	if (argc != 2 + verity)
		return 2;
	setlinebuf(stdout);
	snprintf(manifest, sizeof(manifest), "%s.manifest", argv[1]);
	mark_log();
	if (!ok(!try_mount(verity ? verified(argv[1]) : disk(argv[1]), "/mnt",
			   ""), "%s mounts", argv[1]))
		return tap_done();
	check_tree(manifest, "");
	if (!verity) {
		drop_caches();
		check_tree(manifest, ", with cold caches");
	}
	ok(!unmount("/mnt"), "%s unmounts", argv[1]);
	ok(!log_lines("tarfs ("), "the kernel's log has no complaint");
	if (verity)
		remove_verity();
	return tap_done();
}
