// SPDX-License-Identifier: GPL-2.0
/*
 * Sizes given by users: parsing them, and limits on uncompressed sizes.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#include "number.h"
#include "size.h"

/* each is 1024 times its predecessor */
static const char suffixes[] = "KMGT";

int size_parse(const char *text, uint64_t *size)
{
	size_t digits = strspn(text, "0123456789");
	const char *suffix;
	unsigned int shift = 0;
	int err;

	if (text[digits]) {
		suffix = strchr(suffixes, text[digits]);
		if (!suffix || text[digits + 1])
			return -EINVAL;
		shift = 10 * (suffix - suffixes + 1);
	}
	err = number_decimal(text, digits, INT64_MAX >> shift, size);
	if (err)
		return err;
	*size <<= shift;
	return *size ? 0 : -EINVAL;
}

int size_check(const char *name, uint64_t seen, uint64_t max, struct error *e)
{
	if (!max || seen <= max)
		return 0;
	return error_set(e, -EFBIG,
			 "%s: has more than the %" PRIu64 " uncompressed bytes that are allowed",
			 name, max);
}
