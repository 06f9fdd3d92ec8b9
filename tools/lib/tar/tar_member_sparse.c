// SPDX-License-Identifier: GPL-2.0
/*
 * Sparse members: determine the dialect, find the map, get the file's size.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>

#include "tar_reader.h"

static int old_sparse_map(struct tar_reader *r, struct error *e)
{
	const struct tar_header *h = &r->header;
	struct tar_map *map = &r->pax.map;
	struct tar_sparse_block block;
	bool more = true;
	char extended = h->gnu.is_extended;
	int err;

	if (!tar_header_is_gnu(h))
		return error_set(e, -EINVAL,
				 "it is a sparse file of GNU tar's, but its header is not GNU tar's: there is no map in it");
	tar_map_reset(map);
	err = tar_map_fields(map, h->gnu.sparse, TAR_SPARSE_IN_HEADER, &more,
			     e);
	while (!err && extended) {
		if (!more)
			return error_set(e, -EINVAL,
					 "its sparse map has ended, but a block with more of it is announced: readers disagree where the data begin");
		err = tar_reader_block(r, &block, e);
		if (err)
			return err;
		err = tar_map_fields(map, block.sparse, TAR_SPARSE_IN_BLOCK,
				     &more, e);
		extended = block.is_extended;
	}
	if (err)
		return err;
	return tar_reader_field("realsize", h->gnu.real_size,
				sizeof(h->gnu.real_size), INT64_MAX,
				&r->member.size, e);
}

/* PAX 1.0: the map precedes the data */
static int data_sparse_map(struct tar_reader *r, struct error *e)
{
	struct tar_map_lines lines = { };
	char block[TAR_BLOCK_SIZE];
	int err;

	tar_map_reset(&r->pax.map);
	while (!lines.done) {
		if (r->member.stored < TAR_BLOCK_SIZE)
			return error_set(e, -EINVAL,
					 "its sparse map is longer than its data");
		r->member.stored -= TAR_BLOCK_SIZE;
		err = tar_reader_block(r, block, e);
		if (!err)
			err = tar_map_block(&r->pax.map, &lines, block, e);
		if (err)
			return err;
	}
	return 0;
}

/* of two keywords for the size GNU tar uses the last one, Go GNU.sparse.size */
static int pax_sparse_size(const struct tar_pax *pax, uint64_t *size,
			   struct error *e)
{
	const unsigned int both = TAR_PAX_SPARSE_SIZE | TAR_PAX_SPARSE_REALSIZE;

	if (!(pax->set & both))
		return error_set(e, -EINVAL,
				 "its sparse map comes without the file's size");
	*size = pax->set & TAR_PAX_SPARSE_SIZE ? pax->sparse_size :
		pax->sparse_realsize;
	if ((pax->set & both) == both && pax->sparse_realsize != *size)
		return error_set(e, -EINVAL,
				 "its GNU.sparse.size is %llu, its GNU.sparse.realsize %llu",
				 (unsigned long long)*size,
				 (unsigned long long)pax->sparse_realsize);
	return 0;
}

/* PAX 0.0 and 0.1: no reader accepts a map without the number of its entries */
static int check_record_map(const struct tar_pax *pax, struct error *e)
{
	if (!(pax->set & TAR_PAX_SPARSE_MAP))
		return error_set(e, -EINVAL, "its sparse map is missing");
	if (!(pax->set & TAR_PAX_SPARSE_BLOCKS))
		return error_set(e, -EINVAL,
				 "its sparse map comes without GNU.sparse.numblocks");
	if (pax->sparse_blocks != pax->map.entries)
		return error_set(e, -EINVAL,
				 "its sparse map has %zu pieces, its GNU.sparse.numblocks is %llu",
				 pax->map.entries,
				 (unsigned long long)pax->sparse_blocks);
	return 0;
}

static int pax_sparse_map(struct tar_reader *r, struct error *e)
{
	const unsigned int version = TAR_PAX_SPARSE_MAJOR |
				     TAR_PAX_SPARSE_MINOR;
	const struct tar_pax *pax = &r->pax;
	int err;

	err = pax_sparse_size(pax, &r->member.size, e);
	if (err)
		return err;
	if (!(pax->set & version))
		return check_record_map(pax, e);
	if ((pax->set & version) == version) {
		if (!pax->sparse_major && pax->sparse_minor <= 1)
			return check_record_map(pax, e);
		if (pax->sparse_major == 1 && !pax->sparse_minor &&
		    !(pax->set & TAR_PAX_SPARSE_MAP))
			return data_sparse_map(r, e);
	}
	return error_set(e, -EINVAL,
			 "its sparse map is of an unknown version");
}

#define PAX_SPARSE	(TAR_PAX_SPARSE_NAME | TAR_PAX_SPARSE_SIZE | \
			 TAR_PAX_SPARSE_REALSIZE | TAR_PAX_SPARSE_BLOCKS | \
			 TAR_PAX_SPARSE_MAJOR | TAR_PAX_SPARSE_MINOR | \
			 TAR_PAX_SPARSE_MAP)

int tar_member_sparse(struct tar_reader *r, const struct tar_pax *pax,
		      struct error *e)
{
	struct tar_member *m = &r->member;
	const struct tar_map *map = &r->pax.map;
	bool old = r->header.type == TAR_GNU_SPARSE;
	int err;

	if (!old && !(pax->set & PAX_SPARSE))
		return 0;
	if (m->type != TAR_REGULAR || (old && pax->set & PAX_SPARSE))
		return error_set(e, -EINVAL,
				 "a sparse map that does not belong here");
	err = old ? old_sparse_map(r, e) : pax_sparse_map(r, e);
	if (!err)
		err = tar_map_check(map, m->size, m->stored, e);
	if (err)
		return err;
	m->extents = map->extents;
	m->extent_count = map->count;
	m->sparse = m->stored != m->size;
	return 0;
}
