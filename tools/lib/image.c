// SPDX-License-Identifier: GPL-2.0
/*
 * Writing an image: data device, hash tree, trailer, in one pass.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "image.h"
#include "merkle.h"
#include "tarfs_fs.h"
#include "verity.h"

#define IMAGE_BUFFER	(64 * 1024)

/*
 * @merkle: takes the data device, NULL without verity
 * @hashing: the data device is not at its end
 * @size: of all that came, the buffer included
 * @present: how much of what is to come is in the file already
 */
struct image {
	struct output *out;
	struct merkle *merkle;
	bool hashing;
	uint64_t size;
	uint64_t present;
	size_t used;
	uint8_t buf[IMAGE_BUFFER];
};

int image_new(struct image **imgp, struct output *out, uint64_t present,
	      bool verity, struct error *e)
{
	struct image *img = malloc(sizeof(*img));
	int err;

	if (!img)
		return error_set(e, -ENOMEM, "out of memory");
	img->out = out;
	img->merkle = NULL;
	img->hashing = verity;
	img->size = 0;
	img->present = present;
	img->used = 0;
	err = verity ? merkle_new(&img->merkle, e) : 0;
	if (err) {
		free(img);
		return err;
	}
	*imgp = img;
	return 0;
}

void image_free(struct image *img)
{
	if (!img)
		return;
	merkle_free(img->merkle);
	free(img);
}

static int put(struct image *img, const uint8_t *buf, size_t len,
	       struct error *e)
{
	size_t there = len < img->present ? len : img->present;
	int err = 0;

	if (img->hashing)
		err = merkle_update(img->merkle, buf, len, e);
	if (err)
		return err;
	img->present -= there;
	return output_write(img->out, buf + there, len - there, e);
}

static int flush(struct image *img, struct error *e)
{
	size_t len = img->used;

	img->used = 0;
	return put(img, img->buf, len, e);
}

int image_write(void *ctx, const void *buf, size_t len, struct error *e)
{
	struct image *img = ctx;
	const uint8_t *p = buf;
	int err = 0;
	size_t n;

	img->size += len;
	while (len && !err) {
		if (!img->used && len >= sizeof(img->buf))
			return put(img, p, len, e);
		n = sizeof(img->buf) - img->used;
		if (n > len)
			n = len;
		memcpy(img->buf + img->used, p, n);
		img->used += n;
		p += n;
		len -= n;
		if (img->used == sizeof(img->buf))
			err = flush(img, e);
	}
	return err;
}

static int write_trailer(struct image *img, uint64_t data_blocks,
			 struct error *e)
{
	uint8_t block[TARFS_BLOCK_SIZE] = { 0 };

	verity_trailer_fill(block + sizeof(block) - TARFS_SUPER_SIZE,
			    data_blocks);
	return image_write(img, block, sizeof(block), e);
}

static int write_tree(struct image *img, struct image_layout *layout,
		      struct error *e)
{
	int err;

	err = merkle_final(img->merkle, layout->root_hash, e);
	if (err)
		return err;
	img->hashing = false;
	err = merkle_write(img->merkle, image_write, img, e);
	if (err)
		return err;
	return write_trailer(img, layout->data_size / TARFS_BLOCK_SIZE, e);
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
	err = flush(img, e);
	if (!err && img->merkle)
		err = write_tree(img, layout, e);
	if (!err)
		err = flush(img, e);
	layout->image_size = img->size;
	return err;
}
