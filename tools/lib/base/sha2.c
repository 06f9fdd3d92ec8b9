// SPDX-License-Identifier: GPL-2.0
/*
 * SHA-256 and SHA-512 of libcrypto, without its providers.
 *
 * OpenSSL recommends EVP_Digest(), which looks a hash up by name among all that
 * it has.  That adds 3.5 MB of code to measure to the guest's agent, which is
 * linked with the archive, and an allocation for each state everywhere.  Call
 * the underlying functions, which have no such dependencies.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#define OPENSSL_SUPPRESS_DEPRECATED

#include <string.h>

#include "sha2.h"

struct sha2 {
	const char *name;
	size_t size;
	bool (*begin)(struct sha2_state *s);
	bool (*update)(struct sha2_state *s, const void *buf, size_t len);
	bool (*end)(struct sha2_state *s, uint8_t *digest);
};

static bool begin_256(struct sha2_state *s)
{
	return SHA256_Init(&s->sha256);
}

static bool update_256(struct sha2_state *s, const void *buf, size_t len)
{
	return SHA256_Update(&s->sha256, buf, len);
}

static bool end_256(struct sha2_state *s, uint8_t *digest)
{
	return SHA256_Final(digest, &s->sha256);
}

static bool begin_512(struct sha2_state *s)
{
	return SHA512_Init(&s->sha512);
}

static bool update_512(struct sha2_state *s, const void *buf, size_t len)
{
	return SHA512_Update(&s->sha512, buf, len);
}

static bool end_512(struct sha2_state *s, uint8_t *digest)
{
	return SHA512_Final(digest, &s->sha512);
}

static const struct sha2 hashes[] = {
	{ "sha256", SHA256_DIGEST_LENGTH, begin_256, update_256, end_256 },
	{ "sha512", SHA512_DIGEST_LENGTH, begin_512, update_512, end_512 },
};

const struct sha2 *sha2_find(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(hashes) / sizeof(hashes[0]); i++)
		if (!strcmp(name, hashes[i].name))
			return &hashes[i];
	return NULL;
}

size_t sha2_digest_size(const struct sha2 *hash)
{
	return hash->size;
}

bool sha2_begin(struct sha2_state *s, const struct sha2 *hash)
{
	s->hash = hash;
	return hash->begin(s);
}

bool sha2_update(struct sha2_state *s, const void *buf, size_t len)
{
	return s->hash->update(s, buf, len);
}

bool sha2_end(struct sha2_state *s, uint8_t *digest)
{
	return s->hash->end(s, digest);
}
