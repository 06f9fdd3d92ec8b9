// SPDX-License-Identifier: GPL-2.0
/*
 * Numbers of a tar: header fields in octal or base 256, decimals of PAX.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/number.h"
#include "tar_number.h"

/*
 * Parse base 256: a first byte of 0x80 or 0xff, then a big-endian number in
 * two's complement.  Go reads six more bits from the first byte, GNU tar
 * refuses them.
 */
static int tar_base256(const char *field, size_t len, int64_t *value)
{
	const uint8_t *p = (const uint8_t *)field;
	uint64_t sign = p[0] == 0xff ? ~0ULL : 0;
	uint64_t v = sign;
	size_t i;

	if (p[0] != 0x80 && p[0] != 0xff)
		return -EINVAL;
	for (i = 1; i < len; i++) {
		if (v >> 55 != sign >> 55)
			return -ERANGE;
		v = v << 8 | p[i];
	}
	*value = v;
	return 0;
}

static bool is_padding(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || !*p))
		p++;
	return p == end;
}

int tar_octal(const char *field, size_t len, int64_t *value)
{
	const char *p = field, *end = field + len, *digits;
	int64_t v = 0;

	p += !*p;
	while (p < end && *p == ' ')
		p++;
	for (digits = p; p < end && *p >= '0' && *p <= '7'; p++)
		v = v << 3 | (*p - '0');
	*value = v;
	if (p > digits && (p == end || !*p))
		return 0;
	return p < end && is_padding(p, end) ? 0 : -EINVAL;
}

int tar_number(const char *field, size_t len, int64_t *value)
{
	*value = 0;
	if (field[0] & 0x80)
		return tar_base256(field, len, value);
	return tar_octal(field, len, value);
}

/* parse a fraction of a second: "5" is half a second */
static int tar_fraction(const char *text, size_t len, uint32_t *nsec)
{
	uint32_t unit = 100000000;
	size_t i;

	*nsec = 0;
	for (i = 0; i < len; i++, unit /= 10) {
		if (text[i] < '0' || text[i] > '9')
			return -EINVAL;
		*nsec += (text[i] - '0') * unit;
	}
	return 0;
}

int tar_time(const char *text, size_t len, int64_t *sec, uint32_t *nsec)
{
	bool negative = len && text[0] == '-';
	const char *digits = text + negative;
	size_t left = len - negative;
	const char *point = memchr(digits, '.', left);
	size_t whole = point ? point - digits : left;
	uint64_t v;
	int err;

	err = number_decimal(digits, whole, INT64_MAX + (uint64_t)negative, &v);
	*nsec = 0;
	if (!err && point)
		err = tar_fraction(point + 1, left - whole - 1, nsec);
	if (err)
		return err;

	*sec = negative ? -v : v;
	if (negative && *nsec) {
		if (*sec == INT64_MIN)
			return -ERANGE;
		*sec -= 1;
		*nsec = 1000000000 - *nsec;
	}
	return 0;
}
