// SPDX-License-Identifier: GPL-2.0
/*
 * Sizes with a suffix are parsed, within 63 bits; a limit of sizes is enforced.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <inttypes.h>

#include "base/size.h"
#include "tap.h"

static const struct {
	const char *text;
	int err;
	uint64_t size;
} texts[] = {
	{ "1", 0, 1 },
	{ "1000", 0, 1000 },
	{ "007", 0, 7 },
	{ "1K", 0, 1024 },
	{ "64M", 0, 64 << 20 },
	{ "2G", 0, 2ULL << 30 },
	{ "3T", 0, 3ULL << 40 },
	{ "9223372036854775807", 0, INT64_MAX },
	{ "8388607T", 0, 8388607ULL << 40 },
	{ "8388608T", -ERANGE, 0 },
	{ "9223372036854775808", -ERANGE, 0 },
	{ "99999999999999999999999", -ERANGE, 0 },
	{ "", -EINVAL, 0 },
	{ "0", -EINVAL, 0 },
	{ "0K", -EINVAL, 0 },
	{ "K", -EINVAL, 0 },
	{ "-1", -EINVAL, 0 },
	{ "+1", -EINVAL, 0 },
	{ " 1", -EINVAL, 0 },
	{ "1 ", -EINVAL, 0 },
	{ "1k", -EINVAL, 0 },
	{ "1KB", -EINVAL, 0 },
	{ "1P", -EINVAL, 0 },
	{ "1.5G", -EINVAL, 0 },
	{ "0x10", -EINVAL, 0 },
};

static void test_parse(void)
{
	uint64_t size;
	size_t i;
	int err;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		size = 0;
		err = size_parse(texts[i].text, &size);
		ok(err == texts[i].err && (err || size == texts[i].size),
		   "\"%s\" is %" PRIu64 ", %d", texts[i].text, size, err);
	}
}

static void test_check(void)
{
	struct error e = { "" };

	ok(!size_check("a.tar", UINT64_MAX, 0, &e), "no limit: any size");
	ok(!size_check("a.tar", 1024, 1024, &e), "as many as are allowed");
	ok(size_check("a.tar", 1025, 1024, &e) == -EFBIG,
	   "one more is refused (%s)", e.text);
}

int main(void)
{
	test_parse();
	test_check();
	return tap_done();
}
