// SPDX-License-Identifier: GPL-2.0
/*
 * Decode base64.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdint.h>

#include "base64.h"

static int base64_digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+')
		return 62;
	return c == '/' ? 63 : -1;
}

ssize_t base64_decode(char *text, size_t len)
{
	unsigned int bits = 0;
	uint32_t word = 0;
	size_t from, to = 0;
	int digit;

	while (len && text[len - 1] == '=')
		len--;
	if (len % 4 == 1)
		return -EINVAL;
	for (from = 0; from < len; from++) {
		digit = base64_digit(text[from]);
		if (digit < 0)
			return -EINVAL;
		word = word << 6 | digit;
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			text[to++] = word >> bits;
			word &= (1U << bits) - 1;
		}
	}
	return word ? -EINVAL : (ssize_t)to;
}
