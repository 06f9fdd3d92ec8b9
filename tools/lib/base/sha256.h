/* SPDX-License-Identifier: GPL-2.0 */
/*
 * SHA-256 by libcrypto, and digests as text.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_SHA256_H
#define TARFS_LIB_SHA256_H

#include <stddef.h>
#include <stdint.h>

#include "error.h"

#define SHA256_SIZE	32
#define SHA256_HEX_SIZE	65	/* with the final NUL */

struct sha256;

int sha256_new(struct sha256 **ctx, struct error *e);
int sha256_update(struct sha256 *ctx, const void *buf, size_t len,
		  struct error *e);
/* get the digest, and reset @ctx for the next one */
int sha256_final(struct sha256 *ctx, uint8_t digest[SHA256_SIZE],
		 struct error *e);
void sha256_free(struct sha256 *ctx);

/* hash one buffer */
int sha256_buffer(const void *buf, size_t len, uint8_t digest[SHA256_SIZE],
		  struct error *e);
/* hash a file from its current position to its end */
int sha256_file(int fd, const char *name, uint8_t digest[SHA256_SIZE],
		struct error *e);

/* write 64 lower-case hexadecimal digits and a NUL */
void sha256_to_hex(const uint8_t digest[SHA256_SIZE],
		   char hex[SHA256_HEX_SIZE]);
/* parse exactly 64 hexadecimal digits, in either case; return 0 or -EINVAL */
int sha256_from_hex(const char *hex, uint8_t digest[SHA256_SIZE]);

#endif /* TARFS_LIB_SHA256_H */
