// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzz target: fsck.tarfs checks any image to its end.  The checksum of a
 * superblock of format 2 is corrected first, or nothing behind it would be
 * reached.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <endian.h>
#include <stdio.h>
#include <string.h>

#include "base/siphash.h"
#include "fsck.h"
#include "fuzz.h"

#define PATH_SIZE	32

static void put_right(uint8_t *image, size_t size)
{
	static const struct siphash_key key;
	struct tarfs2_super super;
	uint8_t *end = image + size - sizeof(super);

	memcpy(&super, end, sizeof(super));
	if (le64toh(super.magic) != TARFS2_MAGIC)
		return;
	super.checksum = 0;
	super.checksum = htole64(siphash(&super, sizeof(super), &key));
	memcpy(end, &super, sizeof(super));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fsck f = { .quiet = true };
	struct error e;
	char path[PATH_SIZE];
	uint8_t *image;

	if (size < sizeof(struct tarfs2_super))
		return 0;
	image = malloc(size);
	memcpy(image, data, size);
	put_right(image, size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", file_of(image, size));
	if (check_image(&f, path, &e) > 0)
		abort();
	free(image);
	return 0;
}
