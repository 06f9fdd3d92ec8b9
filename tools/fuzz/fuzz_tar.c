// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzz target: a tar becomes an index of either format or is refused; an index
 * is whole blocks, and the same when it is made again.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <string.h>

#include "base/sha256.h"
#include "base/size.h"
#include "fuzz.h"
#include "index.h"
#include "tarfs_fs.h"

#define SIZE_MAX_HERE	(8 * 1024 * 1024)	/* uncompressed */

/* struct made - an index, or the error */
struct made {
	int err;
	uint64_t size;
	uint8_t digest[SHA256_SIZE];
	struct sha256 *hash;
};

static int see(void *ctx, const void *buf, size_t len, struct error *e)
{
	uint64_t *seen = ctx;

	*seen += len;
	return size_check("input", *seen, SIZE_MAX_HERE, e);
}

static int take(void *ctx, const void *buf, size_t len, struct error *e)
{
	struct made *m = ctx;

	m->size += len;
	return sha256_update(m->hash, buf, len, e);
}

static int emit(const struct index_format *format, struct index_tree *tree,
		uint64_t tar_size, struct made *m, struct error *e)
{
	static const uint8_t diff_id[32] = { 1, 2, 3 };
	const struct index_sink sink = { .write = take, .ctx = m };
	uint64_t inodes;
	int err;

	m->size = tar_size;
	err = format->emit(tree, tar_size, diff_id, &sink, &inodes, e);
	if (!err && (m->size % TARFS_BLOCK_SIZE || !inodes))
		abort();
	return err;
}

static void make(const struct index_format *format, const uint8_t *data,
		 size_t size, struct made *m)
{
	struct warnings warnings = { 0 };
	struct index_tree *tree = NULL;
	struct error e = { "" };
	uint64_t seen = 0;
	struct input *in;

	memset(m, 0, sizeof(*m));
	if (sha256_new(&m->hash, &e))
		abort();
	m->err = input_open(&in, file_of(data, size), "input", see, &seen, &e);
	if (!m->err) {
		m->err = format->scan(&tree, in, 0, &warnings, &e);
		if (!m->err)
			m->err = emit(format, tree, input_offset(in), m, &e);
		if (tree)
			format->free(tree);
		input_close(in);
	}
	if (m->err && !*e.text)
		abort();
	if (sha256_final(m->hash, m->digest, &e))
		abort();
	sha256_free(m->hash);
	warnings_free(&warnings);
}

static void make_twice(const struct index_format *format, const uint8_t *data,
		       size_t size)
{
	struct made one, two;

	make(format, data, size, &one);
	make(format, data, size, &two);
	if (one.err != two.err || one.size != two.size ||
	    memcmp(one.digest, two.digest, sizeof(one.digest)))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	make_twice(&index1_format, data, size);
	make_twice(&index2_format, data, size);
	return 0;
}
