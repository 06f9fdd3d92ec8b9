// SPDX-License-Identifier: GPL-2.0
/*
 * Convert a tar to a layer image in the staging area.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdlib.h>

#include "image.h"
#include "image/convert.h"

static int progress(void *ctx, uint64_t bytes, uint64_t taken, struct error *e)
{
	const struct conversion *c = ctx;

	return c->cancelled(c->cancelled_ctx) ?
	       error_set(e, -ECANCELED, "the conversion is cancelled") : 0;
}

static int confirm(void *ctx, const struct convert_result *res,
		   struct error *e)
{
	const struct conversion *c = ctx;

	return c->confirm(c->confirm_ctx, e);
}

/*
 * Whatever a tar is said to break is about the tar, and no file of it that is
 * missing may become a snapshot that is missing.
 */
static int convert_error(int err)
{
	switch (err) {
	case 0:
	case -ENOMEM:
	case -ENOSPC:
	case -ECANCELED:
	case -EBADMSG:
		return err;
	case -EDQUOT:
		return -ENOSPC;
	default:
		return -EIO;
	}
}

static void fill(struct record_image *image, const struct convert_result *res)
{
	*image = (struct record_image){
		.format = res->format,
		.tar_size = res->tar_size,
		.data_blocks = res->data_blocks,
		.size = res->image_size,
	};
	sha256_to_hex(res->diff_id, image->diff_id);
	sha256_to_hex(res->root_hash, image->root_hash);
}

int image_convert(const struct conversion *c, struct record_image *image,
		  struct error *e)
{
	const struct convert_options opts = {
		.format = c->format,
		.verity = &verity_default,
		.progress = progress,
		.progress_ctx = (void *)c,
		.confirm = confirm,
		.confirm_ctx = (void *)c,
	};
	struct convert_result res = { 0 };
	char *path = store_staging(c->store, c->staged);
	int err;

	if (!path)
		return error_set(e, -ENOMEM, "out of memory");
	err = convert_tarball(c->tar, path, &opts, &res, e);
	if (!err)
		fill(image, &res);
	convert_result_free(&res);
	free(path);
	return convert_error(err);
}
