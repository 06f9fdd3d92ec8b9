// SPDX-License-Identifier: GPL-2.0
/*
 * Numbers of a tar: the value of each spelling, and which spellings are
 * invalid.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/number.h"
#include "stream/tar_number.h"
#include "tap.h"
#include "tar/tar_private.h"

#define FIELD(text)	{ text, sizeof(text) - 1 }

static const struct {
	const char *claim;
	struct {
		const char *bytes;
		size_t len;
	} field;
	int err;
	int64_t value;
} fields[] = {
	{ "octal, NUL", FIELD("0000644\0"), 0, 0644 },
	{ "octal, all digits", FIELD("77777777"), 0, 077777777 },
	{ "octal, spaces in front", FIELD("   644 \0"), 0, 0644 },
	{ "octal, space behind", FIELD("0000644 "), 0, 0644 },
	{ "octal, what follows a NUL does not count", FIELD("644\0abcd"), 0,
	  0644 },
	{ "octal, 12 digits", FIELD("777777777777"), 0, 0777777777777 },
	{ "blank: NULs", FIELD("\0\0\0\0\0\0\0\0"), 0, 0 },
	{ "blank: spaces, then a NUL", FIELD("       \0"), 0, 0 },
	{ "blank: nothing but spaces", FIELD("        "), -EINVAL, 0 },
	{ "blank: a NUL, then nothing but spaces", FIELD("\0       "), -EINVAL,
	  0 },
	{ "blank: NUL, space, NUL", FIELD("\0 \0     "), 0, 0 },
	{ "octal, a NUL in front", FIELD("\0000644\0"), 0, 0644 },
	{ "octal, a NUL and spaces in front", FIELD("\0  644 \0"), 0, 0644 },
	{ "octal, a NUL in front of the last digit", FIELD("\0      5"), 0, 5 },
	{ "octal, two NULs in front", FIELD("\0\000644\0"), -EINVAL, 0 },
	{ "octal, a NUL behind a space in front", FIELD(" \0000644"), -EINVAL,
	  0 },
	{ "octal behind a blank", FIELD("\0\0\0\0\0\0\0005"), -EINVAL, 0 },
	{ "octal, a space and a NUL behind, and more", FIELD("644 \0abc"),
	  -EINVAL, 0 },
	{ "octal, spaces and NULs behind", FIELD("644 \0 \0\0"), 0, 0644 },
	{ "no octal: a tab in front", FIELD("\t000644\0"), -EINVAL, 0 },
	{ "a NUL, then what is no number", FIELD("\0abcdefg"), -EINVAL, 0 },
	{ "a digit that is not octal", FIELD("0000648\0"), -EINVAL, 0 },
	{ "something behind a space", FIELD("64 4\0\0\0\0"), -EINVAL, 0 },
	{ "a sign", FIELD("-000001\0"), -EINVAL, 0 },
	{ "a plus", FIELD("+000001\0"), -EINVAL, 0 },
	{ "hexadecimal", FIELD("0x10\0\0\0\0"), -EINVAL, 0 },
	{ "base 256", FIELD("\x80\0\0\0\0\x01\x02\x03"), 0, 0x010203 },
	{ "base 256, a NUL in front", FIELD("\0\x80\0\0\0\0\0\1"), -EINVAL, 0 },
	{ "base 256, bits of it in the first byte",
	  FIELD("\x81\0\0\0\0\0\0\0"), -EINVAL, 0 },
	{ "base 256, negative, bits of it in the first byte",
	  FIELD("\xfe\0\0\0\0\0\0\0"), -EINVAL, 0 },
	{ "base 256, 8 bytes, smallest", FIELD("\xff\0\0\0\0\0\0\0"), 0,
	  -(1LL << 56) },
	{ "base 256, -1", FIELD("\xff\xff\xff\xff\xff\xff\xff\xff"), 0, -1 },
	{ "base 256, 12 bytes, -1",
	  FIELD("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"), 0, -1 },
	{ "base 256, 12 bytes, largest",
	  FIELD("\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff"), 0, INT64_MAX },
	{ "base 256, 12 bytes, one more",
	  FIELD("\x80\0\0\0\x80\0\0\0\0\0\0\0"), -ERANGE, 0 },
	{ "base 256, 12 bytes, smallest",
	  FIELD("\xff\xff\xff\xff\x80\0\0\0\0\0\0\0"), 0, INT64_MIN },
	{ "base 256, 12 bytes, one less",
	  FIELD("\xff\xff\xff\xff\x7f\xff\xff\xff\xff\xff\xff\xff"), -ERANGE,
	  0 },
	{ "base 256, 12 bytes, far too large",
	  FIELD("\x80\x01\0\0\0\0\0\0\0\0\0\0"), -ERANGE, 0 },
	{ "base 256, 12 bytes, minus 2^64, which is 0 to GNU tar",
	  FIELD("\xff\xff\xff\xff\0\0\0\0\0\0\0\0"), -ERANGE, 0 },
};

static const struct {
	const char *text;
	uint64_t max;
	int err;
	uint64_t value;
} decimals[] = {
	{ "0", 10, 0, 0 },
	{ "010", 10, 0, 10 },
	{ "11", 10, -ERANGE, 0 },
	{ "18446744073709551615", UINT64_MAX, 0, UINT64_MAX },
	{ "18446744073709551616", UINT64_MAX, -ERANGE, 0 },
	{ "9223372036854775808", INT64_MAX, -ERANGE, 0 },
	{ "", 10, -EINVAL, 0 },
	{ "-1", 10, -EINVAL, 0 },
	{ "1 ", 10, -EINVAL, 0 },
	{ "99999999999999999999x", 10, -EINVAL, 0 },
};

static const struct {
	const char *text;
	int err;
	int64_t sec;
	uint32_t nsec;
} times[] = {
	{ "1500000000", 0, 1500000000, 0 },
	{ "1500000000.5", 0, 1500000000, 500000000 },
	{ "1.000000001", 0, 1, 1 },
	{ "1.0000000019", 0, 1, 1 },
	{ "1.", 0, 1, 0 },
	{ "-1", 0, -1, 0 },
	{ "-1.25", 0, -2, 750000000 },
	{ "-0.5", 0, -1, 500000000 },
	{ "9223372036854775807.999999999", 0, INT64_MAX, 999999999 },
	{ "-9223372036854775807.5", 0, INT64_MIN, 500000000 },
	{ "9223372036854775808", -ERANGE, 0, 0 },
	{ "-9223372036854775808", 0, INT64_MIN, 0 },
	{ "-9223372036854775808.0", 0, INT64_MIN, 0 },
	{ "-9223372036854775808.5", -ERANGE, 0, 0 },
	{ "-9223372036854775809", -ERANGE, 0, 0 },
	{ "", -EINVAL, 0, 0 },
	{ "-", -EINVAL, 0, 0 },
	{ ".5", -EINVAL, 0, 0 },
	{ "1.5x", -EINVAL, 0, 0 },
	{ "1e9", -EINVAL, 0, 0 },
	{ "--1", -EINVAL, 0, 0 },
};

static void test_fields(void)
{
	size_t i;

	for (i = 0; i < COUNT(fields); i++) {
		int64_t value = 0;
		int err = tar_number(fields[i].field.bytes, fields[i].field.len,
				     &value);

		ok(err == fields[i].err && (err || value == fields[i].value),
		   "field: %s: %d, %" PRId64, fields[i].claim, err, value);
	}
}

/* the checksum field is never base 256 */
static void test_octal(void)
{
	int64_t value;

	ok(!tar_octal("0000644", 8, &value) && value == 0644,
	   "octal only: digits");
	ok(tar_octal("\x80\0\0\0\0\0\0\1", 8, &value) == -EINVAL,
	   "octal only: base 256");
}

static void test_decimals(void)
{
	size_t i;

	for (i = 0; i < COUNT(decimals); i++) {
		const char *text = decimals[i].text;
		uint64_t value = 0;
		int err = number_decimal(text, strlen(text), decimals[i].max,
				      &value);

		ok(err == decimals[i].err &&
		   (err || value == decimals[i].value),
		   "decimal: \"%s\": %d, %" PRIu64, text, err, value);
	}
}

static void test_times(void)
{
	size_t i;

	for (i = 0; i < COUNT(times); i++) {
		const char *text = times[i].text;
		uint32_t nsec = 0;
		int64_t sec = 0;
		int err = tar_time(text, strlen(text), &sec, &nsec);

		ok(err == times[i].err && (err || (sec == times[i].sec &&
						   nsec == times[i].nsec)),
		   "time: \"%s\": %d, %" PRId64 " %" PRIu32, text, err, sec,
		   nsec);
	}
}

int main(void)
{
	test_fields();
	test_octal();
	test_decimals();
	test_times();
	return tap_done();
}
