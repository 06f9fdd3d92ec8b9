// SPDX-License-Identifier: GPL-2.0
/*
 * Decode the names of LIBARCHIVE.xattr, which are URL-encoded.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>

#include "base/hex.h"
#include "tar_private.h"

ssize_t tar_url_decode(char *text, size_t len)
{
	size_t from, to = 0;

	for (from = 0; from < len; from++) {
		if (text[from] != '%') {
			text[to++] = text[from];
			continue;
		}
		if (len - from < 3 || hex_digit(text[from + 1]) < 0 ||
		    hex_digit(text[from + 2]) < 0)
			return -EINVAL;
		text[to++] = hex_digit(text[from + 1]) << 4 |
			     hex_digit(text[from + 2]);
		from += 2;
	}
	return to;
}
