// SPDX-License-Identifier: GPL-2.0
/*
 * Decimal numbers.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>

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
