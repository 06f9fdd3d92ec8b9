// SPDX-License-Identifier: GPL-2.0
/*
 * Blobs of containerd's content store, and their digests.
 *
 * Copyright (C) 2026 The tarfs authors
 *
 * The converter reads the blob through the page cache, too, so that the disk is
 * read once.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "blob.h"

#define PIECE	(256 * 1024)	/* bytes */

static char *path_of(const char *content, const char *digest)
{
	char *path;

	return asprintf(&path, "%s/blobs/sha256/%s", content, digest) < 0 ?
	       NULL : path;
}

bool blob_exists(const char *content, const char *digest)
{
	char *path = path_of(content, digest);
	bool exists = path && !access(path, F_OK);

	free(path);
	return exists;
}

static int open_file(struct blob *b, const char *content, struct error *e)
{
	char *path = path_of(content, b->digest);
	uint64_t size;

	if (!path)
		return error_set(e, -ENOMEM, "out of memory");
	b->fd = file_open_regular(path, &size, e);
	free(path);
	if (b->fd < 0)
		return b->fd;
	if (b->size == BLOB_ANY_SIZE)
		b->size = size;
	if (size == b->size)
		return 0;
	close(b->fd);
	return error_set(e, -EBADMSG,
			 "blob sha256:%s has %ju bytes, not %ju as its descriptor says",
			 b->digest, (uintmax_t)size, (uintmax_t)b->size);
}

static int hash_piece(struct blob *b, struct sha256 *hash, char *buf,
		      uint64_t at)
{
	size_t len = b->size - at < PIECE ? b->size - at : PIECE;
	int err;

	if (atomic_load(&b->stop))
		return error_set(&b->e, -ECANCELED, "cancelled");
	err = file_read_at(b->fd, b->digest, buf, len, at, &b->e);
	return err ?: sha256_update(hash, buf, len, &b->e);
}

static int hash_all(struct blob *b, struct sha256 *hash, char *buf)
{
	char hex[SHA256_HEX_SIZE];
	uint8_t digest[SHA256_SIZE];
	uint64_t at;
	int err = 0;

	for (at = 0; !err && at < b->size; at += PIECE)
		err = hash_piece(b, hash, buf, at);
	if (!err)
		err = sha256_final(hash, digest, &b->e);
	if (err)
		return err;
	sha256_to_hex(digest, hex);
	if (!strcmp(hex, b->digest))
		return 0;
	return error_set(&b->e, -EBADMSG, "blob sha256:%s has the digest %s",
			 b->digest, hex);
}

static void *hash(void *ctx)
{
	struct blob *b = ctx;
	char *buf = malloc(PIECE);
	struct sha256 *state;

	if (!buf) {
		b->err = error_set(&b->e, -ENOMEM, "out of memory");
		return NULL;
	}
	b->err = sha256_new(&state, &b->e);
	if (!b->err) {
		b->err = hash_all(b, state, buf);
		sha256_free(state);
	}
	free(buf);
	return NULL;
}

int blob_open(struct blob *b, const char *content, const char *digest,
	      uint64_t size, struct error *e)
{
	int err;

	*b = (struct blob){ .size = size };
	memcpy(b->digest, digest, sizeof(b->digest));
	err = open_file(b, content, e);
	if (err)
		return err;
	snprintf(b->path, sizeof(b->path), "/proc/self/fd/%d", b->fd);
	err = pthread_create(&b->thread, NULL, hash, b);
	if (!err)
		return 0;
	close(b->fd);
	return error_set(e, -EAGAIN, "cannot start a thread: %s",
			 strerror(err));
}

static void join(struct blob *b)
{
	if (!b->thread)
		return;
	pthread_join(b->thread, NULL);
	b->thread = 0;
}

int blob_check(struct blob *b, struct error *e)
{
	join(b);
	if (b->err)
		*e = b->e;
	return b->err;
}

void blob_close(struct blob *b)
{
	atomic_store(&b->stop, true);
	join(b);
	close(b->fd);
}
