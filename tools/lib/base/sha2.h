/* SPDX-License-Identifier: GPL-2.0 */
/*
 * SHA-256 and SHA-512, begun anew by an assignment.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_SHA2_H
#define TARFS_LIB_SHA2_H

#include <openssl/sha.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sha2;

/**
 * struct sha2_state - what was hashed so far
 *
 * It refers to nothing but the hash: it is copied and dropped like a number.
 */
struct sha2_state {
	const struct sha2 *hash;
	union {
		SHA256_CTX sha256;
		SHA512_CTX sha512;
	};
};

/* "sha256" or "sha512"; NULL if there is no such hash */
const struct sha2 *sha2_find(const char *name);
size_t sha2_digest_size(const struct sha2 *hash);

/* false if libcrypto fails */
bool sha2_begin(struct sha2_state *s, const struct sha2 *hash);
bool sha2_update(struct sha2_state *s, const void *buf, size_t len);
/* @s has to begin anew, or be a copy, before it is of use again */
bool sha2_end(struct sha2_state *s, uint8_t *digest);

#endif /* TARFS_LIB_SHA2_H */
