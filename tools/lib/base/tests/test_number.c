// SPDX-License-Identifier: GPL-2.0
/*
 * Numbers of options: what is taken, what is not, and each bound.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <inttypes.h>

#include "base/number.h"
#include "tap.h"

static const struct {
	const char *text;
	uint64_t min;
	uint64_t max;
	int err;
	uint64_t value;
} rows[] = {
	{ "0", 0, 9, 0, 0 },
	{ "9", 0, 9, 0, 9 },
	{ "10", 0, 9, -ERANGE, 0 },
	{ "1", 2, 9, -ERANGE, 0 },
	{ "2", 2, 9, 0, 2 },
	{ "007", 0, 9, 0, 7 },
	{ "18446744073709551615", 0, UINT64_MAX, 0, UINT64_MAX },
	{ "18446744073709551616", 0, UINT64_MAX, -ERANGE, 0 },
	{ "0x0", 0, 9, 0, 0 },
	{ "0x1f", 0, 31, 0, 31 },
	{ "0x1F", 0, 31, 0, 31 },
	{ "0x20", 0, 31, -ERANGE, 0 },
	{ "0xffffffffffffffff", 0, UINT64_MAX, 0, UINT64_MAX },
	{ "0x10000000000000000", 0, UINT64_MAX, -ERANGE, 0 },
	{ "0x00000000000000000001", 0, 9, 0, 1 },
	{ "", 0, 9, -EINVAL, 0 },
	{ "0x", 0, 9, -EINVAL, 0 },
	{ "0xg", 0, 9, -EINVAL, 0 },
	{ "0X1", 0, 9, -EINVAL, 0 },
	{ "-1", 0, UINT64_MAX, -EINVAL, 0 },
	{ "+1", 0, 9, -EINVAL, 0 },
	{ " 1", 0, 9, -EINVAL, 0 },
	{ "1 ", 0, 9, -EINVAL, 0 },
	{ "1k", 0, 9, -EINVAL, 0 },
};

int main(void)
{
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		uint64_t value = 12345;
		int err = number_parse(rows[i].text, rows[i].min, rows[i].max,
				     &value);

		ok(err == rows[i].err &&
		   value == (err ? 12345 : rows[i].value),
		   "\"%s\", %" PRIu64 " to %" PRIu64 ": %d %" PRIu64,
		   rows[i].text, rows[i].min, rows[i].max, err, value);
	}
	return tap_done();
}
