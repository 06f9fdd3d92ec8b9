// SPDX-License-Identifier: GPL-2.0
/*
 * Build an index of format 2 from a tar, and write it.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/sha256.h"
#include "index2.h"

/* @saw_end: two zero blocks mark the end of the tar */
struct index_tree {
	struct tree *tree;
	bool saw_end;
};

/* in the order in which they are written */
static const struct section {
	enum tarfs2_section_id id;
	uint32_t align;
	int (*emit)(struct index2 *ix, struct out *out, struct error *e);
} sections[] = {
	{ TARFS2_INODES, 64, index2_emit_inodes },
	{ TARFS2_DIRS, 8, index2_emit_dirs },
	{ TARFS2_MAPS, 16, index2_emit_maps },
	{ TARFS2_XATTRS, 8, index2_emit_xattrs },
	{ TARFS2_TARGETS, 1, index2_emit_targets },
	{ TARFS2_BUCKETS, TARFS_BLOCK_SIZE, index2_emit_buckets },
};

#define SECTION_COUNT	(sizeof(sections) / sizeof(sections[0]))

static void index2_free(struct index_tree *it)
{
	if (!it)
		return;
	tree_free(it->tree);
	free(it);
}

static int add_members(struct tree *t, struct tar_reader *r, struct error *e)
{
	const struct tar_member *m;
	int got, err;

	while ((got = tar_reader_next(r, &m, e)) > 0) {
		budget_grow(&t->budget, m->data);
		err = tree_add(t, m, e);
		if (err) {
			tar_member_blame(m, e);
			return err;
		}
	}
	return got ? got : tree_finish(t, e);
}

static int index2_scan(struct index_tree **tree, struct input *in,
		       uint64_t max_index, struct warnings *w, struct error *e)
{
	struct tar_reader *r = NULL;
	struct index_tree *it;
	int err;

	*tree = NULL;
	it = calloc(1, sizeof(*it));
	if (!it)
		return error_set(e, -ENOMEM, "out of memory");
	err = tree_new(&it->tree, max_index, w, e);
	if (!err)
		err = tar_reader_open(&r, in, w, e);
	if (!err)
		err = add_members(it->tree, r, e);
	if (!err)
		it->saw_end = tar_reader_saw_end(r);
	tar_reader_close(r);
	if (err)
		index2_free(it);
	else
		*tree = it;
	return err;
}

static bool index2_saw_end(const struct index_tree *it)
{
	return it->saw_end;
}

/* add an end-of-archive marker if missing, so that tar(1) ignores the index */
static int emit_padding(struct out *out, bool saw_end, struct error *e)
{
	int err = out_align(out, TAR_BLOCK_SIZE, e);

	if (!err && !saw_end)
		err = out_zero(out, 2 * TAR_BLOCK_SIZE, e);
	return err;
}

/* first pass: compute the place of each section; empty ones have offset 0 */
static int lay_out(struct index2 *ix, struct out *out, struct error *e)
{
	uint64_t before;
	size_t i;
	int err = 0;

	for (i = 0; i < SECTION_COUNT && !err; i++) {
		const struct section *s = &sections[i];

		before = out->pos;
		err = out_align(out, s->align, e);
		ix->offset[s->id] = out->pos;
		if (!err)
			err = s->emit(ix, out, e);
		ix->length[s->id] = out->pos - ix->offset[s->id];
		if (ix->length[s->id])
			continue;
		ix->offset[s->id] = 0;
		out->pos = before;
	}
	return err;
}

/* second pass: write each section to its place */
static int emit_sections(struct index2 *ix, struct out *out, struct error *e)
{
	size_t i;
	int err;

	for (i = 0; i < SECTION_COUNT; i++) {
		const struct section *s = &sections[i];

		if (!ix->length[s->id])
			continue;
		err = out_align(out, s->align, e);
		if (!err)
			err = s->emit(ix, out, e);
		if (err)
			return err;
		if (out->pos != ix->offset[s->id] + ix->length[s->id])
			return error_set(e, -EINVAL,
					 "section %d of the index is not as long as planned: a fault of this program",
					 s->id);
	}
	return 0;
}

/* derive the UUID from the tar's digest: a custom scheme, RFC 9562 version 8 */
static int make_uuid(const uint8_t diff_id[32], uint8_t uuid[16],
		     struct error *e)
{
	static const char prefix[10] = "tarfs uuid";
	uint8_t text[sizeof(prefix) + SHA256_SIZE], digest[SHA256_SIZE];
	int err;

	memcpy(text, prefix, sizeof(prefix));
	memcpy(text + sizeof(prefix), diff_id, SHA256_SIZE);
	err = sha256_buffer(text, sizeof(text), digest, e);
	if (err)
		return err;
	memcpy(uuid, digest, 16);
	uuid[6] = (uuid[6] & 0x0f) | 0x80;
	uuid[8] = (uuid[8] & 0x3f) | 0x80;
	return 0;
}

static int emit_super(const struct index2 *ix, struct out *out,
		      uint64_t tar_size, uint64_t data_size,
		      const uint8_t diff_id[32], struct error *e)
{
	static const struct siphash_key zero_key;
	struct tarfs2_super super = {
		.magic = htole64(TARFS2_MAGIC),
		.version = htole32(TARFS2_VERSION),
		.inodes = htole32(ix->inodes),
		.tar_size = htole64(tar_size),
		.data_size = htole64(data_size),
	};
	size_t i;
	int err;

	memcpy(super.diff_id, diff_id, sizeof(super.diff_id));
	err = make_uuid(diff_id, super.uuid, e);
	if (err)
		return err;
	for (i = 0; i < TARFS2_SECTIONS; i++) {
		super.sections[i].offset = htole64(ix->offset[i]);
		super.sections[i].length = htole64(ix->length[i]);
	}
	super.checksum = htole64(siphash(&super, sizeof(super), &zero_key));
	err = out_zero(out, data_size - sizeof(super) - out->pos, e);
	if (!err)
		err = out_put(out, &super, sizeof(super), e);
	return err ? err : out_flush(out, e);
}

static int plan(struct index2 *ix, struct error *e)
{
	int err = index2_order(ix, e);

	return err ? err : index2_plan_dirs(ix, e);
}

static int emit_index(struct index2 *ix, struct out *out, bool saw_end,
		      uint64_t tar_size, const uint8_t diff_id[32],
		      const struct index_sink *sink, struct error *e)
{
	uint64_t data_size;
	int err;

	out->pos = tar_size;
	err = emit_padding(out, saw_end, e);
	if (!err)
		err = lay_out(ix, out, e);
	if (err)
		return err;
	data_size = (out->pos + TARFS_SUPER_SIZE + TARFS_BLOCK_SIZE - 1) /
		    TARFS_BLOCK_SIZE * TARFS_BLOCK_SIZE;

	out->sink = sink;
	out->pos = tar_size;
	err = emit_padding(out, saw_end, e);
	if (!err)
		err = emit_sections(ix, out, e);
	if (!err)
		err = emit_super(ix, out, tar_size, data_size, diff_id, e);
	return err;
}

static uint64_t le64_at(const uint8_t *bytes)
{
	uint64_t v;

	memcpy(&v, bytes, sizeof(v));
	return le64toh(v);
}

static int index2_emit(struct index_tree *it, uint64_t tar_size,
		       const uint8_t diff_id[32],
		       const struct index_sink *sink, uint64_t *inodes,
		       struct error *e)
{
	struct index2 ix = {
		.tree = it->tree,
		.key = { le64_at(diff_id), le64_at(diff_id + 8) },
	};
	struct out *out;
	int err;

	out = calloc(1, sizeof(*out));
	if (!out)
		return error_set(e, -ENOMEM, "out of memory");
	err = plan(&ix, e);
	if (!err)
		err = emit_index(&ix, out, it->saw_end, tar_size, diff_id, sink,
				 e);
	*inodes = ix.inodes;
	free(ix.order);
	free(ix.names);
	free(ix.dirs);
	free(out);
	return err;
}

const struct index_format index2_format = {
	.version = 2,
	.scan = index2_scan,
	.saw_end = index2_saw_end,
	.emit = index2_emit,
	.free = index2_free,
};
