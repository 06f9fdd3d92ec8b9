// SPDX-License-Identifier: GPL-2.0
/*
 * How much a directory tree takes on the disk.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <fts.h>
#include <search.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "usage.h"

#define BLOCK	512	/* bytes, unit of st_blocks */

/* a file with several names; a tree is on one file system */
static int order(const void *a, const void *b)
{
	const ino_t *one = a, *other = b;

	return *one < *other ? -1 : *one > *other;
}

/* return whether a file is seen for the first time, or -ENOMEM */
static int is_new(void **seen, const struct stat *st)
{
	ino_t *ino, **node;

	if (S_ISDIR(st->st_mode) || st->st_nlink < 2)
		return true;
	ino = malloc(sizeof(*ino));
	if (!ino)
		return -ENOMEM;
	*ino = st->st_ino;
	node = tsearch(ino, seen, order);
	if (node && *node == ino)
		return true;
	free(ino);
	return node ? false : -ENOMEM;
}

static int add(FTS *tree, void **seen, uint64_t *size, uint64_t *inodes)
{
	const FTSENT *entry;
	int new;

	for (errno = 0; (entry = fts_read(tree)); errno = 0) {
		if (entry->fts_info == FTS_DP || entry->fts_info == FTS_NS ||
		    entry->fts_info == FTS_ERR || entry->fts_info == FTS_DNR)
			continue;
		new = is_new(seen, entry->fts_statp);
		if (new < 0)
			return new;
		if (!new)
			continue;
		*size += entry->fts_statp->st_blocks * (uint64_t)BLOCK;
		++*inodes;
	}
	return -errno;
}

int usage_measure(const char *path, uint64_t *size, uint64_t *inodes,
		  struct error *e)
{
	char *const roots[] = { (char *)path, NULL };
	void *seen = NULL;
	FTS *tree;
	int err;

	*size = 0;
	*inodes = 0;
	tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR | FTS_XDEV, NULL);
	if (!tree)
		return error_errno(e, "cannot list %s", path);
	err = add(tree, &seen, size, inodes);
	fts_close(tree);
	tdestroy(seen, free);
	return err ? error_set(e, err, "cannot measure %s: %s", path,
			       strerror(-err)) : 0;
}
