// SPDX-License-Identifier: GPL-2.0
/*
 * Print the superblock, counts and sections.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <inttypes.h>
#include <dirent.h>
#include <stdio.h>

#include "base/sha256.h"
#include "dump.h"

static const struct {
	int type;
	const char *name;
} types[] = {
	{ DT_REG, "files" },
	{ DT_DIR, "directories" },
	{ DT_LNK, "symbolic links" },
	{ DT_CHR, "character devices" },
	{ DT_BLK, "block devices" },
	{ DT_FIFO, "fifos" },
};

static void print_ids(const struct device *d)
{
	const uint8_t *u = d->uuid;
	char hex[SHA256_HEX_SIZE];

	sha256_to_hex(d->diff_id, hex);
	printf("diff_id    sha256:%s\n", hex);
	printf("uuid       %02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x\n",
	       u[0], u[1], u[2], u[3], u[4], u[5], u[6], u[7], u[8], u[9],
	       u[10], u[11], u[12], u[13], u[14], u[15]);
}

static void print_sections(const struct device *d)
{
	const struct tarfs_range *r;
	int i;

	for (i = 0; i < TARFS2_SECTIONS; i++) {
		r = &d->layout.section[i];
		if (r->end > r->start)
			printf("section    %s: %" PRIu64 " bytes at %" PRIu64
			       "\n", section_names[i],
			       (uint64_t)(r->end - r->start),
			       (uint64_t)r->start);
	}
}

static void print_counts(const struct device *d, const struct counts *c)
{
	size_t i;

	printf("inodes     %" PRIu64 "\n", (uint64_t)d->layout.inodes);
	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (c->inodes[types[i].type])
			printf("           %" PRIu64 " %s\n",
			       c->inodes[types[i].type], types[i].name);
	if (c->nothing)
		printf("           %" PRIu64 " absent\n",
		       c->nothing);
	printf("content    %" PRIu64 " bytes\n", c->bytes);
}

int dump_summary(struct device *d, const char *path, struct error *e)
{
	char hex[SHA256_HEX_SIZE];
	struct counts counts;
	int err;

	err = count_inodes(d, &counts, e);
	if (err)
		return err;
	printf("format     %d\n", d->format);
	if (d->format == 2)
		print_ids(d);
	if (claimed_root(d, hex, e))
		printf("root hash  %s (not verified)\n", hex);
	else if (d->has_trailer)
		printf("root hash  none: %s\n", e->text);
	printf("tar        %" PRIu64 " bytes\n", (uint64_t)d->layout.tar_size);
	printf("data       %" PRIu64 " bytes\n",
	       (uint64_t)d->layout.data_size);
	printf("image      %" PRIu64 " bytes\n", d->size);
	print_counts(d, &counts);
	print_sections(d);
	return 0;
}
