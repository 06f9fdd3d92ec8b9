// SPDX-License-Identifier: GPL-2.0
/*
 * Map an image by dm-verity.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <limits.h>

#include "mapping.h"
#include "signature.h"
#include "tarfs_fs.h"
#include "verity.h"

#define TABLE_SIZE	(2 * PATH_MAX + 512)

int verity_activate(const char *name, const char *device,
		    const struct verity_geometry *g, const uint8_t root[32],
		    const struct verity_rules *rules, struct error *e)
{
	char table[TABLE_SIZE];
	const struct mapping m = {
		.name		= name,
		.device		= device,
		.type		= "verity",
		.params		= table,
		.sectors	= g->data_blocks *
				  (TARFS_BLOCK_SIZE / MAPPING_SECTOR),
	};
	int32_t key;
	int err;

	err = verity_table(g, root, device, rules, table, sizeof(table), e);
	if (err)
		return err;
	err = signature_load(rules, root, &key, e);
	if (err)
		return err;
	err = mapping_create(&m, e);
	signature_unload(key);
	return err;
}

/* remove only mappings that verity_activate() can create */
int verity_deactivate(const char *name, struct error *e)
{
	return mapping_remove(name, "verity", e);
}
