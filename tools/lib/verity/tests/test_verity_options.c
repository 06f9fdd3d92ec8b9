// SPDX-License-Identifier: GPL-2.0
/*
 * Options of hash trees: which values are valid, the superblock that records
 * them, and which of them need a superblock.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <endian.h>
#include <errno.h>
#include <string.h>

#include "tap.h"
#include "verity/verity_options.h"

#define COUNT(rows)	(sizeof(rows) / sizeof((rows)[0]))
#define UUID		"01234567-89ab-cdef-FEDC-ba9876543210"
#define SALT64		"000102030405060708090a0b0c0d0e0f" \
			"101112131415161718191a1b1c1d1e1f" \
			"202122232425262728292a2b2c2d2e2f" \
			"303132333435363738393a3b3c3d3e3f"
#define SALT256		SALT64 SALT64 SALT64 SALT64

/* ---- values ---- */

static const struct {
	int option;
	const char *value;
	bool valid;
} values[] = {
	{ VERITY_OPTION_HASH, "sha256", true },
	{ VERITY_OPTION_HASH, "sha512", true },
	{ VERITY_OPTION_HASH, "sha1", false },
	{ VERITY_OPTION_HASH, "", false },
	{ VERITY_OPTION_SALT, "-", true },
	{ VERITY_OPTION_SALT, "00", true },
	{ VERITY_OPTION_SALT, "fF", true },
	{ VERITY_OPTION_SALT, SALT256, true },
	{ VERITY_OPTION_SALT, SALT256 "00", false },
	{ VERITY_OPTION_SALT, "", false },
	{ VERITY_OPTION_SALT, "0", false },
	{ VERITY_OPTION_SALT, "000", false },
	{ VERITY_OPTION_SALT, "0g", false },
	{ VERITY_OPTION_SALT, "g0", false },
	{ VERITY_OPTION_SALT, "--", false },
	{ VERITY_OPTION_DATA_BLOCK, "512", true },
	{ VERITY_OPTION_DATA_BLOCK, "1024", true },
	{ VERITY_OPTION_DATA_BLOCK, "2048", true },
	{ VERITY_OPTION_DATA_BLOCK, "4096", true },
	{ VERITY_OPTION_DATA_BLOCK, "04096", true },
	{ VERITY_OPTION_DATA_BLOCK, "256", false },
	{ VERITY_OPTION_DATA_BLOCK, "8192", false },
	{ VERITY_OPTION_DATA_BLOCK, "1536", false },
	{ VERITY_OPTION_DATA_BLOCK, "0", false },
	{ VERITY_OPTION_DATA_BLOCK, "", false },
	{ VERITY_OPTION_DATA_BLOCK, "+512", false },
	{ VERITY_OPTION_DATA_BLOCK, " 512", false },
	{ VERITY_OPTION_DATA_BLOCK, "512 ", false },
	{ VERITY_OPTION_DATA_BLOCK, "512k", false },
	{ VERITY_OPTION_DATA_BLOCK, "0x200", false },
	{ VERITY_OPTION_DATA_BLOCK, "9", false },
	{ VERITY_OPTION_DATA_BLOCK, ":512", false },
	{ VERITY_OPTION_HASH_BLOCK, "4096", true },
	{ VERITY_OPTION_HASH_BLOCK, "4095", false },
	{ VERITY_OPTION_UUID, UUID, true },
	{ VERITY_OPTION_UUID, UUID "0", false },
	{ VERITY_OPTION_UUID, UUID "-", false },
	{ VERITY_OPTION_UUID, "01234567-89ab-cdef-fedc-ba987654321", false },
	{ VERITY_OPTION_UUID, "0123456789ab-cdef-fedc-ba9876543210", false },
	{ VERITY_OPTION_UUID, "0123456-789ab-cdef-fedc-ba9876543210", false },
	{ VERITY_OPTION_UUID, "01234567-89ab-cdef-fedcba9876543210", false },
	{ VERITY_OPTION_UUID, "01234567-89ab-cdef-fedc-ba987654321g", false },
	{ VERITY_OPTION_UUID, "", false },
	{ VERITY_OPTION_UUID, "01234567", false },
	{ VERITY_OPTION_SUPERBLOCK, NULL, true },
	{ 999, "", false },
	{ VERITY_OPTION_SUPERBLOCK + 1, "", false },
};

static void test_no_salt(void)
{
	struct verity_options o = verity_default;
	struct error e;

	ok(!verity_option(&o, VERITY_OPTION_SALT, "-", &e) && !o.tree.salt_len,
	   "a salt of \"-\" is none: %u bytes", (unsigned int)o.tree.salt_len);
	ok(!verity_option(&o, VERITY_OPTION_SALT, "0aFf", &e) &&
	   o.tree.salt_len == 2 && o.tree.salt[0] == 0x0a &&
	   o.tree.salt[1] == 0xff, "a salt of two bytes");
}

static void test_values(void)
{
	const size_t plain = offsetof(struct merkle_params, salt);
	size_t i;

	for (i = 0; i < COUNT(values); i++) {
		struct verity_options o = verity_default;
		struct error e = { "" };
		int err = verity_option(&o, values[i].option, values[i].value,
					&e);

		ok(values[i].valid ? !err && !e.text[0] :
		   err == -EINVAL && e.text[0] &&
		   !memcmp(&o.tree, &verity_default.tree, plain),
		   "option %d: \"%s\": %d %s", values[i].option,
		   values[i].value ? values[i].value : "", err, e.text);
	}
}

/* ---- results ---- */

static void take(struct verity_options *o, int option, const char *value)
{
	struct error e = { "" };

	if (verity_option(o, option, value, &e))
		printf("# %s\n", e.text);
}

static void test_superblock(void)
{
	/* the layout of dm-verity's on-disk format */
	static const uint8_t start[] = {
		'v', 'e', 'r', 'i', 't', 'y', 0, 0, 1, 0, 0, 0, 1, 0, 0, 0,
		0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef,
		0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54, 0x32, 0x10,
		's', 'h', 'a', '5', '1', '2', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
		0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
		0, 2, 0, 0, 0, 8, 0, 0, 3, 1, 0, 0, 0, 0, 0, 0,
		3, 0, 0, 0, 0, 0, 0, 0, 0x12, 0xab, 0xcd, 0,
	};
	struct verity_options o = verity_default;
	uint8_t super[VERITY_SUPER_SIZE];
	struct error e = { "" };
	size_t i, other = 0;

	memset(super, 0xff, sizeof(super));
	take(&o, VERITY_OPTION_SUPERBLOCK, NULL);
	take(&o, VERITY_OPTION_HASH, "sha512");
	take(&o, VERITY_OPTION_SALT, "12abcd");
	take(&o, VERITY_OPTION_DATA_BLOCK, "512");
	take(&o, VERITY_OPTION_HASH_BLOCK, "2048");
	take(&o, VERITY_OPTION_UUID, UUID);
	ok(!verity_options_finish(&o, &e), "all options: %s", e.text);
	verity_super_fill(super, &o, 0x103 * 512);
	ok(!memcmp(super, start, sizeof(start)), "the superblock has them");
	for (i = sizeof(start); i < sizeof(super); i++)
		other += !!super[i];
	ok(!other, "and the rest of it is zero");
}

/* in 64 uuids each random bit is 0 in some and 1 in others */
static void test_random_bits(void)
{
	static const uint8_t fixed[VERITY_UUID_SIZE] = {
		[6] = 0xf0, [8] = 0xc0,
	};
	uint8_t zeros[VERITY_UUID_SIZE] = { }, ones[VERITY_UUID_SIZE] = { };
	int i, n, stuck = 0, moving = 0;

	for (n = 0; n < 64; n++) {
		struct verity_options o = verity_default;
		struct error e;

		o.superblock = true;
		if (verity_options_finish(&o, &e))
			break;
		for (i = 0; i < VERITY_UUID_SIZE; i++) {
			zeros[i] |= ~o.uuid[i];
			ones[i] |= o.uuid[i];
		}
	}
	for (i = 0; i < VERITY_UUID_SIZE; i++) {
		stuck += (uint8_t)~((zeros[i] & ones[i]) | fixed[i]) != 0;
		moving += (zeros[i] & ones[i] & fixed[i]) != 0;
	}
	ok(n == 64 && !stuck && !moving,
	   "122 bits are random: %d bytes have a bit that is stuck, %d a mark that is not",
	   stuck, moving);
}

static void test_uuid(void)
{
	struct verity_options a = verity_default, b = verity_default;
	struct error e = { "" };

	a.superblock = true;
	b.superblock = true;
	ok(!verity_options_finish(&a, &e) && !verity_options_finish(&b, &e),
	   "no uuid: %s", e.text);
	ok(memcmp(a.uuid, b.uuid, sizeof(a.uuid)), "each gets one of its own");
	ok((a.uuid[6] & 0xf0) == 0x40 && (a.uuid[8] & 0xc0) == 0x80 &&
	   (b.uuid[6] & 0xf0) == 0x40 && (b.uuid[8] & 0xc0) == 0x80,
	   "a random one, as RFC 4122 marks it");
	test_random_bits();
}

static const struct {
	int option;
	const char *value;
	bool fits;
} alone[] = {
	{ VERITY_OPTION_HASH, "sha256", true },
	{ VERITY_OPTION_HASH, "sha512", false },
	{ VERITY_OPTION_DATA_BLOCK, "4096", true },
	{ VERITY_OPTION_DATA_BLOCK, "512", false },
	{ VERITY_OPTION_HASH_BLOCK, "4096", true },
	{ VERITY_OPTION_HASH_BLOCK, "1024", false },
	{ VERITY_OPTION_SALT, "-", false },
	{ VERITY_OPTION_SALT,
	  "0000000000000000000000000000000000000000000000000000000000000000",
	  true },
	{ VERITY_OPTION_SALT,
	  "0000000000000000000000000000000000000000000000000000000000000001",
	  false },
	{ VERITY_OPTION_SALT,
	  "1000000000000000000000000000000000000000000000000000000000000000",
	  false },
	{ VERITY_OPTION_SALT,
	  "00000000000000000000000000000000000000000000000000000000000000",
	  false },
	{ VERITY_OPTION_UUID, UUID, false },
	{ VERITY_OPTION_UUID, "00000000-0000-0000-0000-000000000001", false },
};

/* a trailer records no options, so only the defaults need no superblock */
static void test_trailer(void)
{
	size_t i;

	for (i = 0; i < COUNT(alone); i++) {
		struct verity_options o = verity_default;
		struct error e = { "" };
		int err;

		take(&o, alone[i].option, alone[i].value);
		err = verity_options_finish(&o, &e);
		ok(alone[i].fits ? !err :
		   err == -EINVAL && strstr(e.text, "--superblock"),
		   "without a superblock: %d: %s: %d", alone[i].option,
		   alone[i].value, err);
	}
}

int main(void)
{
	test_values();
	test_no_salt();
	test_superblock();
	test_uuid();
	test_trailer();
	return tap_done();
}
