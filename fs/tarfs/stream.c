// SPDX-License-Identifier: GPL-2.0
/*
 * Readahead across files.
 *
 * Walking a tree reads files in tar order, and most are too small to gain from
 * readahead of their own. Inode numbers follow tar order: when consecutive
 * files are read to their ends, read the files with the next numbers as well,
 * several with one request, into their own page caches.
 *
 * The data of two small files can share a block, so a request reads into pages
 * of its own; on completion the part of each file is copied to its folios and
 * the pages are freed. Skip whatever would need waiting: such files are read on
 * demand.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <linux/highmem.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "tarfs.h"

/*
 * Bytes to read ahead across files. Readahead within a file ends with the file,
 * so this window may be several times as large as that of one file.
 */
#define TARFS_WINDOW_MIN	(64 * 1024)
#define TARFS_WINDOW_MAX	(1024 * 1024)
#define TARFS_WINDOW_FACTOR	8
/* maximum gap between two files, bytes: headers, directories, links */
#define TARFS_STREAM_GAP	(64 * 1024)
#define TARFS_NEIGHBOURS	255	/* inodes examined for one window */
#define TARFS_GATHER_BYTES	(256 * 1024)
#define TARFS_GATHER_FOLIOS	160

/* struct tarfs_part - a folio and the range of its bytes within a request */
struct tarfs_part {
	struct folio *folio;
	u32 from;
	u32 len;
};

/*
 * struct tarfs_gather - one request for several files
 * @start: byte offset on the device, whole blocks
 * @end: end of the data wanted so far, byte offset on the device
 */
struct tarfs_gather {
	struct work_struct work;
	struct super_block *sb;
	u64 start;
	u64 end;
	u32 page_count;
	struct page *pages[TARFS_GATHER_BYTES / PAGE_SIZE];
	u32 count;
	struct tarfs_part parts[TARFS_GATHER_FOLIOS];
};

/* struct tarfs_neighbours - the inodes in a window, with references */
struct tarfs_neighbours {
	u32 count;
	struct inode *inodes[TARFS_NEIGHBOURS];
};

static u64 tarfs_data_end(struct inode *inode)
{
	return TARFS_I(inode)->start + (tarfs_is_sparse(inode) ?
					tarfs_sparse(inode)->stored :
					i_size_read(inode));
}

/*
 * Find the stream that @inode continues and return its window. If there is
 * none, replace the oldest stream; the window of a new one is 0 until its
 * second file.
 */
static u32 tarfs_find_stream(struct tarfs_sb_info *sbi, struct inode *inode,
			     unsigned int *which)
{
	u64 start = TARFS_I(inode)->start;
	struct tarfs_stream *stream;
	unsigned int i;
	u32 window = 0;

	spin_lock(&sbi->stream_lock);
	for (i = 0; i < TARFS_STREAMS; i++) {
		stream = &sbi->streams[i];
		if (stream->next && start >= stream->next &&
		    start - stream->next <= TARFS_STREAM_GAP)
			break;
	}
	if (i < TARFS_STREAMS) {
		window = clamp_t(u32, 2 * stream->window, TARFS_WINDOW_MIN,
				 TARFS_WINDOW_MAX);
	} else {
		i = sbi->oldest_stream++ % TARFS_STREAMS;
		stream = &sbi->streams[i];
	}
	stream->window = window;
	stream->next = tarfs_data_end(inode);
	spin_unlock(&sbi->stream_lock);
	*which = i;
	return window;
}

/* limit of a window, by the device's read_ahead_kb; 0 disables readahead */
static u32 tarfs_largest_window(struct super_block *sb)
{
	return min_t(u64, TARFS_WINDOW_FACTOR * tarfs_ahead_bytes(sb),
		     TARFS_WINDOW_MAX);
}

static void tarfs_move_stream(struct tarfs_sb_info *sbi, unsigned int which,
			      u64 next)
{
	spin_lock(&sbi->stream_lock);
	sbi->streams[which].next = next;
	spin_unlock(&sbi->stream_lock);
}

/*
 * Collect the files that follow @inode in a window of @window bytes. This waits
 * for inodes that are being evicted, and eviction waits for folio locks: call
 * it before any folio is locked.
 */
static void tarfs_find_neighbours(struct inode *inode, u32 window,
				  struct tarfs_neighbours *n)
{
	struct super_block *sb = inode->i_sb;
	u64 pos = tarfs_data_end(inode);
	u64 limit = pos + window;
	u64 last = min(inode->i_ino + (u64)TARFS_NEIGHBOURS,
		       TARFS_SB(sb)->layout.inodes);
	u64 ino;

	for (ino = inode->i_ino + 1; ino <= last; ino++) {
		struct inode *next = tarfs_iget(sb, ino);
		u64 start, end;

		if (next == ERR_PTR(-ENOENT))
			continue;
		if (IS_ERR(next))
			break;
		start = TARFS_I(next)->start;
		end = tarfs_data_end(next);
		if (!S_ISREG(next->i_mode) || !i_size_read(next) ||
		    tarfs_is_sparse(next)) {
			iput(next);
			continue;
		}
		if (start < pos || start - pos > TARFS_STREAM_GAP ||
		    end > limit) {
			iput(next);
			break;
		}
		pos = end;
		n->inodes[n->count++] = next;
	}
}

static void tarfs_copy_part(struct tarfs_gather *g,
			    const struct tarfs_part *part)
{
	char *to = folio_address(part->folio);
	u32 from = part->from;
	u32 left = part->len;

	while (left) {
		char *page = page_address(g->pages[from >> PAGE_SHIFT]);
		u32 n = min_t(u32, left, PAGE_SIZE - offset_in_page(from));

		memcpy(to, page + offset_in_page(from), n);
		to += n;
		from += n;
		left -= n;
	}
	folio_zero_segment(part->folio, part->len, folio_size(part->folio));
	flush_dcache_folio(part->folio);
}

/* mark the folios up to date or not, unlock them, and free everything else */
static void tarfs_gather_end(struct tarfs_gather *g, bool success)
{
	struct super_block *sb = g->sb;
	u32 i;

	for (i = 0; i < g->count; i++) {
		struct folio *folio = g->parts[i].folio;

		if (success)
			tarfs_copy_part(g, &g->parts[i]);
		folio_end_read(folio, success);
		folio_put(folio);
	}
	for (i = 0; i < g->page_count; i++)
		__free_page(g->pages[i]);
	kfree(g);
	tarfs_end_request(sb);
}

static void tarfs_gather_work(struct work_struct *work)
{
	tarfs_gather_end(container_of(work, struct tarfs_gather, work), true);
}

static void tarfs_gather_end_io(struct bio *bio)
{
	struct tarfs_gather *g = bio->bi_private;
	bool success = bio->bi_status == BLK_STS_OK;

	bio_put(bio);
	if (success && (!in_task() || irqs_disabled())) {
		INIT_WORK(&g->work, tarfs_gather_work);
		queue_work(tarfs_workqueue, &g->work);
		return;
	}
	tarfs_gather_end(g, success);
}

static struct tarfs_gather *tarfs_gather_new(struct super_block *sb, u64 pos,
					     gfp_t gfp)
{
	struct tarfs_gather *g;

	g = kmalloc_obj(*g, tarfs_kernel_gfp(gfp));
	if (!g)
		return NULL;
	tarfs_begin_request(sb);
	g->sb = sb;
	g->start = round_down(pos, TARFS_SB(sb)->block_size);
	g->end = pos;
	g->page_count = 0;
	g->count = 0;
	return g;
}

/* allocate pages for @len bytes */
static bool tarfs_gather_alloc(struct tarfs_gather *g, u32 len, gfp_t gfp)
{
	u32 count = DIV_ROUND_UP(len, PAGE_SIZE);

	while (g->page_count < count) {
		struct page *page = alloc_page(gfp);

		if (!page)
			return false;
		g->pages[g->page_count++] = page;
	}
	return true;
}

/* allocate the bio last: it is from a mempool that reclaim may need */
static void tarfs_gather_submit(struct tarfs_gather *g, gfp_t gfp)
{
	u32 len = round_up(g->end, TARFS_SB(g->sb)->block_size) - g->start;
	struct bio *bio = NULL;
	u32 i, n;

	gfp = tarfs_kernel_gfp(gfp);
	if (tarfs_gather_alloc(g, len, gfp))
		bio = bio_alloc(g->sb->s_bdev, g->page_count,
				REQ_OP_READ | REQ_RAHEAD, gfp);
	if (!bio) {
		tarfs_gather_end(g, false);
		return;
	}
	bio->bi_iter.bi_sector = g->start >> SECTOR_SHIFT;
	bio->bi_end_io = tarfs_gather_end_io;
	bio->bi_private = g;
	for (i = 0; i < g->page_count; i++, len -= n) {
		n = min_t(u32, len, PAGE_SIZE);
		/* cannot fail: the bio has bio_vecs for all pages */
		WARN_ON_ONCE(bio_add_page(bio, g->pages[i], n, 0) != n);
	}
	submit_bio(bio);
}

/* is there room for @len bytes at @pos, byte offset on the device? */
static bool tarfs_gather_takes(struct tarfs_gather *g, u64 pos, u32 len)
{
	return g->count < TARFS_GATHER_FOLIOS &&
	       pos + len - g->start <= TARFS_GATHER_BYTES;
}

/*
 * Add page @index of @inode to a request, or to a new one if there is no room.
 * Skip pages that are already cached.
 */
static int tarfs_gather_page(struct tarfs_gather **gather, struct inode *inode,
			     pgoff_t index, gfp_t gfp)
{
	u64 offset = (u64)index << PAGE_SHIFT;
	u64 pos = TARFS_I(inode)->start + offset;
	u32 len = min_t(u64, i_size_read(inode) - offset, PAGE_SIZE);
	struct tarfs_gather *g = *gather;
	struct folio *folio;

	folio = tarfs_new_folio(inode, index, gfp);
	if (folio == ERR_PTR(-EEXIST))
		return 0;
	if (IS_ERR(folio))
		return PTR_ERR(folio);

	if (g && !tarfs_gather_takes(g, pos, len)) {
		tarfs_gather_submit(g, gfp);
		g = NULL;
	}
	if (!g)
		g = tarfs_gather_new(inode->i_sb, pos, gfp);
	*gather = g;
	if (!g) {
		folio_end_read(folio, false);
		folio_put(folio);
		return -ENOMEM;
	}
	g->parts[g->count++] = (struct tarfs_part) {
		.folio = folio,
		.from = pos - g->start,
		.len = len,
	};
	g->end = pos + len;
	return 0;
}

static int tarfs_gather_file(struct tarfs_gather **gather, struct inode *inode,
			     gfp_t gfp)
{
	pgoff_t pages = DIV_ROUND_UP_ULL(i_size_read(inode), PAGE_SIZE);
	pgoff_t index;
	int err = 0;

	for (index = 0; !err && index < pages; index++)
		err = tarfs_gather_page(gather, inode, index, gfp);
	return err;
}

/* read the files; return where the data of the last one begun end, or 0 */
static u64 tarfs_gather_files(struct tarfs_neighbours *n, gfp_t gfp)
{
	struct tarfs_gather *g = NULL;
	u64 end = 0;
	u32 i;

	for (i = 0; i < n->count; i++) {
		if (tarfs_gather_file(&g, n->inodes[i], gfp))
			break;
		end = tarfs_data_end(n->inodes[i]);
	}
	if (g)
		tarfs_gather_submit(g, gfp);
	return end;
}

/**
 * tarfs_read_neighbours() - read the next files ahead, if access is sequential
 * @inode: a file whose end has just been read ahead
 * @gfp: for readahead: may fail, must not wait for file systems
 */
void tarfs_read_neighbours(struct inode *inode, gfp_t gfp)
{
	struct tarfs_sb_info *sbi = TARFS_SB(inode->i_sb);
	struct tarfs_neighbours *n;
	unsigned int which;
	u32 window, i;
	u64 end;

	window = min(tarfs_find_stream(sbi, inode, &which),
		     tarfs_largest_window(inode->i_sb));
	if (!window)
		return;
	n = kmalloc_obj(*n, tarfs_kernel_gfp(gfp));
	if (!n)
		return;
	n->count = 0;
	tarfs_find_neighbours(inode, window, n);
	end = tarfs_gather_files(n, gfp);
	if (end)
		tarfs_move_stream(sbi, which, end);
	for (i = 0; i < n->count; i++)
		iput(n->inodes[i]);
	kfree(n);
}
