// SPDX-License-Identifier: GPL-2.0
/*
 * Test the file system for scratch storage with e2fsck.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scratch/mkfs.h"
#include "tap.h"

#define MIB	(1024 * 1024ULL)

#define TEMPLATE	"/tmp/test_mkfs.XXXXXX"

/* make a file of @size bytes that begins and ends with other bytes than zero */
static int make_file(char *name, uint64_t size)
{
	int fd;

	strcpy(name, TEMPLATE);
	fd = mkstemp(name);
	if (fd < 0 || ftruncate(fd, size) ||
	    pwrite(fd, name, sizeof(TEMPLATE), 0) < 0 ||
	    pwrite(fd, name, sizeof(TEMPLATE), size - sizeof(TEMPLATE)) < 0)
		return -1;
	close(fd);
	return 0;
}

static int is_sound(const char *name)
{
	char command[128];

	snprintf(command, sizeof(command),
		 "PATH=$PATH:/sbin:/usr/sbin e2fsck -fn %s >&2", name);
	return !system(command);
}

static void test_sizes(void)
{
	static const uint64_t sizes[] = {
		16 * MIB, 32 * MIB - 4096, 128 * MIB, 128 * MIB + 4096,
		1000 * MIB, 3000 * MIB
	};
	char name[sizeof(TEMPLATE)];
	struct error e = { "" };
	size_t i;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		ok(!make_file(name, sizes[i]) &&
		   !mkfs_ext4(name, sizes[i], &e) && is_sound(name),
		   "a file system in %" PRIu64 " bytes", sizes[i]);
		unlink(name);
	}
}

static void test_failures(void)
{
	char name[sizeof(TEMPLATE)];
	struct error e = { "" };

	ok(mkfs_ext4("/nonexistent", 16 * MIB, &e) && e.text[0],
	   "no device: %s", e.text);
	ok(!make_file(name, 16 * MIB) && mkfs_ext4(name, 8192, &e) && e.text[0],
	   "two blocks are too few: %s", e.text);
	unlink(name);
}

int main(void)
{
	test_sizes();
	test_failures();
	return tap_done();
}
