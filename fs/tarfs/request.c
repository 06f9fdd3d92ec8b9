// SPDX-License-Identifier: GPL-2.0
/*
 * Requests for the data of files.
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
#include <linux/blkdev.h>
#include <linux/highmem.h>
#include <linux/mempool.h>
#include <linux/rcupdate.h>
#include <linux/workqueue.h>

#include "tarfs.h"

#define TARFS_SCRATCH_PAGES	16	/* kept for when memory is short */

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
	struct super_block *sb = io->sb;

	if (io->scratch)
		mempool_free(io->scratch, &tarfs_scratch_pool);
	bio_put(&io->bio);
	tarfs_end_request(sb);
}

static void tarfs_io_complete(struct tarfs_io *io)
{
	bool success = io->bio.bi_status == BLK_STS_OK;

	if (success && io->shift)
		tarfs_shift(io);
	tarfs_end_folios(io, success);
	tarfs_io_free(io);
}

static void tarfs_io_work(struct work_struct *work)
{
	tarfs_io_complete(container_of(work, struct tarfs_io, work));
}

static void tarfs_end_io(struct bio *bio)
{
	struct tarfs_io *io = container_of(bio, struct tarfs_io, bio);

	/* copying a window of data is too slow for interrupt context: defer it */
	if (io->shift && !bio->bi_status && (!in_task() || irqs_disabled())) {
		INIT_WORK(&io->work, tarfs_io_work);
		queue_work(tarfs_workqueue, &io->work);
		return;
	}
	tarfs_io_complete(io);
}

/**
 * tarfs_io_new() - begin a request for data of a run
 * @sb: the file system
 * @run: the run
 * @pos: the first of the data that are wanted, byte offset in the file
 * @pages: how many the request can take
 * @opf: as for a bio
 * @gfp: as for a bio
 *
 * Return: the request; NULL if there is no memory, never with GFP_KERNEL.
 */
struct tarfs_io *tarfs_io_new(struct super_block *sb,
			      const struct tarfs_run *run, u64 pos,
			      unsigned int pages, blk_opf_t opf, gfp_t gfp)
{
	u64 from = run->start + (pos - run->from);
	u32 shift = from & (TARFS_SB(sb)->block_size - 1);
	struct tarfs_io *io;
	struct bio *bio;

	gfp = tarfs_kernel_gfp(gfp);
	/* the scratch page is one more */
	bio = bio_alloc_bioset(sb->s_bdev, pages + 1, opf, gfp, &tarfs_bio_set);
	if (!bio)
		return NULL;
	tarfs_begin_request(sb);
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
			tarfs_io_free(io);
			return NULL;
		}
	}
	return io;
}

/**
 * tarfs_run_fills() - can a folio be part of a request for a run?
 * @run: the run
 * @folio: the folio
 *
 * Return: whether the folio begins in the run and holds nothing but bytes of it
 * and zeros.
 */
bool tarfs_run_fills(const struct tarfs_run *run, struct folio *folio)
{
	u64 pos = folio_pos(folio);

	return pos >= run->from && pos < run->to &&
	       pos + folio_size(folio) <= max(run->to, run->next);
}

/**
 * tarfs_io_takes() - can a request read a folio behind those that it has?
 * @io: the request
 * @folio: the folio
 *
 * Return: whether it can.
 */
bool tarfs_io_takes(struct tarfs_io *io, struct folio *folio)
{
	return folio_pos(folio) == io->start + io->filled &&
	       tarfs_run_fills(&io->run, folio) &&
	       io->filled + folio_size(folio) <= TARFS_SB(io->sb)->bio_bytes;
}

/**
 * tarfs_io_add() - add a folio to a request
 * @io: the request
 * @folio: locked, not up to date; tarfs_run_fills() or tarfs_io_takes() allows it
 *
 * Only the last folio of a run is read in part: as many whole blocks as there are
 * data in it.
 */
void tarfs_io_add(struct tarfs_io *io, struct folio *folio)
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

/* make the bio complete; false if the device ends before it does */
static bool tarfs_io_finish(struct tarfs_io *io)
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
	return end <= bdev_nr_bytes(io->sb->s_bdev);
}

/**
 * tarfs_io_submit() - start a request
 * @io: the request, which frees itself; its folios are unlocked then
 */
void tarfs_io_submit(struct tarfs_io *io)
{
	if (tarfs_io_finish(io))
		submit_bio(&io->bio);
	else
		bio_io_error(&io->bio);
}

/**
 * tarfs_read_packed() - read a run to the beginning of a folio, and wait for it
 * @folio: a page, locked and not up to date; it stays so
 * @run: begins where the folio does, and is no longer
 *
 * What is behind the run in the folio is undefined afterwards.
 *
 * Return: 0 or a negative errno value.
 */
int tarfs_read_packed(struct folio *folio, const struct tarfs_run *run)
{
	struct super_block *sb = folio->mapping->host->i_sb;
	struct tarfs_io *io;
	int err = -EIO;

	io = tarfs_io_new(sb, run, run->from, 1, REQ_OP_READ, GFP_KERNEL);
	tarfs_io_add(io, folio);
	if (tarfs_io_finish(io))
		err = submit_bio_wait(&io->bio);
	if (!err && io->shift)
		tarfs_shift(io);
	tarfs_io_free(io);
	return err;
}

int __init tarfs_init_requests(void)
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

/*
 * All requests have ended: every mount has waited for its own. But a mount that
 * was woken by the last one does not know whether the function that woke it has
 * returned from the module's text yet. If that is a work item, to destroy the
 * queue waits for it; if an interrupt, synchronize_rcu() does; if a task, such as
 * a worker of dm-verity's that was preempted, synchronize_rcu_tasks() waits until
 * it sleeps or is in user mode.
 */
void tarfs_exit_requests(void)
{
	destroy_workqueue(tarfs_workqueue);
	synchronize_rcu();
	synchronize_rcu_tasks();
	mempool_exit(&tarfs_scratch_pool);
	bioset_exit(&tarfs_bio_set);
}
