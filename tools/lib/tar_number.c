// SPDX-License-Identifier: GPL-2.0
/*
 * Numbers of a tar: header fields in octal or base 256, decimals of PAX.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <string.h>

#include "tar_private.h"

/*
 * Base 256: the top bit of the first byte marks it, the rest is a big-endian
 * number in two's complement.
 */
static int tar_base256(const char *field, size_t len, int64_t *value)
{
	const uint8_t *p = (const uint8_t *)field;
	uint64_t v = p[0] & 0x40 ? ~0ULL : 0;
	uint64_t sign = v;
	size_t i;

	v = v << 6 | (p[0] & 0x3f);
	for (i = 1; i < len; i++) {
		if (v >> 55 != sign >> 55)
			return -ERANGE;
		v = v << 8 | p[i];
	}
	*value = v;
	return 0;
}

int tar_number(const char *field, size_t len, int64_t *value)
{
	uint64_t v = 0;
	size_t i = 0;

	*value = 0;
	if (field[0] & 0x80)
		return tar_base256(field, len, value);

	while (i < len && field[i] == ' ')
		i++;
	for (; i < len && field[i] >= '0' && field[i] <= '7'; i++) {
		if (v >> 60)
			return -ERANGE;
		v = v << 3 | (field[i] - '0');
	}
	while (i < len && field[i] == ' ')
		i++;
	if (i < len && field[i])
		return -EINVAL;
	if (v > INT64_MAX)
		return -ERANGE;
	*value = v;
	return 0;
}

int tar_decimal(const char *text, size_t len, uint64_t max, uint64_t *value)
{
	uint64_t v = 0;
	size_t i;

	if (!len)
		return -EINVAL;
	for (i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -EINVAL;
	}
	for (i = 0; i < len; i++) {
		unsigned int digit = text[i] - '0';

		if (v > max / 10 || v * 10 > max - digit)
			return -ERANGE;
		v = v * 10 + digit;
	}
	*value = v;
	return 0;
}

/* "5" is half a second */
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

	err = tar_decimal(digits, whole, INT64_MAX, &v);
	*nsec = 0;
	if (!err && point)
		err = tar_fraction(point + 1, left - whole - 1, nsec);
	if (err)
		return err;

	*sec = negative ? -(int64_t)v : (int64_t)v;
	if (negative && *nsec) {
		*sec -= 1;
		*nsec = 1000000000 - *nsec;
	}
	return 0;
}
