/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Comparing a mounted tree with the manifest that the host made of it.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_SELFTESTS_TREE_H
#define TARFS_SELFTESTS_TREE_H

enum tree_claim {
	TREE_THERE,		/* every entry can be looked up */
	TREE_TYPE,
	TREE_MODE,
	TREE_OWNER,
	TREE_NLINK,
	TREE_SIZE,
	TREE_MTIME,
	TREE_RDEV,
	TREE_CONTENT,		/* of files, and targets of links */
	TREE_XATTRS,
	TREE_SAME,		/* hard links are one inode */
	TREE_LISTED,		/* readdir returns these entries only */
	TREE_CLAIMS
};

extern const char *const tree_claims[TREE_CLAIMS];

/*
 * @errors: system calls that failed with EIO or EUCLEAN: they refuse corrupt
 *	data, and are no wrong answers
 * @eio: those with EIO
 */
struct tree_result {
	unsigned int entries;
	unsigned int errors;
	unsigned int eio;
	unsigned int wrong[TREE_CLAIMS];
	char first[TREE_CLAIMS][256];	/* first path with a wrong answer */
};

/* fill @result; ends the test if there is no manifest */
void compare_tree(const char *root, const char *manifest,
		  struct tree_result *result);
unsigned int tree_wrong(const struct tree_result *result);

#endif /* TARFS_SELFTESTS_TREE_H */
