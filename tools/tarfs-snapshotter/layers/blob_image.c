// SPDX-License-Identifier: GPL-2.0
/*
 * The layer image of a blob: made once for all who want it.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <string.h>

#include "blob.h"
#include "blob_image.h"
#include "image.h"

#define DIGEST	"sha256:"

int digest_parse(const char *text, char digest[SHA256_HEX_SIZE])
{
	uint8_t bytes[SHA256_SIZE];

	if (strncmp(text, DIGEST, strlen(DIGEST)) ||
	    sha256_from_hex(text + strlen(DIGEST), bytes))
		return -EINVAL;
	sha256_to_hex(bytes, digest);
	return 0;
}

static int confirm(void *ctx, struct error *e)
{
	return blob_check(ctx, e);
}

static int convert_and_take(struct layers *l, struct blob *b,
			    const struct blob_user *user,
			    struct record_image *image, struct error *e)
{
	const struct conversion c = {
		.store = l->store,
		.tar = b->path,
		.staged = b->digest,
		.format = user->format,
		.cancelled = user->client->cancelled,
		.cancelled_ctx = user->client->ctx,
		.confirm = confirm,
		.confirm_ctx = b,
	};
	int err = image_convert(&c, image, e);

	if (err)
		return err;
	memcpy(image->blob, b->digest, sizeof(image->blob));
	return user->take(user->ctx, c.staged, image, e);
}

static int make(struct layers *l, const struct blob_user *user,
		struct record_image *image, struct error *e)
{
	struct blob b;
	int err;

	err = blob_open(&b, l->content, user->digest, user->size, e);
	if (err)
		return err;
	err = convert_and_take(l, &b, user, image, e);
	blob_close(&b);
	if (err)
		error_prefix(e, "layer sha256:%s", user->digest);
	return err;
}

/* an image that is there already, or one that this call makes */
int blob_image(struct layers *l, const struct blob_user *user,
	       struct record_image *image, struct error *e)
{
	int err, wait;

	do {
		err = user->find(user->ctx, user->format, user->digest, image,
				 e);
		if (err != 1)
			return err;
		wait = flight_begin(l->flights, user->digest);
	} while (wait > 0);
	if (wait < 0)
		return error_set(e, wait, "out of memory");
	/* it may have been made since */
	err = user->find(user->ctx, user->format, user->digest, image, e);
	if (err == 1)
		err = make(l, user, image, e);
	flight_end(l->flights, user->digest);
	return err;
}
