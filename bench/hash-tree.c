// SPDX-License-Identifier: GPL-2.0
/*
 * Measure how fast a hash tree of bytes in memory is made, and libcrypto's
 * SHA-256 of the same bytes on as many threads.
 *
 *   hash-tree THREADS
 *
 * Prints two numbers, in bytes a second: of libcrypto, and of the tree.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "verity/merkle.h"

#define SIZE		(256u * 1024 * 1024)
#define PIECE		(1024 * 1024)
#define THREADS_MAX	64

/* share of a thread: every @threads-th piece, beginning with piece @first */
struct part {
	pthread_t thread;
	unsigned int first;
	unsigned int threads;
	struct merkle *tree;
};

static uint8_t *data;

__attribute__((noreturn))
static void die(const char *what)
{
	fprintf(stderr, "hash-tree: %s\n", what);
	exit(1);
}

static void *hash_alone(void *arg)
{
	const struct part *p = arg;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t digest[EVP_MAX_MD_SIZE];
	size_t i;

	if (!ctx || EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) != 1)
		die("libcrypto has no SHA-256");
	for (i = p->first; i < SIZE / PIECE; i += p->threads)
		if (EVP_DigestUpdate(ctx, data + i * PIECE, PIECE) != 1)
			die("libcrypto failed");
	if (EVP_DigestFinal_ex(ctx, digest, NULL) != 1)
		die("libcrypto failed");
	EVP_MD_CTX_free(ctx);
	return NULL;
}

static void *hash_blocks(void *arg)
{
	const size_t blocks = PIECE / MERKLE_BLOCK_SIZE;
	const struct part *p = arg;
	struct error e;
	size_t i;

	for (i = p->first; i < SIZE / PIECE; i += p->threads)
		if (merkle_add(p->tree, i * blocks, data + i * PIECE, blocks,
			       &e))
			die(e.text);
	return NULL;
}

static void share(void *(*work)(void *), unsigned int threads,
		  struct merkle *tree)
{
	struct part parts[THREADS_MAX];
	unsigned int i;

	for (i = 0; i < threads; i++) {
		parts[i].first = i;
		parts[i].threads = threads;
		parts[i].tree = tree;
		if (pthread_create(&parts[i].thread, NULL, work, &parts[i]))
			die("cannot start a thread");
	}
	for (i = 0; i < threads; i++)
		pthread_join(parts[i].thread, NULL);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static double measure_alone(unsigned int threads)
{
	double start = now();

	share(hash_alone, threads, NULL);
	return SIZE / (now() - start);
}

/* measure all that mktarfs does for a tree, up to the root hash */
static double measure_tree(unsigned int threads)
{
	uint8_t root[MERKLE_DIGEST_MAX];
	double start = now();
	struct merkle *tree;
	struct error e;

	if (merkle_new(&tree, &merkle_layer, &e))
		die(e.text);
	share(hash_blocks, threads, tree);
	if (merkle_final(tree, SIZE / MERKLE_BLOCK_SIZE, root, &e))
		die(e.text);
	start = now() - start;
	merkle_free(tree);
	return SIZE / start;
}

int main(int argc, char **argv)
{
	unsigned int threads = argc == 2 ? strtoul(argv[1], NULL, 10) : 0;
	double alone, tree;

	if (!threads || threads > THREADS_MAX)
		die("how many threads, from 1 to 64?");
	data = malloc(SIZE);
	if (!data)
		die("out of memory");
	memset(data, 0x5a, SIZE);
	alone = measure_alone(threads);
	tree = measure_tree(threads);
	printf("%.0f %.0f\n", alone, tree);
	free(data);
	return 0;
}
