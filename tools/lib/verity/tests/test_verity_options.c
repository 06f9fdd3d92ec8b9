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

#include "base/cli.h"
#include "tap.h"
#include "verity/verity_options.h"

#define UUID		"01234567-89ab-cdef-FEDC-ba9876543210"
#define SALT64		"000102030405060708090a0b0c0d0e0f" \
			"101112131415161718191a1b1c1d1e1f" \
			"202122232425262728292a2b2c2d2e2f" \
			"303132333435363738393a3b3c3d3e3f"
#define SALT256		SALT64 SALT64 SALT64 SALT64

/* ---- values ---- */

static const struct {
	const char *option;
	const char *value;
	bool valid;
} values[] = {
	{ "hash", "sha256", true },
	{ "hash", "sha512", true },
	{ "hash", "sha1", false },
	{ "hash", "", false },
	{ "salt", "-", true },
	{ "salt", "00", true },
	{ "salt", "fF", true },
	{ "salt", SALT256, true },
	{ "salt", SALT256 "00", false },
	{ "salt", "", false },
	{ "salt", "0", false },
	{ "salt", "000", false },
	{ "salt", "0g", false },
	{ "salt", "g0", false },
	{ "salt", "--", false },
	{ "data-block-size", "512", true },
	{ "data-block-size", "1024", true },
	{ "data-block-size", "2048", true },
	{ "data-block-size", "4096", true },
	{ "data-block-size", "04096", true },
	{ "data-block-size", "256", false },
	{ "data-block-size", "8192", false },
	{ "data-block-size", "1536", false },
	{ "data-block-size", "0", false },
	{ "data-block-size", "", false },
	{ "data-block-size", "+512", false },
	{ "data-block-size", " 512", false },
	{ "data-block-size", "512 ", false },
	{ "data-block-size", "512k", false },
	{ "data-block-size", "0x200", true },
	{ "data-block-size", "0x201", false },
	{ "data-block-size", "9", false },
	{ "data-block-size", ":512", false },
	{ "hash-block-size", "4096", true },
	{ "hash-block-size", "4095", false },
	{ "uuid", UUID, true },
	{ "uuid", UUID "0", false },
	{ "uuid", UUID "-", false },
	{ "uuid", "01234567-89ab-cdef-fedc-ba987654321", false },
	{ "uuid", "0123456789ab-cdef-fedc-ba9876543210", false },
	{ "uuid", "0123456-789ab-cdef-fedc-ba9876543210", false },
	{ "uuid", "01234567-89ab-cdef-fedcba9876543210", false },
	{ "uuid", "01234567-89ab-cdef-fedc-ba987654321g", false },
	{ "uuid", "", false },
	{ "uuid", "01234567", false },
};

/* parse the value of an option, as the table says */
static int parse(struct verity_options *o, const char *option,
		 const char *value, struct error *e)
{
	static struct verity_options tree;
	static const struct cli_option table[] = {
		VERITY_OPTIONS(tree, 0),
		{ }
	};
	const struct cli_option *row = table;
	int err = 0;

	while (strcmp(row->name, option))
		row++;
	tree = *o;
	if (row->flag)
		*row->flag = true;
	else
		err = row->parse(row->to, value, e);
	*o = tree;
	return err;
}

static void test_no_salt(void)
{
	struct verity_options o = verity_default;
	struct error e;

	ok(!parse(&o, "salt", "-", &e) && !o.tree.salt_len,
	   "a salt of \"-\" is none: %u bytes", (unsigned int)o.tree.salt_len);
	ok(!parse(&o, "salt", "0aFf", &e) && o.tree.salt_len == 2 &&
	   o.tree.salt[0] == 0x0a && o.tree.salt[1] == 0xff,
	   "a salt of two bytes");
}

static void test_values(void)
{
	const size_t plain = offsetof(struct merkle_params, salt);
	size_t i;

	for (i = 0; i < COUNT(values); i++) {
		struct verity_options o = verity_default;
		struct error e = { "" };
		int err = parse(&o, values[i].option, values[i].value, &e);

		ok(values[i].valid ? !err && !e.text[0] :
		   err == -EINVAL && e.text[0] &&
		   !memcmp(&o.tree, &verity_default.tree, plain),
		   "--%s=%s: %d %s", values[i].option, values[i].value, err,
		   e.text);
	}
}

/* ---- results ---- */

static void take(struct verity_options *o, const char *option,
		 const char *value)
{
	struct error e = { "" };

	if (parse(o, option, value, &e))
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
	take(&o, "superblock", NULL);
	take(&o, "hash", "sha512");
	take(&o, "salt", "12abcd");
	take(&o, "data-block-size", "512");
	take(&o, "hash-block-size", "2048");
	take(&o, "uuid", UUID);
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
	const char *option;
	const char *value;
	bool fits;
} alone[] = {
	{ "hash", "sha256", true },
	{ "hash", "sha512", false },
	{ "data-block-size", "4096", true },
	{ "data-block-size", "512", false },
	{ "hash-block-size", "4096", true },
	{ "hash-block-size", "1024", false },
	{ "salt", "-", false },
	{ "salt",
	  "0000000000000000000000000000000000000000000000000000000000000000",
	  true },
	{ "salt",
	  "0000000000000000000000000000000000000000000000000000000000000001",
	  false },
	{ "salt",
	  "1000000000000000000000000000000000000000000000000000000000000000",
	  false },
	{ "salt",
	  "00000000000000000000000000000000000000000000000000000000000000",
	  false },
	{ "uuid", UUID, false },
	{ "uuid", "00000000-0000-0000-0000-000000000001", false },
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
		   "without a superblock: --%s=%s: %d", alone[i].option,
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
