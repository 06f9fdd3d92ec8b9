// SPDX-License-Identifier: GPL-2.0
/*
 * Decode base64, with or without padding.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <string.h>

#include "overlay.h"

static int digit(char c)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? at - digits : -1;
}

ssize_t base64_decode(char *text)
{
	size_t len = strlen(text), from, to = 0;
	unsigned int bits = 0;
	int value;

	while (len && len % 4 != 1 && text[len - 1] == '=')
		len--;
	if (len % 4 == 1)
		return -1;
	for (from = 0; from < len; from++) {
		value = digit(text[from]);
		if (value < 0)
			return -1;
		bits = bits << 6 | value;
		if (from % 4)
			text[to++] = bits >> (6 - from % 4 * 2);
	}
	return to;
}
