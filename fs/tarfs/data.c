// SPDX-License-Identifier: GPL-2.0
/*
 * Reading the data of files.
 *
 * In a tar, data begin at a multiple of 512 bytes, but dm-verity reads nothing
 * smaller than its own blocks of 4096. So whole blocks are read straight into
 * the folios of the page cache: the file's bytes then sit @shift bytes too far
 * back, and the last block may not fit, for which there is a scratch page.
 *
 *	device    |  block  |  block  |  block  |
 *	read         ssss dddddddd dddddddd dddd
 *	folios    [ssssdddd][dddddddd] scratch [dddd----]
 *	shifted   [dddddddd][dddddddd]
 *
 * When the read is complete each folio is moved to the front by @shift, in
 * place, and takes the bytes it lacks from the beginning of the next. The
 * folios are locked and not up to date, so nobody sees the state between. On a
 * device whose blocks are 512 bytes the shift is zero and nothing is moved.
 *
 * A request is kept small enough that dm-verity, which gives each to one
 * worker, hashes a readahead window on several processors.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <linux/backing-dev-defs.h>
#include <linux/blkdev.h>
#include <linux/highmem.h>
#include <linux/mempool.h>
#include <linux/workqueue.h>

#include "tarfs.h"

#define TARFS_SCRATCH_PAGES	16	/* kept for when memory is short */

/* how much wider than usual a window can grow, and to what */
#define TARFS_WIDER		4
#define TARFS_WIDEST_PAGES	(512UL * 1024 / PAGE_SIZE)

/*
 * struct tarfs_io - one request, with its bio
 * @run: what is read, or a part of it
 * @start: of the first folio, byte offset in the file
 * @filled: bytes of the folios, so far
 * @wanted: bytes of the run in them; less than @filled at the end only
 * @shift: how many bytes before the data the first block begins
 * @scratch: takes the last block if it does not fit, or NULL
 */
struct tarfs_io {
	struct work_struct work;
	struct super_block *sb;
	struct tarfs_run run;
	u64 start;
	u32 filled;
	u32 wanted;
	u32 shift;
	struct page *scratch;
	struct bio bio;			/* last: its vectors follow */
};

static struct bio_set tarfs_bio_set;
static mempool_t tarfs_scratch_pool;
struct workqueue_struct *tarfs_workqueue;

/* close the gap of @io->shift bytes in front of the data */
static void tarfs_shift(struct tarfs_io *io)
{
	struct folio *scratch = io->scratch ? page_folio(io->scratch) : NULL;
	struct folio_iter fi;
	char *last = NULL;
	size_t last_len = 0;

	bio_for_each_folio_all(fi, &io->bio) {
		char *addr = folio_address(fi.folio);

		if (last)
			memcpy(last + last_len - io->shift, addr, io->shift);
		if (fi.folio == scratch)
			break;
		memmove(addr, addr + io->shift, fi.length - io->shift);
		last = addr;
		last_len = fi.length;
	}
}

/* hand the folios over: up to date, or not */
static void tarfs_end_folios(struct tarfs_io *io, bool success)
{
	struct folio *scratch = io->scratch ? page_folio(io->scratch) : NULL;
	u32 left = io->wanted;
	struct folio_iter fi;

	bio_for_each_folio_all(fi, &io->bio) {
		size_t size = folio_size(fi.folio);

		if (fi.folio == scratch)
			break;
		if (success && left < size)
			folio_zero_segment(fi.folio, left, size);
		left -= min_t(u32, left, size);
		flush_dcache_folio(fi.folio);
		tarfs_folio_end_read(fi.folio, success);
	}
}

static void tarfs_io_free(struct tarfs_io *io)
{
	if (io->scratch)
		mempool_free(io->scratch, &tarfs_scratch_pool);
	bio_put(&io->bio);
}

static void tarfs_io_complete(struct tarfs_io *io)
{
	bool success = io->bio.bi_status == BLK_STS_OK;

	/* with the last folio the file system can go, and the module with it */
	rcu_read_lock();
	if (success && io->shift)
		tarfs_shift(io);
	tarfs_end_folios(io, success);
	tarfs_io_free(io);
	rcu_read_unlock();
}

static void tarfs_io_work(struct work_struct *work)
{
	tarfs_io_complete(container_of(work, struct tarfs_io, work));
}

static void tarfs_end_io(struct bio *bio)
{
	struct tarfs_io *io = container_of(bio, struct tarfs_io, bio);

	/* moving a window of data would keep interrupts out for too long */
	if (io->shift && !bio->bi_status && (!in_task() || irqs_disabled())) {
		INIT_WORK(&io->work, tarfs_io_work);
		queue_work(tarfs_workqueue, &io->work);
		return;
	}
	tarfs_io_complete(io);
}

/*
 * Begin a request for the data of @run from @pos on, byte offset in the file;
 * @opf and @gfp as for a bio.
 * Return: NULL if there is no memory, which cannot be with GFP_KERNEL.
 */
static struct tarfs_io *tarfs_io_new(struct super_block *sb,
				     const struct tarfs_run *run, u64 pos,
				     blk_opf_t opf, gfp_t gfp)
{
	struct tarfs_sb_info *sbi = TARFS_SB(sb);
	u64 from = run->start + (pos - run->from);
	u32 shift = from & (sbi->block_size - 1);
	struct tarfs_io *io;
	struct bio *bio;

	gfp = tarfs_kernel_gfp(gfp);
	bio = bio_alloc_bioset(sb->s_bdev, sbi->bio_bytes / PAGE_SIZE + 1, opf,
			       gfp, &tarfs_bio_set);
	if (!bio)
		return NULL;
	bio->bi_iter.bi_sector = (from - shift) >> SECTOR_SHIFT;
	bio->bi_end_io = tarfs_end_io;

	io = container_of(bio, struct tarfs_io, bio);
	io->sb = sb;
	io->run = *run;
	io->start = pos;
	io->filled = 0;
	io->wanted = 0;
	io->shift = shift;
	io->scratch = NULL;

	/* without a shift there is never anything left over for it */
	if (shift) {
		io->scratch = mempool_alloc(&tarfs_scratch_pool, gfp);
		if (!io->scratch) {
			bio_put(bio);
			return NULL;
		}
	}
	return io;
}

/*
 * Does @folio begin in @run, and hold nothing but bytes of it and zeros? Only
 * such a folio can be part of a request for the run.
 */
static bool tarfs_run_fills(const struct tarfs_run *run, struct folio *folio)
{
	u64 pos = folio_pos(folio);

	return pos >= run->from && pos < run->to &&
	       pos + folio_size(folio) <= max(run->to, run->next);
}

/* can @folio be read by the same request as those before it? */
static bool tarfs_io_takes(struct tarfs_io *io, struct folio *folio)
{
	return folio_pos(folio) == io->start + io->filled &&
	       tarfs_run_fills(&io->run, folio) &&
	       io->filled + folio_size(folio) <= TARFS_SB(io->sb)->bio_bytes;
}

/*
 * Add a folio that the run fills. Only the last folio of a run is read in part:
 * as many whole blocks as there are data in it.
 */
static void tarfs_io_add(struct tarfs_io *io, struct folio *folio)
{
	u32 block = TARFS_SB(io->sb)->block_size;
	u64 left = io->run.to - folio_pos(folio);
	size_t size = folio_size(folio);
	size_t len = size;

	io->wanted += min_t(u64, left, size);
	if (left < size)
		len = min_t(size_t, size, round_up(io->shift + io->wanted,
						   block) - io->filled);
	/* cannot fail: there are vectors for as many pages as are taken */
	WARN_ON_ONCE(bio_add_page(&io->bio, folio_page(folio, 0), len, 0) !=
		     len);
	io->filled += len;
}

static void tarfs_io_submit(struct tarfs_io *io)
{
	u32 block = TARFS_SB(io->sb)->block_size;
	u64 end;

	if (io->shift + io->wanted > io->filled) {
		WARN_ON_ONCE(bio_add_page(&io->bio, io->scratch, block, 0) !=
			     block);
	} else if (io->scratch) {
		mempool_free(io->scratch, &tarfs_scratch_pool);
		io->scratch = NULL;
	}

	end = (io->bio.bi_iter.bi_sector << SECTOR_SHIFT) +
	      io->bio.bi_iter.bi_size;
	if (end > bdev_nr_bytes(io->sb->s_bdev)) {
		bio_io_error(&io->bio);
		return;
	}
	submit_bio(&io->bio);
}

static void tarfs_end_zeros(struct folio *folio, bool success)
{
	folio_zero_segment(folio, 0, folio_size(folio));
	tarfs_folio_end_read(folio, success);
}

/*
 * Find the run that fills @folio. Return: 1; 0 if @folio is all zeros; -EAGAIN if
 * it takes more than one run to fill it; or another error.
 */
static int tarfs_find_run(struct inode *inode, struct folio *folio,
			  struct tarfs_run *run)
{
	int found = 1;

	if (tarfs_is_sparse(inode))
		found = tarfs_sparse_run(inode, folio, run);
	else
		*run = (struct tarfs_run) {
			.to = i_size_read(inode),
			.next = U64_MAX,
			.start = TARFS_I(inode)->start,
		};
	if (found > 0 && !tarfs_run_fills(run, folio))
		return -EAGAIN;
	return found;
}

/*
 * Nobody can tell which pages of a large folio cannot be read, so errors would
 * spread to all of it: have the file in single pages from now on, as long as
 * its inode is in memory.
 */
static int tarfs_give_up_large(struct folio *folio)
{
	struct address_space *mapping = folio->mapping;

	tarfs_set_folio_order(mapping, 0);
	tarfs_remove_folio(mapping, folio);
	folio_unlock(folio);
	return AOP_TRUNCATED_PAGE;
}

/* a folio that readahead has not brought, or not well: just its own blocks */
static int tarfs_read_folio(struct file *file, struct folio *folio)
{
	struct inode *inode = folio->mapping->host;
	struct tarfs_run run;
	struct tarfs_io *io;
	int found;

	if (folio_test_large(folio))
		return tarfs_give_up_large(folio);
	found = tarfs_find_run(inode, folio, &run);
	if (found == -EAGAIN)
		return tarfs_sparse_read(inode, folio);
	if (found <= 0) {
		tarfs_end_zeros(folio, !found);
		return found;
	}
	io = tarfs_io_new(inode->i_sb, &run, folio_pos(folio), REQ_OP_READ,
			  GFP_KERNEL);
	tarfs_io_add(io, folio);
	tarfs_io_submit(io);
	return 0;
}

/* begin the request that @folio is the first of; NULL if it is not read so */
static struct tarfs_io *tarfs_begin_ahead(struct inode *inode,
					  struct folio *folio)
{
	struct tarfs_run run;
	int found = tarfs_find_run(inode, folio, &run);
	struct tarfs_io *io = NULL;

	if (!found)
		tarfs_end_zeros(folio, true);
	else if (found > 0)
		io = tarfs_io_new(inode->i_sb, &run, folio_pos(folio),
				  REQ_OP_READ | REQ_RAHEAD,
				  readahead_gfp_mask(inode->i_mapping));
	if (found && !io)
		folio_unlock(folio);
	return io;
}

/*
 * Two windows in a row share a block, which is read twice. Whoever reads on and
 * on gets larger windows, so that this costs nothing.
 */
static void tarfs_widen(struct inode *inode, struct file_ra_state *ra)
{
	unsigned long pages = TARFS_WIDER * inode->i_sb->s_bdi->ra_pages;

	pages = min(pages, TARFS_WIDEST_PAGES);
	if (ra && ra->size >= ra->ra_pages && ra->async_size == ra->size &&
	    ra->ra_pages < pages)
		ra->ra_pages = pages;
}

/* what cannot be started here is left to tarfs_read_folio() */
static void tarfs_readahead(struct readahead_control *rac)
{
	struct inode *inode = rac->mapping->host;
	u64 window_end = readahead_pos(rac) + readahead_length(rac);
	struct tarfs_io *io = NULL;
	struct folio *folio;

	tarfs_widen(inode, rac->ra);
	while ((folio = readahead_folio(rac))) {
		if (io && !tarfs_io_takes(io, folio)) {
			tarfs_io_submit(io);
			io = NULL;
		}
		if (!io)
			io = tarfs_begin_ahead(inode, folio);
		if (io)
			tarfs_io_add(io, folio);
	}
	if (io)
		tarfs_io_submit(io);
	if (window_end >= i_size_read(inode) &&
	    !(rac->file && rac->file->f_mode & FMODE_RANDOM))
		tarfs_read_neighbours(inode, readahead_gfp_mask(rac->mapping));
}

const struct address_space_operations tarfs_aops = {
	.read_folio	= tarfs_read_folio,
	.readahead	= tarfs_readahead,
};

int __init tarfs_init_data(void)
{
	int err;

	tarfs_workqueue = alloc_workqueue("tarfs", WQ_UNBOUND | WQ_HIGHPRI |
					  WQ_MEM_RECLAIM, 0);
	if (!tarfs_workqueue)
		return -ENOMEM;
	err = bioset_init(&tarfs_bio_set, BIO_POOL_SIZE,
			  offsetof(struct tarfs_io, bio), BIOSET_NEED_BVECS);
	if (err)
		goto destroy_workqueue;
	err = mempool_init_page_pool(&tarfs_scratch_pool, TARFS_SCRATCH_PAGES,
				     0);
	if (err)
		goto exit_bio_set;
	return 0;

exit_bio_set:
	bioset_exit(&tarfs_bio_set);
destroy_workqueue:
	destroy_workqueue(tarfs_workqueue);
	return err;
}

void tarfs_exit_data(void)
{
	destroy_workqueue(tarfs_workqueue);
	/* requests that are complete but for giving back what they had */
	synchronize_rcu();
	mempool_exit(&tarfs_scratch_pool);
	bioset_exit(&tarfs_bio_set);
}
