// SPDX-License-Identifier: GPL-2.0
/*
 * List files as "tar tv" does.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "dump.h"

static const char type_letters[] = "?pc?d?b?-?l?s???";

static void put_mode(uint16_t mode)
{
	char text[] = "?rwxrwxrwx";
	int i;

	text[0] = type_letters[mode >> 12];
	for (i = 0; i < 9; i++)
		if (!(mode & 0400 >> i))
			text[1 + i] = '-';
	if (mode & S_ISUID)
		text[3] = text[3] == 'x' ? 's' : 'S';
	if (mode & S_ISGID)
		text[6] = text[6] == 'x' ? 's' : 'S';
	if (mode & S_ISVTX)
		text[9] = text[9] == 'x' ? 't' : 'T';
	fputs(text, stdout);
}

/* Print the time in UTC, or seconds if gmtime() cannot convert them. */
static void put_time(const struct reader_inode *inode)
{
	time_t when = inode->mtime;
	char text[64];
	struct tm tm;

	if (gmtime_r(&when, &tm) && tm.tm_year < 8100 && tm.tm_year > -1900 &&
	    strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm))
		printf(" %s", text);
	else
		printf(" @%" PRId64, inode->mtime);
	if (inode->mtime_nsec)
		printf(".%09" PRIu32, inode->mtime_nsec);
}

static int list_one(void *ctx, const char *path,
		    const struct reader_inode *inode, struct error *e)
{
	char target[TARFS_TARGET_MAX + 1], owner[32];
	int err = 0;

	snprintf(owner, sizeof(owner), "%" PRIu32 "/%" PRIu32, inode->uid,
		 inode->gid);
	put_mode(inode->mode);
	printf(" %3" PRIu32 " %-11s", inode->nlink, owner);
	if (S_ISCHR(inode->mode) || S_ISBLK(inode->mode))
		printf(" %6" PRIu32 ",%3" PRIu32, inode->major, inode->minor);
	else
		printf(" %10" PRIu64, inode->size);
	put_time(inode);
	printf(" /%s", plain_name(path, strlen(path)));
	if (S_ISLNK(inode->mode))
		err = reader_target(ctx, inode, target, e);
	if (S_ISLNK(inode->mode) && !err)
		printf(" -> %s", plain_name(target, inode->size));
	putchar('\n');
	return err;
}

int dump_list(struct device *d, const char *path, struct error *e)
{
	return reader_walk(d, path ? path : "", list_one, d, e);
}
