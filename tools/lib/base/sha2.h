/* SPDX-License-Identifier: GPL-2.0 */
/*
 * SHA-256 and SHA-512, with states that can be copied by assignment.
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
 * struct sha2_state - the state of a hash computation
 *
 * It owns no resources: copy it by assignment, and drop it without cleanup.
 */
struct sha2_state {
	const struct sha2 *hash;
	union {
		SHA256_CTX sha256;
		SHA512_CTX sha512;
	};
};

/* find "sha256" or "sha512"; return NULL for any other name */
const struct sha2 *sha2_find(const char *name);
size_t sha2_digest_size(const struct sha2 *hash);

/* return false if libcrypto fails */
bool sha2_begin(struct sha2_state *s, const struct sha2 *hash);
bool sha2_update(struct sha2_state *s, const void *buf, size_t len);
/* before using @s again, call sha2_begin() or assign another state to it */
bool sha2_end(struct sha2_state *s, uint8_t *digest);

#endif /* TARFS_LIB_SHA2_H */
