// SPDX-License-Identifier: GPL-2.0
/*
 * Write extended attributes: each set once, followed by its values.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <endian.h>
#include <errno.h>
#include <string.h>

#include "index2.h"

#define NOT_EMITTED	UINT64_MAX

static uint64_t round_up(uint64_t pos, uint64_t align)
{
	return (pos + align - 1) & ~(align - 1);
}

static uint64_t record_size(const struct xattr_attr *attr)
{
	return round_up(sizeof(struct tarfs2_xattr) + attr->name_len, 8);
}

/* compute the end of a set's records that begin at @pos, gaps included */
static uint64_t records_end(const struct xattr_set *set, uint64_t pos)
{
	struct xattr_attr attr;
	size_t at = 0;

	while (at < set->bytes) {
		at = xattr_set_next(set, at, &attr);
		if (pos % TARFS_BLOCK_SIZE + record_size(&attr) >
		    TARFS_BLOCK_SIZE)
			pos = round_up(pos, TARFS_BLOCK_SIZE);
		pos += record_size(&attr);
	}
	return pos;
}

static int emit_record(struct out *out, const struct xattr_attr *attr,
		       uint64_t value, struct error *e)
{
	struct tarfs2_xattr record = {
		.prefix = attr->prefix,
		.name_len = attr->name_len,
		.value_len = htole32(attr->value_len),
		.value = htole64(value),
	};
	int err;

	err = out_fit(out, record_size(attr), e);
	if (!err)
		err = out_put(out, &record, sizeof(record), e);
	if (!err)
		err = out_put(out, attr->name, attr->name_len, e);
	if (!err)
		err = out_align(out, 8, e);
	return err;
}

/* align before each item: the section ends with the last value */
static int emit_set(struct out *out, struct xattr_set *set, struct error *e)
{
	struct tarfs2_xattrs header = { .count = htole32(set->count) };
	struct xattr_attr attr;
	uint64_t value;
	size_t at;
	int err;

	err = out_align(out, 8, e);
	set->offset = out->pos;
	if (!err)
		err = out_put(out, &header, sizeof(header), e);
	value = records_end(set, out->pos);
	for (at = 0; at < set->bytes && !err; ) {
		at = xattr_set_next(set, at, &attr);
		err = emit_record(out, &attr, value, e);
		value = round_up(value + attr.value_len, 8);
	}
	for (at = 0; at < set->bytes && !err; ) {
		at = xattr_set_next(set, at, &attr);
		err = out_align(out, 8, e);
		if (!err)
			err = out_put(out, attr.value, attr.value_len, e);
	}
	return err;
}

/* write the sets in the order of the inodes that use them first */
int index2_emit_xattrs(struct index2 *ix, struct out *out, struct error *e)
{
	struct xattr_sets *sets = &ix->tree->xattrs;
	uint64_t start = out->pos;
	uint32_t i, id;
	int err = 0;

	for (id = 0; id < sets->count; id++)
		sets->sets[id].offset = NOT_EMITTED;
	for (i = 0; i < ix->inodes && !err; i++) {
		id = ix->tree->inodes[ix->order[i]].xattrs;
		if (id != XATTR_SET_NONE &&
		    sets->sets[id].offset == NOT_EMITTED)
			err = emit_set(out, &sets->sets[id], e);
	}
	if (!err && (out->pos - start) / 8 >= UINT32_MAX)
		err = error_set(e, -EFBIG,
				"more extended attributes than format 2 can address");
	return err;
}
