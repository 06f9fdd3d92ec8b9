// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzz target: the geometry of a trailer is refused or within the device, and
 * any file can be verified without a crash.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "fuzz.h"
#include "tarfs_fs.h"
#include "verity/verity.h"

#define TABLE_SIZE	1024

/* the table must have the geometry, and as many further words as it counts */
static void validate_table(const struct verity_geometry *g, const char *table,
			   const struct verity_rules *rules)
{
	unsigned int want = (rules->on_corruption != VERITY_EIO) +
		2 * !!rules->signature, count = 0, words = 0;
	uint64_t blocks, start;
	int at = 0;

	if (sscanf(table, "1 8:0 8:0 4096 4096 %" SCNu64 " %" SCNu64
		   " sha256 %*s %*s%n", &blocks, &start, &at) != 2 || !at ||
	    blocks != g->data_blocks || start != g->hash_start)
		abort();
	table += at;
	if (sscanf(table, "%u%n", &count, &at) == 1)
		for (table += at; *table; table++)
			words += *table == ' ';
	if (count != want || words != want)
		abort();
}

static void check_geometry(const struct verity_geometry *g, uint64_t size)
{
	static const uint8_t root[32];
	const struct verity_rules rules = {
		.on_corruption	= g->data_blocks % 3,
		.signature	= g->data_blocks % 2 ? root : NULL,
		.signature_len	= sizeof(root),
	};
	char table[TABLE_SIZE];
	struct error e;

	if (!g->data_blocks || g->data_blocks > size / TARFS_BLOCK_SIZE ||
	    g->hash_start != g->data_blocks ||
	    g->tree_size > size - g->data_blocks * TARFS_BLOCK_SIZE)
		abort();
	if (verity_table(g, root, "8:0", &rules, table, sizeof(table), &e))
		abort();
	validate_table(g, table, &rules);
}

/* 8 bytes of the size of a device, then 512 of a trailer */
static void try_trailer(const uint8_t *data)
{
	struct verity_geometry g;
	struct error e = { "" };
	uint64_t size;

	memcpy(&size, data, sizeof(size));
	if (verity_geometry_check(data + sizeof(size), size, &g, &e) == 0)
		check_geometry(&g, size);
	else if (!*e.text)
		abort();
}

static void try_file(const uint8_t *data, size_t size)
{
	int fd = file_of(data, size);
	struct verity_geometry g;
	uint8_t root[32];
	struct error e;

	if (verity_geometry_read(fd, "input", &g, &e))
		return;
	check_geometry(&g, size);
	if (verity_root_read(fd, "input", &g, root, &e))
		abort();
	if (verity_edge_check(fd, "input", &g, root, &e) &&
	    !verity_verify(fd, "input", &g, root, &e))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size >= sizeof(uint64_t) + TARFS_SUPER_SIZE)
		try_trailer(data);
	try_file(data, size);
	return 0;
}
