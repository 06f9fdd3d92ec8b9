// SPDX-License-Identifier: GPL-2.0
/*
 * Trees other than those of layer images, for veritysetup(8) and its likes.
 *
 * The superblock is the one that cryptsetup's documentation calls version 1 of
 * the "dm-verity on-disk specification".
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/hex.h"
#include "base/number.h"
#include "base/sha256.h"
#include "verity_options.h"

/* veritysetup's; all integers are little-endian */
struct verity_super {
	uint8_t signature[8];
	uint32_t version;
	uint32_t hash_type;		/* 1: salt in front */
	uint8_t uuid[VERITY_UUID_SIZE];
	uint8_t algorithm[32];
	uint32_t data_block_size;
	uint32_t hash_block_size;
	uint64_t data_blocks;
	uint16_t salt_size;
	uint8_t reserved1[6];
	uint8_t salt[MERKLE_SALT_MAX];
	uint8_t reserved2[168];
};

_Static_assert(sizeof(struct verity_super) == VERITY_SUPER_SIZE, "superblock");

const struct verity_options verity_default = {
	.tree = MERKLE_LAYER,
};

/* up to @max bytes; how many, or -1 */
static int parse_hex(const char *hex, uint8_t *bytes, size_t max)
{
	size_t len = strlen(hex), i;
	int high, low;

	if (len % 2 || len / 2 > max)
		return -1;
	for (i = 0; i < len / 2; i++) {
		high = hex_digit(hex[2 * i]);
		low = hex_digit(hex[2 * i + 1]);
		if (high < 0 || low < 0)
			return -1;
		bytes[i] = high << 4 | low;
	}
	return len / 2;
}

int verity_parse_hash(void *options, const char *value, struct error *e)
{
	struct verity_options *o = options;

	if (!merkle_digest_size(value))
		return error_set(e, -EINVAL,
				 "--hash must be sha256 or sha512, not %s",
				 value);
	o->tree.hash = value;
	return 0;
}

int verity_parse_salt(void *options, const char *value, struct error *e)
{
	struct verity_options *o = options;
	int len = strcmp(value, "-") ? parse_hex(value, o->tree.salt,
						 sizeof(o->tree.salt)) : 0;

	if (len < 0 || !*value)
		return error_set(e, -EINVAL,
				 "--salt must be up to %d bytes in hexadecimal digits, or -, not %s",
				 MERKLE_SALT_MAX, value);
	o->tree.salt_len = len;
	return 0;
}

int verity_parse_block(void *size, const char *value, struct error *e)
{
	uint64_t n;

	if (number_parse(value, 512, MERKLE_BLOCK_SIZE, &n) || n & (n - 1))
		return error_set(e, -EINVAL,
				 "a block size must be 512, 1024, 2048 or 4096, not %s",
				 value);
	*(uint32_t *)size = n;
	return 0;
}

/* 8-4-4-4-12 hexadecimal digits */
int verity_parse_uuid(void *options, const char *value, struct error *e)
{
	struct verity_options *o = options;
	static const uint8_t dashes[] = { 8, 13, 18, 23 };
	char digits[2 * VERITY_UUID_SIZE + 1];
	size_t i, n = 0, dash = 0;

	for (i = 0; value[i] && n < sizeof(digits) - 1; i++) {
		if (dash < sizeof(dashes) && i == dashes[dash]) {
			if (value[i] != '-')
				break;
			dash++;
		} else {
			digits[n++] = value[i];
		}
	}
	digits[n] = '\0';
	if (value[i] || parse_hex(digits, o->uuid, sizeof(o->uuid)) !=
	    sizeof(o->uuid))
		return error_set(e, -EINVAL, "%s is not a UUID", value);
	return 0;
}

static bool is_default(const struct verity_options *o)
{
	const struct verity_options *d = &verity_default;

	return !strcmp(o->tree.hash, d->tree.hash) &&
	       o->tree.data_block == d->tree.data_block &&
	       o->tree.hash_block == d->tree.hash_block &&
	       o->tree.salt_len == d->tree.salt_len &&
	       !memcmp(o->tree.salt, d->tree.salt, d->tree.salt_len) &&
	       !memcmp(o->uuid, d->uuid, sizeof(o->uuid));
}

static int make_uuid(struct verity_options *o, struct error *e)
{
	if (memcmp(o->uuid, verity_default.uuid, sizeof(o->uuid)))
		return 0;
	if (getrandom(o->uuid, sizeof(o->uuid), 0) != sizeof(o->uuid))
		return error_errno(e, "cannot make a uuid");
	o->uuid[6] = (o->uuid[6] & 0x0f) | 0x40;	/* RFC 4122, random */
	o->uuid[8] = (o->uuid[8] & 0x3f) | 0x80;
	return 0;
}

int verity_options_finish(struct verity_options *o, struct error *e)
{
	if (o->superblock)
		return make_uuid(o, e);
	if (is_default(o))
		return 0;
	return error_set(e, -EINVAL,
			 "a trailer cannot tell of another hash, salt, block size or uuid; add --superblock");
}

void verity_super_fill(uint8_t super[VERITY_SUPER_SIZE],
		       const struct verity_options *o, uint64_t data_size)
{
	struct verity_super s = {
		.signature = "verity\0",
		.version = htole32(1),
		.hash_type = htole32(1),
		.data_block_size = htole32(o->tree.data_block),
		.hash_block_size = htole32(o->tree.hash_block),
		.data_blocks = htole64(data_size / o->tree.data_block),
		.salt_size = htole16(o->tree.salt_len),
	};

	memcpy(s.uuid, o->uuid, sizeof(s.uuid));
	memcpy(s.algorithm, o->tree.hash, strlen(o->tree.hash));
	memcpy(s.salt, o->tree.salt, o->tree.salt_len);
	memcpy(super, &s, sizeof(s));
}
