// SPDX-License-Identifier: GPL-2.0
/*
 * The header blocks of a tar: their dialects and checksums.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <string.h>

#include "tar_header.h"
#include "tar_number.h"

bool tar_header_is_ustar(const struct tar_header *h)
{
	return !memcmp(h->magic, "ustar", sizeof(h->magic)) &&
	       !memcmp(h->version, "00", sizeof(h->version));
}

bool tar_header_is_gnu(const struct tar_header *h)
{
	return !memcmp(h->magic, "ustar ", sizeof(h->magic)) &&
	       !memcmp(h->version, " ", sizeof(h->version));
}

bool tar_block_is_zero(const void *block)
{
	static const uint8_t zero[TAR_BLOCK_SIZE];

	return !memcmp(block, zero, sizeof(zero));
}

uint32_t tar_header_sum(const struct tar_header *h)
{
	const uint8_t *bytes = (const uint8_t *)h;
	uint32_t sum = sizeof(h->checksum) * ' ';
	size_t i;

	for (i = 0; i < sizeof(*h); i++)
		sum += bytes[i];
	for (i = 0; i < sizeof(h->checksum); i++)
		sum -= (uint8_t)h->checksum[i];
	return sum;
}

int32_t tar_header_signed_sum(const struct tar_header *h)
{
	const int8_t *bytes = (const int8_t *)h;
	int32_t sum = sizeof(h->checksum) * ' ';
	size_t i;

	for (i = 0; i < sizeof(*h); i++)
		sum += bytes[i];
	for (i = 0; i < sizeof(h->checksum); i++)
		sum -= (int8_t)h->checksum[i];
	return sum;
}

bool tar_header_sum_is_right(const struct tar_header *h)
{
	int64_t sum;

	return !tar_octal(h->checksum, sizeof(h->checksum), &sum) &&
	       (sum == tar_header_sum(h) || sum == tar_header_signed_sum(h));
}
