// SPDX-License-Identifier: GPL-2.0
/*
 * Location of the data of regular files: the map of extents of a sparse file,
 * SEEK_DATA, SEEK_HOLE and FIEMAP.
 *
 * Each extent is a run that request.c can read. If a page needs several, their
 * data are adjacent on the device: read them to the beginning of the page in
 * one request, then move each extent's part to its place, last extent first.
 *
 *	read	[aabbbbcc........]
 *	moved	[..aa....bbbbcc..]
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <linux/fiemap.h>
#include <linux/highmem.h>
#include <linux/sched/signal.h>

#include "tarfs.h"

/*
 * struct tarfs_map_reader - iterator over the extents of a file
 * @first: extent 0, byte offset on the device
 * @count: extents, without the terminator
 */
struct tarfs_map_reader {
	struct inode *inode;
	struct tarfs_buf buf;
	u64 first;
	u64 count;
};

static int tarfs_map_broken(struct tarfs_map_reader *map, const char *fault)
{
	tarfs_err(map->inode->i_sb, "inode %u, map: %s",
		  tarfs_ino(map->inode), fault);
	return -EFSCORRUPTED;
}

static int tarfs_map_open(struct tarfs_map_reader *map, struct inode *inode)
{
	struct super_block *sb = inode->i_sb;
	const struct tarfs_range *maps =
		&TARFS_SB(sb)->layout.section[TARFS2_MAPS];
	u64 pos = tarfs_sparse(inode)->map;
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

/*
 * struct tarfs_piece - an extent in the processor's byte order
 * @from: first byte, offset in the file
 * @to: end, offset in the file; not beyond the end of the file
 * @next: start of the next extent, offset in the file; U64_MAX if there is none
 * @stored: its data, byte offset from the inode's start
 */
struct tarfs_piece {
	u64 from;
	u64 to;
	u64 next;
	u64 stored;
};

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

/*
 * Read and validate extent @i, which is below @map->count. Loops over extents
 * can be long: reschedule in each step, and fail if a fatal signal is pending.
 */
static int tarfs_map_piece(struct tarfs_map_reader *map, u64 i,
			   struct tarfs_piece *p)
{
	struct tarfs2_extent e, next;
	const char *fault;
	int err;

	if (fatal_signal_pending(current))
		return -EINTR;
	cond_resched();
	err = tarfs_map_extent(map, i, &e);
	if (!err)
		err = tarfs_map_extent(map, i + 1, &next);
	if (err)
		return err;
	fault = tarfs2_extent_fault(&e, &next);
	if (fault)
		return tarfs_map_broken(map, fault);
	p->stored = le64_to_cpu(e.stored);
	p->from = le64_to_cpu(e.logical);
	p->to = p->from + le64_to_cpu(next.stored) - p->stored;
	p->next = i + 1 < map->count ? le64_to_cpu(next.logical) : U64_MAX;
	if (p->to > i_size_read(map->inode) ||
	    le64_to_cpu(next.stored) > tarfs_sparse(map->inode)->stored)
		return tarfs_map_broken(map, "extent ends behind the file");
	return 0;
}

/* find the first extent that ends after @pos; @map->count if there is none */
static int tarfs_map_search(struct tarfs_map_reader *map, u64 pos, u64 *found)
{
	u64 low = 0, high = map->count;
	struct tarfs_piece p;
	int err;

	while (low < high) {
		u64 mid = low + (high - low) / 2;

		err = tarfs_map_piece(map, mid, &p);
		if (err)
			return err;
		if (p.to <= pos)
			low = mid + 1;
		else
			high = mid;
	}
	*found = low;
	return 0;
}

/* clip @p to @folio; false if nothing remains or it begins before @pos */
static bool tarfs_clip_piece(struct tarfs_piece *p, struct folio *folio, u64 pos)
{
	u64 begin = max_t(u64, p->from, folio_pos(folio));

	p->stored += begin - p->from;
	p->from = begin;
	p->to = min_t(u64, p->to, folio_pos(folio) + folio_size(folio));
	return pos <= p->from && p->from < p->to;
}

/*
 * Find the extents with data in @folio, from *@first up to *@end. Set @run to
 * these data on the device, and to the bytes that they take when packed to the
 * beginning of the folio.
 */
static int tarfs_find_pieces(struct tarfs_map_reader *map, struct folio *folio,
			     u64 *first, u64 *end, struct tarfs_run *run)
{
	u64 pos = folio_pos(folio);
	struct tarfs_piece p;
	int err;
	u64 i;

	*run = (struct tarfs_run) { .from = pos, .to = pos, .next = U64_MAX };
	err = tarfs_map_search(map, pos, first);
	if (err)
		return err;
	for (i = *first; i < map->count; i++) {
		err = tarfs_map_piece(map, i, &p);
		if (err)
			return err;
		if (p.from >= folio_pos(folio) + folio_size(folio))
			break;
		if (!tarfs_clip_piece(&p, folio, pos))
			return tarfs_map_broken(map, "extents are not in order");
		if (i == *first)
			run->start = TARFS_I(map->inode)->start + p.stored;
		run->to += p.to - p.from;
		pos = p.to;
	}
	*end = i;
	return 0;
}

/*
 * Move the @left bytes packed to the beginning of @folio to the places of the
 * extents from @first up to @end, and zero the rest. Validate the extents
 * again: on an unverified device they may have changed since
 * tarfs_find_pieces().
 */
static int tarfs_spread_pieces(struct tarfs_map_reader *map, struct folio *folio,
			       u64 first, u64 end, size_t left)
{
	char *addr = folio_address(folio);
	size_t rest = folio_size(folio);	/* bytes not yet filled */
	struct tarfs_piece p;
	int err;

	while (end-- > first) {
		size_t at, len;

		err = tarfs_map_piece(map, end, &p);
		if (err)
			return err;
		if (!tarfs_clip_piece(&p, folio, folio_pos(folio)))
			return tarfs_map_broken(map, "extents are not in order");
		at = p.from - folio_pos(folio);
		len = p.to - p.from;
		if (len > left || at < left - len || at + len > rest)
			return tarfs_map_broken(map, "has changed");
		left -= len;
		memmove(addr + at, addr + left, len);
		memset(addr + at + len, 0, rest - (at + len));
		rest = at;
	}
	if (left)
		return tarfs_map_broken(map, "has changed");
	memset(addr, 0, rest);
	return 0;
}

static int tarfs_fill_folio(struct tarfs_map_reader *map, struct folio *folio)
{
	struct tarfs_run run;
	u64 first, end;
	int err;

	err = tarfs_find_pieces(map, folio, &first, &end, &run);
	if (!err && run.from < run.to)
		err = tarfs_read_packed(folio, &run);
	if (!err)
		err = tarfs_spread_pieces(map, folio, first, end,
					  run.to - run.from);
	return err;
}

/**
 * tarfs_sparse_read() - read a folio that no single extent fills
 * @inode: a sparse file
 * @folio: a folio of it, locked and not up to date; unlocked afterwards
 *
 * Return: 0 or a negative errno value.
 */
int tarfs_sparse_read(struct inode *inode, struct folio *folio)
{
	struct tarfs_map_reader map;
	int err;

	err = tarfs_map_open(&map, inode);
	if (!err)
		err = tarfs_fill_folio(&map, folio);
	tarfs_put(&map.buf);
	flush_dcache_folio(folio);
	folio_end_read(folio, !err);
	return err;
}

/* set @run to extent @i; return 1, 0 if it is not below @end, or an error */
static int tarfs_make_run(struct tarfs_map_reader *map, u64 i, u64 end,
			  struct tarfs_run *run)
{
	struct tarfs_piece p;
	int err;

	if (i == map->count)
		return 0;
	err = tarfs_map_piece(map, i, &p);
	if (err)
		return err;
	*run = (struct tarfs_run) {
		.from = p.from,
		.to = p.to,
		.next = p.next,
		.start = TARFS_I(map->inode)->start + p.stored,
	};
	return p.from < end;
}

/**
 * tarfs_sparse_run() - find the first data of a folio of a sparse file
 * @inode: the file
 * @folio: the folio
 * @run: set to the extent that contains them
 *
 * The extent is read again after the search: on an unverified device it need
 * not reach into the folio.
 *
 * Return: 1; 0 if the folio is in a hole; or a negative errno value.
 */
int tarfs_sparse_run(struct inode *inode, struct folio *folio,
		     struct tarfs_run *run)
{
	struct tarfs_map_reader map;
	int err;
	u64 i;

	err = tarfs_map_open(&map, inode);
	if (!err)
		err = tarfs_map_search(&map, folio_pos(folio), &i);
	if (!err)
		err = tarfs_make_run(&map, i,
				     folio_pos(folio) + folio_size(folio), run);
	tarfs_put(&map.buf);
	return err;
}

/* SEEK_DATA: find the first data at or after @pos */
static loff_t tarfs_seek_data(struct tarfs_map_reader *map, u64 pos)
{
	struct tarfs_piece p;
	int err;
	u64 i;

	err = tarfs_map_search(map, pos, &i);
	if (err)
		return err;
	if (i == map->count)
		return -ENXIO;
	err = tarfs_map_piece(map, i, &p);
	return err ?: max(p.from, pos);
}

/* SEEK_HOLE: find the first hole at or after @pos */
static loff_t tarfs_seek_hole(struct tarfs_map_reader *map, u64 pos)
{
	struct tarfs_piece p;
	int err;
	u64 i;

	err = tarfs_map_search(map, pos, &i);
	for (; !err && i < map->count; i++) {
		err = tarfs_map_piece(map, i, &p);
		if (err || p.from > pos)
			break;
		pos = p.to;
	}
	return err ?: pos;
}

static loff_t tarfs_sparse_llseek(struct file *file, loff_t offset, int whence)
{
	struct inode *inode = file_inode(file);
	struct tarfs_map_reader map;
	loff_t pos;

	if (whence != SEEK_DATA && whence != SEEK_HOLE)
		return generic_file_llseek(file, offset, whence);
	if (offset < 0 || offset >= i_size_read(inode))
		return -ENXIO;
	pos = tarfs_map_open(&map, inode);
	if (!pos && whence == SEEK_DATA)
		pos = tarfs_seek_data(&map, offset);
	else if (!pos)
		pos = tarfs_seek_hole(&map, offset);
	tarfs_put(&map.buf);
	if (pos < 0)
		return pos;
	return vfs_setpos(file, pos, inode->i_sb->s_maxbytes);
}

/* report one extent; 1 if there is no room for more */
static int tarfs_tell_piece(struct inode *inode,
			    struct fiemap_extent_info *info,
			    const struct tarfs_piece *p, bool last)
{
	return fiemap_fill_next_extent(info, p->from,
				       TARFS_I(inode)->start + p->stored,
				       p->to - p->from,
				       FIEMAP_EXTENT_NOT_ALIGNED |
				       (last ? FIEMAP_EXTENT_LAST : 0));
}

static int tarfs_sparse_fiemap(struct inode *inode,
			       struct fiemap_extent_info *info, u64 start,
			       u64 end)
{
	struct tarfs_map_reader map;
	struct tarfs_piece p;
	int err;
	u64 i;

	err = tarfs_map_open(&map, inode);
	if (!err)
		err = tarfs_map_search(&map, start, &i);
	for (; !err && i < map.count; i++) {
		err = tarfs_map_piece(&map, i, &p);
		if (err || p.from >= end)
			break;
		err = tarfs_tell_piece(inode, info, &p, i + 1 == map.count);
	}
	tarfs_put(&map.buf);
	return min(err, 0);
}

/**
 * tarfs_fiemap() - report where a regular file's data are: FS_IOC_FIEMAP
 * @inode: the file
 * @info: receives the extents; physical offsets are those on the device
 * @start: first byte requested, offset in the file
 * @len: bytes
 *
 * Return: 0 or a negative errno value.
 */
int tarfs_fiemap(struct inode *inode, struct fiemap_extent_info *info,
		 u64 start, u64 len)
{
	struct tarfs_piece all = { .to = i_size_read(inode) };
	int err;

	err = fiemap_prep(inode, info, start, &len, 0);
	if (err)
		return err;
	if (tarfs_is_sparse(inode))
		return tarfs_sparse_fiemap(inode, info, start, start + len);
	if (start >= all.to)
		return 0;
	return min(tarfs_tell_piece(inode, info, &all, true), 0);
}

/* generic_ro_fops, except for SEEK_DATA and SEEK_HOLE */
const struct file_operations tarfs_sparse_operations = {
	.llseek		= tarfs_sparse_llseek,
	.read_iter	= generic_file_read_iter,
	.mmap		= generic_file_readonly_mmap,
	.splice_read	= filemap_splice_read,
	.setlease	= generic_setlease,
};
