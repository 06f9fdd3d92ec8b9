// SPDX-License-Identifier: GPL-2.0
/*
 * Print a hash tree in the format of veritysetup or as JSON.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/hex.h"
#include "base/report.h"
#include "verity-setup.h"
#include "verity/merkle.h"

/* derived values that both formats print */
struct facts {
	uint64_t blocks;
	uint64_t hash_blocks;
	char root[2 * MERKLE_DIGEST_MAX + 1];
	char salt[2 * MERKLE_SALT_MAX + 1];
};

static void print_text(const char *path, const struct tree_report *t,
		       const struct facts *f)
{
	const struct merkle_params *p = &t->tree->tree;
	struct error name;

	error_set(&name, 0, "%s", path);
	printf("Hash tree of %s\n"
	       "Hash type:       \t1\n"
	       "Data blocks:     \t%" PRIu64 "\n"
	       "Data block size: \t%" PRIu32 "\n"
	       "Hash offset:     \t%" PRIu64 "\n"
	       "Hash blocks:     \t%" PRIu64 "\n"
	       "Hash block size: \t%" PRIu32 "\n"
	       "Hash algorithm:  \t%s\n"
	       "Salt:            \t%s\n"
	       "Root hash:      \t%s%s\n",
	       name.text, f->blocks, p->data_block, t->data_size, f->hash_blocks,
	       p->hash_block, p->hash, *f->salt ? f->salt : "-", f->root,
	       t->edge ? " (not verified)" : "");
	if (t->edge)
		printf("Right edge:     \t%s\n", *t->edge ?
		       "of this number of data blocks" :
		       "of another number of data blocks, or damaged");
}

static int print_json(const struct tree_report *t, const struct facts *f,
		      struct error *e)
{
	const struct merkle_params *p = &t->tree->tree;
	json_t *edge = t->edge ? json_boolean(*t->edge) : NULL;

	return report_json(json_pack("{s:i, s:I, s:I, s:I, s:I, s:I, s:s, s:s, s:s, s:b, s:o*}",
			 "hash_type", 1,
			 "data_blocks", (json_int_t)f->blocks,
			 "data_block_size", (json_int_t)p->data_block,
			 "hash_offset", (json_int_t)t->data_size,
			 "hash_blocks", (json_int_t)f->hash_blocks,
			 "hash_block_size", (json_int_t)p->hash_block,
			 "hash_algorithm", p->hash,
			 "salt", f->salt,
			 "root_hash", f->root,
			 "verified", !t->edge,
			 "right_edge", edge), e);
}

int report_tree(const struct arguments *r, const struct tree_report *t,
		struct error *e)
{
	const struct merkle_params *p = &t->tree->tree;
	struct facts f = { .blocks = t->data_size / p->data_block };

	f.hash_blocks = merkle_tree_size(p, f.blocks) / p->hash_block;
	bytes_to_hex(t->root, merkle_digest_size(p->hash), f.root);
	bytes_to_hex(p->salt, p->salt_len, f.salt);
	if (r->json)
		return print_json(t, &f, e);
	print_text(r->args[0], t, &f);
	return 0;
}
