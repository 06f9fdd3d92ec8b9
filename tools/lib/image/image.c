// SPDX-License-Identifier: GPL-2.0
/*
 * Write an image: data device, hash tree, trailer, in one pass over its bytes.
 * Several threads hash and write them, by default one per processor.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "embedded.h"
#include "image.h"
#include "stream/fanout.h"
#include "tarfs_fs.h"
#include "verity/merkle.h"
#include "verity/verity.h"

#define THREADS_MAX	64

/*
 * @merkle: hash tree of the data device, NULL without verity
 * @tar: digest of the tar, updated until @tar_ended
 * @embedded: scan of the data device for superblocks, NULL if not wanted
 * @size: bytes of the image so far
 * @present: bytes of the data device that are in the file already
 */
struct image {
	struct output *out;
	const struct verity_options *verity;
	struct fanout *fanout;
	struct merkle *merkle;
	struct sha256 *tar;
	bool tar_ended;
	struct embedded *embedded;
	uint64_t size;
	uint64_t present;
};

/* ---- consumers of buffers, called by any thread ---- */

static int see_tar(void *ctx, const void *buf, size_t len, uint64_t offset,
		   struct error *e)
{
	struct image *img = ctx;

	return img->tar_ended ? 0 : sha256_update(img->tar, buf, len, e);
}

/* buffers are whole blocks, and so is the last one, as the data device is */
static int see_blocks(void *ctx, const void *buf, size_t len, uint64_t offset,
		      struct error *e)
{
	struct image *img = ctx;
	uint32_t block = img->verity->tree.data_block;

	return merkle_add(img->merkle, offset / block, buf, len / block, e);
}

static int see_new(void *ctx, const void *buf, size_t len, uint64_t offset,
		   struct error *e)
{
	struct image *img = ctx;
	size_t there = 0;

	if (offset < img->present)
		there = img->present - offset < len ? img->present - offset :
						      len;
	return output_write(img->out, (const uint8_t *)buf + there,
			    len - there, e);
}

static unsigned int processors(void)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set))
		return 1;
	return CPU_COUNT(&set);
}

static int start_readers(struct image *img, const struct image_options *opts,
			 struct error *e)
{
	unsigned int threads = opts->threads ? opts->threads : processors();
	struct fanout_reader readers[3];
	size_t count = 0;

	if (opts->tar)
		readers[count++] = (struct fanout_reader) {
			.consume = see_tar, .ctx = img, .in_order = true,
		};
	readers[count++] = (struct fanout_reader) {
		.consume = see_new, .ctx = img, .in_order = true,
	};
	if (opts->verity)
		readers[count++] = (struct fanout_reader) {
			.consume = see_blocks, .ctx = img,
		};
	if (threads > THREADS_MAX)
		threads = THREADS_MAX;
	return fanout_new(&img->fanout, readers, count, threads, e);
}

int image_new(struct image **imgp, struct output *out,
	      const struct image_options *opts, struct error *e)
{
	struct image *img = calloc(1, sizeof(*img));
	int err;

	if (!img)
		return error_set(e, -ENOMEM, "out of memory");
	img->out = out;
	img->present = opts->present;
	img->verity = opts->verity;
	err = sha256_new(&img->tar, e);
	if (!err && opts->scan && output_fd(out) >= 0)
		err = embedded_new(&img->embedded, output_fd(out), "the image",
				   e);
	if (!err && opts->verity)
		err = merkle_new(&img->merkle, &opts->verity->tree, e);
	if (!err)
		err = start_readers(img, opts, e);
	if (err) {
		image_free(img);
		return err;
	}
	*imgp = img;
	return 0;
}

void image_free(struct image *img)
{
	if (!img)
		return;
	fanout_free(img->fanout);
	embedded_free(img->embedded);
	merkle_free(img->merkle);
	sha256_free(img->tar);
	free(img);
}

/* full buffers are written after fanout_wait(); @present may be more */
static int resolve(struct image *img, struct error *e)
{
	uint64_t written = img->size;
	const void *rest;
	size_t len;
	int err;

	err = fanout_wait(img->fanout, &rest, &len, e);
	written -= len;
	if (written < img->present)
		written = img->present;
	return err ? err : embedded_resolve(img->embedded, written, e);
}

int image_write(void *ctx, const void *buf, size_t len, struct error *e)
{
	struct image *img = ctx;
	int ret;

	img->size += len;
	ret = fanout_write(img->fanout, buf, len, e);
	if (ret || !img->embedded)
		return ret;
	ret = embedded_scan(img->embedded, buf, len, e);
	return ret > 0 ? resolve(img, e) : ret;
}

/* the last partial buffer of the tar is not hashed yet */
int image_end_tar(struct image *img, uint8_t diff_id[SHA256_SIZE],
		  struct error *e)
{
	const void *rest;
	size_t len;
	int err;

	err = fanout_wait(img->fanout, &rest, &len, e);
	if (!err)
		err = sha256_update(img->tar, rest, len, e);
	img->tar_ended = true;
	return err ? err : sha256_final(img->tar, diff_id, e);
}

/* append after the data device, without hashing */
static int append(void *ctx, const void *buf, size_t len, struct error *e)
{
	struct image *img = ctx;

	img->size += len;
	return output_write(img->out, buf, len, e);
}

static int write_trailer(struct image *img, uint64_t data_size,
			 struct error *e)
{
	uint8_t block[TARFS_BLOCK_SIZE] = { 0 };

	verity_trailer_fill(block + sizeof(block) - TARFS_SUPER_SIZE,
			    data_size / TARFS_BLOCK_SIZE);
	return append(img, block, sizeof(block), e);
}

/* write dm-verity's superblock; the tree begins with the next hash block */
static int write_super(struct image *img, uint64_t data_size, struct error *e)
{
	uint8_t block[MERKLE_BLOCK_SIZE] = { 0 };

	verity_super_fill(block, img->verity, data_size);
	return append(img, block, img->verity->tree.hash_block, e);
}

static int write_tree(struct image *img, struct image_layout *layout,
		      struct error *e)
{
	const struct verity_options *o = img->verity;
	uint64_t size = layout->data_size;
	int err = 0;

	layout->root_size = merkle_digest_size(o->tree.hash);
	if (o->superblock)
		err = write_super(img, size, e);
	if (!err)
		err = merkle_final(img->merkle, size / o->tree.data_block,
				   layout->root_hash, e);
	if (!err)
		err = merkle_write(img->merkle, append, img, e);
	if (!err && !o->superblock)
		err = write_trailer(img, size, e);
	return err;
}

int image_finish(struct image *img, struct image_layout *layout,
		 struct error *e)
{
	int err;

	memset(layout, 0, sizeof(*layout));
	layout->data_size = img->size;
	if (!img->size || img->size % TARFS_BLOCK_SIZE)
		return error_set(e, -EINVAL,
				 "a data device of %llu bytes is not whole blocks",
				 (unsigned long long)img->size);
	err = fanout_finish(img->fanout, e);
	if (!err && img->embedded)
		err = embedded_resolve(img->embedded, img->size, e);
	if (!err && img->merkle)
		err = write_tree(img, layout, e);
	layout->image_size = img->size;
	return err;
}

int image_warn(const struct image *img, struct warnings *w, struct error *e)
{
	return img->embedded ? embedded_warn(img->embedded, w, e) : 0;
}
