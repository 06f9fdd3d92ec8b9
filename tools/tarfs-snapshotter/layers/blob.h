/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Blobs of containerd's content store, and their digests.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_SNAPSHOTTER_BLOB_H
#define TARFS_SNAPSHOTTER_BLOB_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/sha256.h"

#define BLOB_ANY_SIZE	UINT64_MAX

/**
 * struct blob - a blob whose digest is computed in a thread of its own, while the
 * blob is being converted
 * @fd: the file
 * @path: of @fd, for whoever reads it as well
 * @stop: the digest is not wanted any more
 */
struct blob {
	int fd;
	char path[64];
	char digest[SHA256_HEX_SIZE];
	uint64_t size;
	atomic_bool stop;
	pthread_t thread;
	int err;
	struct error e;
};

/**
 * blob_open() - open a blob and begin to compute its digest
 * @content: directory of the content store
 * @digest: of the blob, hexadecimal, which is its name
 * @size: that it must have, or BLOB_ANY_SIZE
 *
 * Return: 0, -ENOENT, -EBADMSG if it has another size, or another negative errno
 * value.
 */
int blob_open(struct blob *b, const char *content, const char *digest,
	      uint64_t size, struct error *e);

/* is there such a blob? */
bool blob_exists(const char *content, const char *digest);

/* wait for the digest; return 0, -EBADMSG if it is another one, or an error */
int blob_check(struct blob *b, struct error *e);

/* stop computing, if blob_check() was not called, and close the file */
void blob_close(struct blob *b);

#endif /* TARFS_SNAPSHOTTER_BLOB_H */
