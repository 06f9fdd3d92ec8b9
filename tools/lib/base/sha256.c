// SPDX-License-Identifier: GPL-2.0
/*
 * SHA-256 by libcrypto, and digests as text.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hex.h"
#include "sha2.h"
#include "sha256.h"

#define FILE_BUFFER_SIZE (128 * 1024)

struct sha256 {
	struct sha2_state state;
};

static int crypto_error(struct error *e)
{
	return error_set(e, -EIO, "libcrypto failed to compute a SHA-256");
}

static bool begin(struct sha2_state *s)
{
	return sha2_begin(s, sha2_find("sha256"));
}

int sha256_new(struct sha256 **ctx, struct error *e)
{
	struct sha256 *s;

	s = calloc(1, sizeof(*s));
	if (!s)
		return error_set(e, -ENOMEM, "out of memory");
	if (!begin(&s->state)) {
		sha256_free(s);
		return crypto_error(e);
	}
	*ctx = s;
	return 0;
}

int sha256_update(struct sha256 *ctx, const void *buf, size_t len,
		  struct error *e)
{
	if (!sha2_update(&ctx->state, buf, len))
		return crypto_error(e);
	return 0;
}

int sha256_final(struct sha256 *ctx, uint8_t digest[SHA256_SIZE],
		 struct error *e)
{
	if (!sha2_end(&ctx->state, digest) || !begin(&ctx->state))
		return crypto_error(e);
	return 0;
}

void sha256_free(struct sha256 *ctx)
{
	free(ctx);
}

int sha256_buffer(const void *buf, size_t len, uint8_t digest[SHA256_SIZE],
		  struct error *e)
{
	struct sha2_state s;

	if (!begin(&s) || !sha2_update(&s, buf, len) || !sha2_end(&s, digest))
		return crypto_error(e);
	return 0;
}

static int update_from_file(struct sha256 *ctx, int fd, const char *name,
			    void *buf, struct error *e)
{
	ssize_t len;
	int err;

	for (;;) {
		len = read(fd, buf, FILE_BUFFER_SIZE);
		if (len < 0 && errno == EINTR)
			continue;
		if (len < 0)
			return error_errno(e, "%s: cannot read", name);
		if (!len)
			return 0;
		err = sha256_update(ctx, buf, len, e);
		if (err)
			return err;
	}
}

int sha256_file(int fd, const char *name, uint8_t digest[SHA256_SIZE],
		struct error *e)
{
	struct sha256 *ctx;
	void *buf;
	int err;

	buf = malloc(FILE_BUFFER_SIZE);
	if (!buf)
		return error_set(e, -ENOMEM, "%s: out of memory", name);
	err = sha256_new(&ctx, e);
	if (err)
		goto free_buf;
	err = update_from_file(ctx, fd, name, buf, e);
	if (!err)
		err = sha256_final(ctx, digest, e);
	sha256_free(ctx);
free_buf:
	free(buf);
	return err;
}

void sha256_to_hex(const uint8_t digest[SHA256_SIZE],
		   char hex[SHA256_HEX_SIZE])
{
	bytes_to_hex(digest, SHA256_SIZE, hex);
}

int sha256_from_hex(const char *hex, uint8_t digest[SHA256_SIZE])
{
	int i, high, low;

	if (strlen(hex) != 2 * SHA256_SIZE)
		return -EINVAL;
	for (i = 0; i < SHA256_SIZE; i++) {
		high = hex_digit(hex[2 * i]);
		low = hex_digit(hex[2 * i + 1]);
		if (high < 0 || low < 0)
			return -EINVAL;
		digest[i] = high << 4 | low;
	}
	return 0;
}
