// SPDX-License-Identifier: GPL-2.0
/*
 * Apply a blob to a snapshot: make its layer image, once for all who want it.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "blob.h"
#include "image.h"
#include "layers_private.h"
#include "media_type.h"

#define FORMAT	2
#define DIGEST	"sha256:"

static int not_ours(struct error *e, const char *why)
{
	return error_set(e, -EOPNOTSUPP, "not for this differ: %s", why);
}

/* the directory that a mount writes to, "" if there is none */
static const char *written_by(const struct layers_mount *m)
{
	static const char upper[] = "upperdir=";
	size_t i;

	if (!strcmp(m->type, "bind"))
		return m->source;
	if (strcmp(m->type, "overlay"))
		return "";
	for (i = 0; i < m->count; i++)
		if (!strncmp(m->options[i], upper, strlen(upper)))
			return m->options[i] + strlen(upper);
	return "";
}

/* the path must be just as store_dir() makes it */
static int parse_path(const struct layers *l, const char *path, uint64_t *id)
{
	const char *root = store_path(l->store), *end = path + strlen(path);
	static const char active[] = "/active/", fs[] = "/fs";
	size_t head = strlen(root) + strlen(active);
	char *again;
	int same;

	if (end - path <= head + strlen(fs))
		return -EINVAL;
	if (number_decimal(path + head, end - path - head - strlen(fs),
			   INT64_MAX, id))
		return -EINVAL;
	again = store_dir(l->store, *id, "fs");
	same = again && !strcmp(again, path);
	free(again);
	return same ? 0 : -EINVAL;
}

static bool is_empty(const char *path)
{
	DIR *list = opendir(path);
	const struct dirent *entry;
	bool empty = list;

	while (empty && (entry = readdir(list)))
		empty = !strcmp(entry->d_name, ".") ||
			!strcmp(entry->d_name, "..");
	if (list)
		closedir(list);
	return empty;
}

/* find the snapshot that the mounts show; it must be one to fill */
static int find_snapshot(const struct layers *l, const struct layers_mount *m,
			 uint64_t *id, struct error *e)
{
	const char *path = m ? written_by(m) : "";
	struct record r;
	int err;

	if (parse_path(l, path, id))
		return not_ours(e, "the mount is of no snapshot of this snapshotter");
	err = store_get_id(l->store, *id, &r, e);
	if (err)
		return err;
	if (r.kind != RECORD_ACTIVE || r.image.format || !is_empty(path))
		err = not_ours(e, "the snapshot is not an empty one to write to");
	record_free(&r);
	return err;
}

static int check_descriptor(const struct layers_blob *b,
			    char digest[SHA256_HEX_SIZE], struct error *e)
{
	uint8_t bytes[SHA256_SIZE];

	if (!media_type_is_layer(b->media_type))
		return not_ours(e, "the media type is of no tar");
	if (strncmp(b->digest, DIGEST, strlen(DIGEST)) ||
	    sha256_from_hex(b->digest + strlen(DIGEST), bytes))
		return not_ours(e, "the digest is no SHA-256");
	sha256_to_hex(bytes, digest);
	return 0;
}

static int confirm(void *ctx, struct error *e)
{
	return blob_check(ctx, e);
}

static int convert_and_attach(struct layers *l, struct blob *b, uint64_t id,
			      const struct layers_blob *want,
			      struct record_image *image, struct error *e)
{
	const struct conversion c = {
		.store = l->store,
		.tar = b->path,
		.staged = b->digest,
		.format = FORMAT,
		.cancelled = want->cancelled,
		.cancelled_ctx = want->ctx,
		.confirm = confirm,
		.confirm_ctx = b,
	};
	int err = image_convert(&c, image, e);

	if (err)
		return err;
	memcpy(image->blob, b->digest, sizeof(image->blob));
	return store_attach(l->store, id, c.staged, image, e);
}

static int make(struct layers *l, const char *digest, uint64_t id,
		const struct layers_blob *want, struct record_image *image,
		struct error *e)
{
	struct blob b;
	int err;

	err = blob_open(&b, l->content, digest, want->size, e);
	if (err)
		return err;
	err = convert_and_attach(l, &b, id, want, image, e);
	blob_close(&b);
	if (err)
		error_prefix(e, "layer sha256:%s", digest);
	return err;
}

/* an image of the blob that is there already, or one that this call makes */
static int find_or_make(struct layers *l, const char *digest, uint64_t id,
			const struct layers_blob *want,
			struct record_image *image, struct error *e)
{
	int err, wait;

	do {
		err = store_attach_blob(l->store, id, FORMAT, digest, image, e);
		if (err != 1)
			return err;
		wait = flight_begin(l->flights, digest);
	} while (wait > 0);
	if (wait < 0)
		return error_set(e, wait, "out of memory");
	/* it may have been made since */
	err = store_attach_blob(l->store, id, FORMAT, digest, image, e);
	if (err == 1)
		err = make(l, digest, id, want, image, e);
	flight_end(l->flights, digest);
	return err;
}

int layers_apply(struct layers *l, const struct layers_blob *blob,
		 const struct layers_mount *mount, struct record_image *image,
		 struct error *e)
{
	char digest[SHA256_HEX_SIZE];
	uint64_t id;
	int err;

	err = find_snapshot(l, mount, &id, e);
	if (!err)
		err = check_descriptor(blob, digest, e);
	return err ?: find_or_make(l, digest, id, blob, image, e);
}
