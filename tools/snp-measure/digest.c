// SPDX-License-Identifier: GPL-2.0
/*
 * Compute SHA-256 and SHA-384 of the same bytes with libcrypto.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "measure.h"

#define CHUNK	(1 << 20)

static int no_digest(struct error *e)
{
	return error_set(e, -ENOMEM, "libcrypto cannot compute a digest");
}

int sha384_buffer(const void *buf, size_t len, uint8_t digest[SHA384_SIZE],
		  struct error *e)
{
	if (!EVP_Digest(buf, len, digest, NULL, EVP_sha384(), NULL))
		return no_digest(e);
	return 0;
}

int digests_of_buffer(const void *buf, size_t len, struct digests *d,
		      struct error *e)
{
	int err;

	err = sha256_buffer(buf, len, d->sha256, e);
	return err ? err : sha384_buffer(buf, len, d->sha384, e);
}

/* Read each byte once, so that both digests agree even if the file changes. */
static int hash_chunks(int fd, const char *path, uint64_t size,
		       EVP_MD_CTX *sha256, EVP_MD_CTX *sha384, uint8_t *chunk,
		       struct error *e)
{
	uint64_t offset = 0;
	size_t len;
	int err;

	while (offset < size) {
		len = size - offset < CHUNK ? size - offset : CHUNK;
		err = file_read_at(fd, path, chunk, len, offset, e);
		if (err)
			return err;
		if (!EVP_DigestUpdate(sha256, chunk, len) ||
		    !EVP_DigestUpdate(sha384, chunk, len))
			return no_digest(e);
		offset += len;
	}
	return 0;
}

static int hash_open(int fd, const char *path, uint64_t size,
		     struct digests *d, struct error *e)
{
	EVP_MD_CTX *sha256 = EVP_MD_CTX_new(), *sha384 = EVP_MD_CTX_new();
	uint8_t *chunk = malloc(CHUNK);
	int err;

	if (!sha256 || !sha384 || !chunk ||
	    !EVP_DigestInit_ex(sha256, EVP_sha256(), NULL) ||
	    !EVP_DigestInit_ex(sha384, EVP_sha384(), NULL))
		err = no_digest(e);
	else
		err = hash_chunks(fd, path, size, sha256, sha384, chunk, e);
	if (!err && (!EVP_DigestFinal_ex(sha256, d->sha256, NULL) ||
		     !EVP_DigestFinal_ex(sha384, d->sha384, NULL)))
		err = no_digest(e);
	free(chunk);
	EVP_MD_CTX_free(sha384);
	EVP_MD_CTX_free(sha256);
	return err;
}

int digests_of_file(const char *path, struct digests *d, struct error *e)
{
	uint64_t size;
	int fd, err;

	fd = file_open_regular(path, &size, e);
	if (fd < 0)
		return fd;
	err = hash_open(fd, path, size, d, e);
	close(fd);
	return err;
}
