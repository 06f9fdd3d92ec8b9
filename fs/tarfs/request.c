// SPDX-License-Identifier: GPL-2.0
/*
 * Requests for file data.
 *
 * Data in a tar are aligned to 512 bytes, but dm-verity reads in blocks of 4096
 * bytes. Read whole blocks directly into the folios of the page cache: the
 * file's data then start @shift bytes late, and a last block that does not fit
 * goes to a scratch page.
 *
 *	device    |  block  |  block  |  block  |
 *	read         ssss dddddddd dddddddd dddd
 *	folios    [ssssdddd][dddddddd] scratch [dddd----]
 *	shifted   [dddddddd][dddddddd]
 *
 * On completion, move the data of each folio to its front by @shift, in place,
 * and fill its end from the beginning of the next. The folios are locked and
 * not up to date, so intermediate states are invisible. On a device with blocks
 * of 512 bytes the shift is zero and nothing is moved.
 *
 * Requests are limited in size: dm-verity gives each to one worker, and several
 * CPUs should hash a readahead window.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <linux/blkdev.h>
#include <linux/highmem.h>
#include <linux/mempool.h>
#include <linux/rcupdate.h>
#include <linux/workqueue.h>

#include "tarfs.h"

#define TARFS_SCRATCH_PAGES	16	/* reserved for when memory is short */

/*
 * struct tarfs_io - one request, with its bio
 * @run: the run that the request reads, as a whole or in part
 * @start: first byte of the first folio, offset in the file
 * @filled: bytes to read into the folios added so far
 * @wanted: bytes of the run in these; less than @filled only at the run's end
 * @shift: bytes before the data in the first block
 * @scratch: for a last block that does not fit into the folios, or NULL
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
	struct bio bio;			/* must be last: its bio_vecs follow */
};

static struct bio_set tarfs_bio_set;
static mempool_t tarfs_scratch_pool;
struct workqueue_struct *tarfs_workqueue;

/* move the data to the front by @io->shift bytes */
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

/* zero what follows the run, mark folios up to date or not, unlock them */
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
		folio_end_read(fi.folio, success);
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
 * @pos: first byte to read, offset in the file
 * @pages: maximum size of the request
 * @opf: as for a bio
 * @gfp: as for a bio
 *
 * Return: the request; NULL if out of memory, never with GFP_KERNEL.
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
	/* one more for the scratch page */
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

	/* without a shift the last block always fits */
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
 * Return: whether the folio begins in the run and contains only bytes of it and
 * zeros.
 */
bool tarfs_run_fills(const struct tarfs_run *run, struct folio *folio)
{
	u64 pos = folio_pos(folio);

	return pos >= run->from && pos < run->to &&
	       pos + folio_size(folio) <= max(run->to, run->next);
}

/**
 * tarfs_io_takes() - can a folio be appended to a request?
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
 * Only the last folio of a run is read in part: the whole blocks that contain
 * its data.
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
	/* cannot fail: the bio has bio_vecs for the maximum of pages */
	WARN_ON_ONCE(bio_add_page(&io->bio, folio_page(folio, 0), len, 0) !=
		     len);
	io->filled += len;
}

/* add or free the scratch page; false if the bio ends beyond the device */
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
 * @io: the request; its completion unlocks the folios and frees it
 */
void tarfs_io_submit(struct tarfs_io *io)
{
	if (tarfs_io_finish(io))
		submit_bio(&io->bio);
	else
		bio_io_error(&io->bio);
}

/**
 * tarfs_read_packed() - read a run to the beginning of a folio, synchronously
 * @folio: of order 0, locked and not up to date; remains so
 * @run: begins at the folio's position, and is no longer than the folio
 *
 * The rest of the folio is undefined afterwards.
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
 * All requests have ended: each unmount has waited for its own. But the
 * function that woke an unmount may not have returned from the module's text
 * yet. In a work item, destroy_workqueue() waits for it; in an interrupt,
 * synchronize_rcu() does; in a task, such as a preempted worker of dm-verity,
 * synchronize_rcu_tasks() waits until the task sleeps or is in user mode.
 */
void tarfs_exit_requests(void)
{
	destroy_workqueue(tarfs_workqueue);
	synchronize_rcu();
	synchronize_rcu_tasks();
	mempool_exit(&tarfs_scratch_pool);
	bioset_exit(&tarfs_bio_set);
}
