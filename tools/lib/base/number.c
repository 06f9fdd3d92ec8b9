// SPDX-License-Identifier: GPL-2.0
/*
 * Numbers, as people write them.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <string.h>

#include "hex.h"
#include "number.h"

int number_decimal(const char *text, size_t len, uint64_t max, uint64_t *value)
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

static int hexadecimal(const char *digits, size_t len, uint64_t *value)
{
	uint64_t v = 0;
	size_t i;

	if (!len)
		return -EINVAL;
	for (i = 0; i < len; i++) {
		if (hex_digit(digits[i]) < 0)
			return -EINVAL;
		if (v >> 60)
			return -ERANGE;
		v = v << 4 | hex_digit(digits[i]);
	}
	*value = v;
	return 0;
}

int number_parse(const char *text, uint64_t min, uint64_t max, uint64_t *value)
{
	size_t len = strlen(text);
	uint64_t v;
	int err;

	err = strncmp(text, "0x", 2) ?
	      number_decimal(text, len, UINT64_MAX, &v) :
	      hexadecimal(text + 2, len - 2, &v);
	if (err)
		return err;
	if (v < min || v > max)
		return -ERANGE;
	*value = v;
	return 0;
}
