// SPDX-License-Identifier: GPL-2.0
/*
 * Test a disk against its truncated twin: the root hash of one image, with
 * fewer data blocks in the trailer.  The tree is made here, with OpenSSL alone.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "disks/devices.h"
#include "tap.h"

#define BLOCK		4096
#define DIGESTS		(BLOCK / SHA256_SIZE)
#define HONEST		(DIGESTS + 2)	/* data blocks: the tree has two */
#define TWIN		(DIGESTS + 1)	/* blocks of their digests below one */

static uint8_t data[HONEST][BLOCK], leaves[2][BLOCK], top[1][BLOCK];

static void hash(const uint8_t *block, uint8_t *digest)
{
	uint8_t salted[SHA256_SIZE + BLOCK] = {};

	memcpy(salted + SHA256_SIZE, block, BLOCK);
	if (!EVP_Digest(salted, sizeof(salted), digest, NULL, EVP_sha256(),
			NULL))
		abort();
}

static void make_tree(uint8_t root[SHA256_SIZE])
{
	size_t i;

	for (i = 0; i < HONEST; i++) {
		memset(data[i], 'a' + i % 26, BLOCK);
		hash(data[i], leaves[i / DIGESTS] + i % DIGESTS * SHA256_SIZE);
	}
	for (i = 0; i < 2; i++)
		hash(leaves[i], top[0] + i * SHA256_SIZE);
	hash(top[0], root);
}

static void put(int fd, const void *bytes, size_t len)
{
	if (write(fd, bytes, len) != len)
		abort();
}

/* make an image of the first data blocks, with the tree of all */
static int make_image(uint64_t blocks)
{
	int fd = memfd_create("image", MFD_CLOEXEC);
	uint8_t trailer[BLOCK] = {};

	verity_trailer_fill(trailer + BLOCK - 512, blocks);
	put(fd, data, blocks * BLOCK);
	put(fd, top, sizeof(top));
	put(fd, leaves, sizeof(leaves));
	put(fd, trailer, sizeof(trailer));
	return fd;
}

/* check as discovery does; @wanted is the number in a pod spec */
static int check(uint64_t blocks, uint64_t wanted,
		 const uint8_t root[SHA256_SIZE], struct error *e)
{
	uint8_t claimed[SHA256_SIZE];
	struct verity_geometry g;
	int fd = make_image(blocks), err;

	*e = (struct error){ 0 };
	err = verity_geometry_read(fd, "disk", &g, e);
	if (!err)
		err = verity_root_read(fd, "disk", &g, claimed, e);
	if (err || memcmp(claimed, root, SHA256_SIZE))
		abort();
	err = devices_check_geometry(fd, &g, root, wanted, e);
	close(fd);
	return err;
}

int main(void)
{
	uint8_t root[SHA256_SIZE];
	struct error e;

	make_tree(root);
	ok(!check(HONEST, HONEST, root, &e), "the image that is meant");
	ok(check(TWIN, HONEST, root, &e) == -EBADMSG &&
	   strstr(e.text, "the trailer says 129 data blocks, there must be 130"),
	   "refused: its truncated twin, by the number of the pod spec");
	ok(check(HONEST, TWIN, root, &e) == -EBADMSG &&
	   strstr(e.text, "the trailer says 130 data blocks, there must be 129"),
	   "refused: the image, by another number of the pod spec");
	ok(check(TWIN, TWIN, root, &e) == -EBADMSG &&
	   strstr(e.text, "is not the one that the root hash stands for"),
	   "refused: the twin, by the edge of the tree alone: %s", e.text);
	return tap_done();
}
