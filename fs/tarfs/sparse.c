// SPDX-License-Identifier: GPL-2.0
/*
 * Reading sparse files: through a map of extents, a folio at a time, by way of
 * the page cache of the device.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include "tarfs.h"

/*
 * struct tarfs_map_reader - a walk over the extents of a file
 * @first: where extent 0 is, byte offset on the device
 * @count: extents, without the last one that only ends the others
 */
struct tarfs_map_reader {
	struct inode *inode;
	struct tarfs_buf buf;
	u64 first;
	u64 count;
};

static int tarfs_map_broken(struct tarfs_map_reader *map, const char *fault)
{
	tarfs_err(map->inode->i_sb, "inode %lu, map: %s",
		  (unsigned long)map->inode->i_ino, fault);
	return -EFSCORRUPTED;
}

static int tarfs_map_open(struct tarfs_map_reader *map, struct inode *inode)
{
	struct super_block *sb = inode->i_sb;
	const struct tarfs_range *maps =
		&TARFS_SB(sb)->layout.section[TARFS2_MAPS];
	u64 pos = TARFS_I(inode)->map;
	struct tarfs2_map *dm;

	*map = (struct tarfs_map_reader) { .inode = inode };
	dm = tarfs_map(sb, &map->buf, pos, sizeof(*dm));
	if (IS_ERR(dm))
		return PTR_ERR(dm);
	map->count = le64_to_cpu(dm->count);
	map->first = pos + sizeof(*dm);
	if (map->count >= (maps->end - map->first) /
	    sizeof(struct tarfs2_extent))
		return tarfs_map_broken(map, "more extents than fit");
	return 0;
}

static int tarfs_map_extent(struct tarfs_map_reader *map, u64 i,
			    struct tarfs2_extent *e)
{
	struct tarfs2_extent *mapped;

	mapped = tarfs_map(map->inode->i_sb, &map->buf,
			   map->first + i * sizeof(*e), sizeof(*e));
	if (IS_ERR(mapped))
		return PTR_ERR(mapped);
	*e = *mapped;
	return 0;
}

/* the first extent that begins behind @pos; the one before may reach into it */
static int tarfs_map_search(struct tarfs_map_reader *map, u64 pos, u64 *found)
{
	u64 low = 0, high = map->count;
	struct tarfs2_extent e;
	int err;

	while (low < high) {
		u64 mid = low + (high - low) / 2;

		err = tarfs_map_extent(map, mid, &e);
		if (err)
			return err;
		if (le64_to_cpu(e.logical) <= pos)
			low = mid + 1;
		else
			high = mid;
	}
	*found = low;
	return 0;
}

/* copy into @folio what extent @e, which ends where @next begins, has for it */
static int tarfs_copy_extent(struct tarfs_map_reader *map, struct folio *folio,
			     const struct tarfs2_extent *e,
			     const struct tarfs2_extent *next)
{
	u64 stored = le64_to_cpu(e->stored);
	u64 from = le64_to_cpu(e->logical);
	u64 to = from + le64_to_cpu(next->stored) - stored;
	u64 start = folio_pos(folio);
	u64 end = start + folio_size(folio);
	u64 begin = max(from, start);
	struct tarfs_buf buf = {};
	int err;

	to = min3(to, end, (u64)i_size_read(map->inode));
	if (begin >= to)
		return 0;
	err = tarfs_copy(map->inode->i_sb, &buf,
			 TARFS_I(map->inode)->start + stored + (begin - from),
			 folio_address(folio) + (begin - start), to - begin);
	tarfs_put(&buf);
	return err;
}

static int tarfs_fill_folio(struct tarfs_map_reader *map, struct folio *folio)
{
	u64 end = folio_pos(folio) + folio_size(folio);
	struct tarfs2_extent e, next;
	const char *fault;
	int err;
	u64 i;

	err = tarfs_map_search(map, folio_pos(folio), &i);
	if (err)
		return err;
	if (i)
		i--;
	err = tarfs_map_extent(map, i, &e);
	for (; !err && i < map->count && le64_to_cpu(e.logical) < end; i++) {
		err = tarfs_map_extent(map, i + 1, &next);
		if (err)
			break;
		fault = tarfs2_extent_fault(&e, &next);
		if (fault)
			return tarfs_map_broken(map, fault);
		err = tarfs_copy_extent(map, folio, &e, &next);
		e = next;
	}
	return err;
}

static int tarfs_sparse_read_folio(struct file *file, struct folio *folio)
{
	struct tarfs_map_reader map;
	int err;

	folio_zero_segment(folio, 0, folio_size(folio));
	err = tarfs_map_open(&map, folio->mapping->host);
	if (!err)
		err = tarfs_fill_folio(&map, folio);
	tarfs_put(&map.buf);
	flush_dcache_folio(folio);
	tarfs_folio_end_read(folio, !err);
	return err;
}

const struct address_space_operations tarfs_sparse_aops = {
	.read_folio	= tarfs_sparse_read_folio,
};
