/* SPDX-License-Identifier: GPL-2.0 */
/*
 * SipHash-2-4 with 64-bit output (Aumasson and Bernstein, 2012).
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_SIPHASH_H
#define TARFS_LIB_SIPHASH_H

#include <stddef.h>
#include <stdint.h>

/**
 * struct siphash_key - the 16 bytes of a key as two little-endian integers
 */
struct siphash_key {
	uint64_t k0;
	uint64_t k1;
};

uint64_t siphash(const void *data, size_t len, const struct siphash_key *key);

#endif /* TARFS_LIB_SIPHASH_H */
