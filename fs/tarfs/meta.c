// SPDX-License-Identifier: GPL-2.0
/*
 * Read the index through the page cache of the block device, whose pages can be
 * reclaimed and are shared by all mounts. erofs and others read metadata with
 * read_mapping_folio() on that mapping, too; fs-verity reads its own with
 * page_cache_ra_unbounded() and no struct file.
 *
 * A page can be reclaimed and read again between two accesses, and the device
 * may be unverified: validate a record again each time that it is mapped.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include "tarfs.h"

void tarfs_put(struct tarfs_buf *buf)
{
	if (buf->folio)
		folio_put(buf->folio);
	buf->folio = NULL;
}

/* bytes of the index to read at once: initially, and in sequential access */
#define TARFS_CLUSTER		(16 * 1024)
#define TARFS_LARGE_CLUSTER	(128 * 1024)

static bool tarfs_is_cached(struct address_space *mapping, pgoff_t index)
{
	struct folio *folio = __filemap_get_folio(mapping, index, 0, 0);

	if (IS_ERR_OR_NULL(folio))
		return false;
	folio_put(folio);
	return true;
}

/*
 * Read the cluster of the index that contains page @index, unless the page is
 * cached: records used together are stored together. If the page before the
 * cluster is cached, assume sequential access and read a large cluster. Do not
 * exceed the device's read_ahead_kb.
 */
static void tarfs_read_cluster(struct super_block *sb,
			       struct address_space *mapping, pgoff_t index)
{
	const struct tarfs_layout *l = &TARFS_SB(sb)->layout;
	u64 from = round_down((u64)index << PAGE_SHIFT, TARFS_CLUSTER);
	pgoff_t first = max(from, l->tar_size) >> PAGE_SHIFT;
	DEFINE_READAHEAD(rac, NULL, NULL, mapping, first);
	u64 most = tarfs_ahead_bytes(sb);
	u64 to = from + TARFS_CLUSTER;

	if (most < TARFS_CLUSTER || tarfs_is_cached(mapping, index))
		return;
	if (first && tarfs_is_cached(mapping, first - 1))
		to = from + min_t(u64, most, TARFS_LARGE_CLUSTER);
	to = min(to, l->data_size);
	filemap_invalidate_lock_shared(mapping);
	page_cache_ra_unbounded(&rac, DIV_ROUND_UP(to, PAGE_SIZE) - first, 0);
	filemap_invalidate_unlock_shared(mapping);
}

/* let @buf hold the page that contains byte @pos; return the byte's address */
static void *tarfs_get_byte(struct super_block *sb, struct tarfs_buf *buf,
			    u64 pos)
{
	struct address_space *mapping = sb->s_bdev->bd_mapping;
	pgoff_t index = pos >> PAGE_SHIFT;
	struct folio *folio = buf->folio;

	if (!folio || !folio_contains(folio, index)) {
		tarfs_put(buf);
		if (!buf->no_readahead && pos >= TARFS_SB(sb)->layout.tar_size)
			tarfs_read_cluster(sb, mapping, index);
		folio = read_mapping_folio(mapping, index, NULL);
		if (IS_ERR(folio))
			return folio;
		buf->folio = folio;
	}
	return folio_address(folio) + offset_in_folio(folio, pos);
}

static bool tarfs_outside(struct super_block *sb, u64 pos, u64 len)
{
	u64 end = TARFS_SB(sb)->layout.data_size;

	if (pos <= end && len <= end - pos)
		return false;
	tarfs_err(sb, "reference to %llu bytes at %llu, beyond the end", len,
		  pos);
	return true;
}

/**
 * tarfs_map() - map a record that does not straddle a block
 * @sb: the file system
 * @buf: holds the page until the next call with it, or tarfs_put()
 * @pos: byte offset on the device
 * @len: bytes, at most TARFS_BLOCK_SIZE
 *
 * Return: a pointer to the bytes, valid while @buf holds their page; or an
 * ERR_PTR: -EFSCORRUPTED if they are not on the data device, -EIO if they
 * cannot be read.
 */
void *tarfs_map(struct super_block *sb, struct tarfs_buf *buf, u64 pos,
		u32 len)
{
	if (tarfs_outside(sb, pos, len))
		return ERR_PTR(-EFSCORRUPTED);
	if (tarfs_straddles(pos, len)) {
		tarfs_err(sb, "record of %u bytes at %llu straddles a block",
			  len, pos);
		return ERR_PTR(-EFSCORRUPTED);
	}
	return tarfs_get_byte(sb, buf, pos);
}

/**
 * tarfs_copy() - copy bytes that may lie in several blocks
 * @sb: the file system
 * @buf: as for tarfs_map()
 * @pos: byte offset on the device
 * @to: destination
 * @len: bytes
 *
 * Return: 0, -EFSCORRUPTED or -EIO, as tarfs_map().
 */
int tarfs_copy(struct super_block *sb, struct tarfs_buf *buf, u64 pos,
	       void *to, u64 len)
{
	if (tarfs_outside(sb, pos, len))
		return -EFSCORRUPTED;

	while (len) {
		u64 n = min_t(u64, len, PAGE_SIZE - (pos & ~PAGE_MASK));
		void *from = tarfs_get_byte(sb, buf, pos);

		if (IS_ERR(from))
			return PTR_ERR(from);
		memcpy(to, from, n);
		to += n;
		pos += n;
		len -= n;
	}
	return 0;
}

/**
 * tarfs_compare() - compare bytes that may lie in several blocks
 * @sb: the file system
 * @buf: as for tarfs_map()
 * @pos: byte offset on the device
 * @with: bytes to compare with
 * @len: bytes
 *
 * Return: 0 if they are equal, 1 if not, or an error as tarfs_map().
 */
int tarfs_compare(struct super_block *sb, struct tarfs_buf *buf, u64 pos,
		  const void *with, u32 len)
{
	if (tarfs_outside(sb, pos, len))
		return -EFSCORRUPTED;

	while (len) {
		u32 n = min_t(u32, len, PAGE_SIZE - (pos & ~PAGE_MASK));
		void *bytes = tarfs_get_byte(sb, buf, pos);

		if (IS_ERR(bytes))
			return PTR_ERR(bytes);
		if (memcmp(bytes, with, n))
			return 1;
		with += n;
		pos += n;
		len -= n;
	}
	return 0;
}
