// SPDX-License-Identifier: GPL-2.0
/*
 * Print a manifest in mtree(5), with the same lines as bsdtar.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <inttypes.h>
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "base/sha256.h"
#include "dump.h"

/* Print the keywords that depend on the type. */
static int put_more(struct device *d, const struct reader_inode *inode,
		    struct error *e)
{
	char target[TARFS_TARGET_MAX + 1], hex[SHA256_HEX_SIZE];
	int err = 0;

	switch (inode->mode & S_IFMT) {
	case S_IFCHR:
	case S_IFBLK:
		printf(" device=native,%" PRIu32 ",%" PRIu32, inode->major,
		       inode->minor);
		break;
	case S_IFLNK:
		err = reader_target(d, inode, target, e);
		if (!err)
			printf(" link=%s", mtree_name(target, inode->size));
		break;
	case S_IFREG:
		err = content_digest(d, inode, hex, e);
		if (!err)
			printf(" size=%" PRIu64 " sha256digest=%s",
			       inode->size, hex);
		break;
	}
	return err;
}

static int put_line(void *ctx, const char *path,
		    const struct reader_inode *inode, struct error *e)
{
	int err;

	printf(".%s%s", *path ? "/" : "", mtree_name(path, strlen(path)));
	if (!S_ISDIR(inode->mode) && inode->nlink != 1)
		printf(" nlink=%" PRIu32, inode->nlink);
	printf(" time=%" PRId64 ".%" PRIu32 " mode=%o gid=%" PRIu32 " uid=%"
	       PRIu32 " type=%s", inode->mtime, inode->mtime_nsec,
	       inode->mode & 07777, inode->gid, inode->uid,
	       type_names[inode->mode >> 12]);
	err = put_more(ctx, inode, e);
	putchar('\n');
	return err;
}

int dump_mtree(struct device *d, const char *path, struct error *e)
{
	puts("#mtree");
	return reader_walk(d, path ? path : "", put_line, d, e);
}
