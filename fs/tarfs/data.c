// SPDX-License-Identifier: GPL-2.0
/*
 * Read file data into the page cache: assign folios to requests (request.c).
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include "tarfs.h"

static void tarfs_end_zeros(struct folio *folio, bool success)
{
	folio_zero_segment(folio, 0, folio_size(folio));
	folio_end_read(folio, success);
}

/*
 * Find the run that fills @folio.
 * Return: 1; 0 if @folio is all zeros; -EAGAIN if no single run fills it; or
 * another error.
 */
static int tarfs_find_run(struct inode *inode, struct folio *folio,
			  struct tarfs_run *run)
{
	int found;

	if (!tarfs_is_sparse(inode)) {
		*run = (struct tarfs_run) {
			.to = i_size_read(inode),
			.next = U64_MAX,
			.start = TARFS_I(inode)->start,
		};
		return folio_pos(folio) < run->to;
	}
	found = tarfs_sparse_run(inode, folio, run);
	if (found > 0 && !tarfs_run_fills(run, folio))
		return -EAGAIN;
	return found;
}

/*
 * A large folio fails as a whole: one bad block would make all of its pages
 * unreadable. Fall back to order-0 folios until the inode is evicted: the
 * caller looks the folio up again and allocates one of order 0, and
 * tarfs_readahead() replaces the large folios that it is given. The mapping's
 * flags, which allow large folios, must not change while the inode is in use.
 */
static int tarfs_give_up_large(struct folio *folio)
{
	struct address_space *mapping = folio->mapping;

	WRITE_ONCE(TARFS_I(mapping->host)->single_pages, true);
	generic_error_remove_folio(mapping, folio);
	folio_unlock(folio);
	return AOP_TRUNCATED_PAGE;
}

/* read one folio that readahead missed or failed, and only its blocks */
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
	io = tarfs_io_new(inode->i_sb, &run, folio_pos(folio), 1, REQ_OP_READ,
			  GFP_KERNEL);
	tarfs_io_add(io, folio);
	tarfs_io_submit(io);
	return 0;
}

/*
 * Begin a request of at most @pages pages whose first folio is @folio.
 * Return: the request; or NULL, with @folio unlocked, if none is needed or
 * possible.
 */
static struct tarfs_io *tarfs_begin_ahead(struct inode *inode,
					  struct folio *folio,
					  unsigned int pages)
{
	struct tarfs_run run;
	int found = tarfs_find_run(inode, folio, &run);
	struct tarfs_io *io = NULL;

	if (!found)
		tarfs_end_zeros(folio, true);
	else if (found > 0)
		io = tarfs_io_new(inode->i_sb, &run, folio_pos(folio), pages,
				  REQ_OP_READ | REQ_RAHEAD,
				  readahead_gfp_mask(inode->i_mapping));
	if (found && !io)
		folio_unlock(folio);
	return io;
}

/* add @folio to @io, or submit @io and begin another; return the open one */
static struct tarfs_io *tarfs_ahead(struct tarfs_io *io, struct inode *inode,
				    struct folio *folio, unsigned int pages)
{
	if (io && !tarfs_io_takes(io, folio)) {
		tarfs_io_submit(io);
		io = NULL;
	}
	if (!io)
		io = tarfs_begin_ahead(inode, folio, pages);
	if (io)
		tarfs_io_add(io, folio);
	return io;
}

/**
 * tarfs_new_folio() - add a page to a file's page cache
 * @inode: the file
 * @index: of the page
 * @gfp: as for readahead
 *
 * Return: the page, locked, with a reference; or an ERR_PTR: -EEXIST if the
 * cache has the page, -ENOMEM.
 */
struct folio *tarfs_new_folio(struct inode *inode, pgoff_t index, gfp_t gfp)
{
	struct folio *folio = folio_alloc(gfp, 0);
	int err;

	if (!folio)
		return ERR_PTR(-ENOMEM);
	err = filemap_add_folio(inode->i_mapping, folio, index, gfp);
	if (err) {
		folio_put(folio);
		return ERR_PTR(err);
	}
	return folio;
}

/* replace large @folio with order-0 folios and read these */
static struct tarfs_io *tarfs_ahead_singly(struct tarfs_io *io,
					   struct inode *inode,
					   struct folio *folio,
					   unsigned int pages)
{
	gfp_t gfp = readahead_gfp_mask(inode->i_mapping);
	pgoff_t index = folio->index;
	pgoff_t end = index + folio_nr_pages(folio);

	/* the cache has the only reference; the folio lock protected it */
	folio_get(folio);
	generic_error_remove_folio(inode->i_mapping, folio);
	folio_unlock(folio);
	folio_put(folio);
	for (; index < end; index++) {
		folio = tarfs_new_folio(inode, index, gfp);
		if (IS_ERR(folio))
			continue;
		io = tarfs_ahead(io, inode, folio, pages);
		folio_put(folio);
	}
	return io;
}

/* leave folios whose read cannot be started to tarfs_read_folio() */
static void tarfs_readahead(struct readahead_control *rac)
{
	struct inode *inode = rac->mapping->host;
	u64 window_end = readahead_pos(rac) + readahead_length(rac);
	unsigned int pages = min(TARFS_SB(inode->i_sb)->bio_bytes >> PAGE_SHIFT,
				 readahead_count(rac));
	bool singly = READ_ONCE(TARFS_I(inode)->single_pages);
	struct tarfs_io *io = NULL;
	struct folio *folio;

	while ((folio = readahead_folio(rac))) {
		if (singly && folio_test_large(folio))
			io = tarfs_ahead_singly(io, inode, folio, pages);
		else
			io = tarfs_ahead(io, inode, folio, pages);
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
