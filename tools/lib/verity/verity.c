// SPDX-License-Identifier: GPL-2.0
/*
 * The geometry of a layer image, and the table that maps it.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <endian.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/sha256.h"
#include "base/tarfs_host.h"
#include "merkle.h"
#include "verity.h"

_Static_assert(MERKLE_BLOCK_SIZE == TARFS_BLOCK_SIZE, "one block size");

#define SALT_HEX "00000000000000000000000000000000" \
		 "00000000000000000000000000000000"

_Static_assert(sizeof(SALT_HEX) == 2 * MERKLE_SALT_SIZE + 1, "salt");

static int check_trailer(const uint8_t raw[TARFS_SUPER_SIZE],
			 uint64_t *data_blocks, struct error *e)
{
	struct tarfs_trailer t;

	if (tarfs_all_zero(raw, TARFS_SUPER_SIZE) ||
	    !tarfs_trailer_tail_is_zero(raw))
		return error_set(e, -EINVAL, "there is no trailer at the end");
	memcpy(&t, raw, sizeof(t));
	if (!tarfs_trailer_sizes_fit(&t))
		return error_set(e, -EINVAL,
				 "the trailer says blocks of %" PRIu32
				 " bytes of data and %" PRIu32
				 " bytes of hashes, both must be %d",
				 le32toh(t.data_block_size),
				 le32toh(t.hash_block_size), TARFS_BLOCK_SIZE);
	*data_blocks = le64toh(t.data_blocks);
	if (!*data_blocks)
		return error_set(e, -EINVAL,
				 "the trailer says that there are no data");
	return 0;
}

int verity_geometry_check(const uint8_t trailer[TARFS_SUPER_SIZE],
			  uint64_t size, struct verity_geometry *g,
			  struct error *e)
{
	uint64_t blocks = size / TARFS_BLOCK_SIZE;
	uint64_t data_blocks = 0, tree_blocks;
	int err;

	if (!blocks || size % TARFS_BLOCK_SIZE)
		return error_set(e, -EINVAL, "%" PRIu64
				 " bytes are not whole blocks of %d",
				 size, TARFS_BLOCK_SIZE);
	err = check_trailer(trailer, &data_blocks, e);
	if (err)
		return err;

	/* one block is the trailer's; smaller numbers cannot overflow a sum */
	if (data_blocks > blocks - 1)
		goto too_many;
	tree_blocks = merkle_tree_size(&merkle_layer, data_blocks) / TARFS_BLOCK_SIZE;
	if (tree_blocks > blocks - 1 - data_blocks)
		goto too_many;

	g->data_blocks = data_blocks;
	g->hash_start = data_blocks;
	g->tree_size = tree_blocks * TARFS_BLOCK_SIZE;
	return 0;

too_many:
	return error_set(e, -EINVAL, "the trailer says %" PRIu64
			 " data blocks, which do not fit with their tree into %"
			 PRIu64 " blocks", data_blocks, blocks);
}

int verity_geometry_read(int fd, const char *name, struct verity_geometry *g,
			 struct error *e)
{
	uint8_t trailer[TARFS_SUPER_SIZE] = {};
	uint64_t size;
	int err;

	err = file_size(fd, name, &size, e);
	if (err)
		return err;
	if (size >= sizeof(trailer)) {
		err = file_read_at(fd, name, trailer, sizeof(trailer),
				   size - sizeof(trailer), e);
		if (err)
			return err;
	}
	err = verity_geometry_check(trailer, size, g, e);
	if (err)
		error_prefix(e, "%s: not an image with a hash tree", name);
	return err;
}

void verity_trailer_fill(uint8_t trailer[TARFS_SUPER_SIZE],
			 uint64_t data_blocks)
{
	struct tarfs_trailer t = {
		.data_block_size = htole32(TARFS_BLOCK_SIZE),
		.hash_block_size = htole32(TARFS_BLOCK_SIZE),
		.data_blocks = htole64(data_blocks),
	};

	memset(trailer, 0, TARFS_SUPER_SIZE);
	memcpy(trailer, &t, sizeof(t));
}

/* device-mapper splits a table at white space and drops backslashes */
static bool fits_in_table(const char *device)
{
	const unsigned char *c = (const unsigned char *)device;

	for (; *c; c++)
		if (*c <= ' ' || *c == 0x7f || *c == '\\')
			return false;
	return *device != '\0';
}

/* format the words that @rules require to @buf; return their number */
static int optional_words(const struct verity_rules *rules, const char *root,
			  char *buf, size_t size)
{
	static const char *const policies[] = {
		[VERITY_EIO]		= "",
		[VERITY_RESTART]	= " restart_on_corruption",
		[VERITY_PANIC]		= " panic_on_corruption",
	};

	snprintf(buf, size, "%s%s%s", policies[rules->on_corruption],
		 rules->signature ? " root_hash_sig_key_desc verity:" : "",
		 rules->signature ? root : "");
	return (rules->on_corruption != VERITY_EIO) +
		2 * !!rules->signature;
}

int verity_table(const struct verity_geometry *g,
		 const uint8_t root[MERKLE_DIGEST_SIZE], const char *device,
		 const struct verity_rules *rules, char *buf, size_t size,
		 struct error *e)
{
	char root_hex[SHA256_HEX_SIZE], words[160], count[8] = "";
	int len;

	if (!fits_in_table(device))
		return error_set(e, -EINVAL,
				 "'%s': a table cannot contain this device name",
				 device);
	sha256_to_hex(root, root_hex);
	len = optional_words(rules, root_hex, words, sizeof(words));
	if (len)
		snprintf(count, sizeof(count), " %d", len);
	len = snprintf(buf, size, "1 %s %s %d %d %" PRIu64 " %" PRIu64
		       " sha256 %s %s%s%s", device, device, TARFS_BLOCK_SIZE,
		       TARFS_BLOCK_SIZE, g->data_blocks, g->hash_start,
		       root_hex, SALT_HEX, count, words);
	if (len < 0 || len >= size)
		return error_set(e, -ENAMETOOLONG,
				 "'%s': the device name is too long", device);
	return 0;
}

int verity_root_read(int fd, const char *name,
		     const struct verity_geometry *g,
		     uint8_t root[MERKLE_DIGEST_SIZE], struct error *e)
{
	/* without levels, the root hash is the digest of the data block */
	uint64_t first = g->tree_size ? g->hash_start : 0;
	uint8_t block[TARFS_BLOCK_SIZE];
	struct merkle *m;
	int err;

	err = file_read_at(fd, name, block, sizeof(block),
			   first * TARFS_BLOCK_SIZE, e);
	if (err)
		return err;
	err = merkle_new(&m, &merkle_layer, e);
	if (err)
		return err;
	err = merkle_block_digest(m, block, sizeof(block), root, e);
	merkle_free(m);
	return err;
}
