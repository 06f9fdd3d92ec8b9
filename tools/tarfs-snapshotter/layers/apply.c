// SPDX-License-Identifier: GPL-2.0
/*
 * Apply a blob to a snapshot.
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
#include "blob_image.h"
#include "media_type.h"

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
			 struct record *r, struct error *e)
{
	const char *path = m ? written_by(m) : "";
	uint64_t id;
	int err;

	if (parse_path(l, path, &id))
		return not_ours(e, "the mount is of no snapshot of this snapshotter");
	err = store_get_id(l->store, id, r, e);
	if (err)
		return err;
	if (r->kind == RECORD_ACTIVE && !r->image.format && is_empty(path))
		return 0;
	record_free(r);
	return not_ours(e, "the snapshot is not an empty one to write to");
}

static int check_descriptor(const struct layers_blob *b,
			    char digest[SHA256_HEX_SIZE], struct error *e)
{
	if (!media_type_is_layer(b->media_type))
		return not_ours(e, "the media type is of no tar");
	if (digest_parse(b->digest, digest))
		return not_ours(e, "the digest is no SHA-256");
	if (b->size < 0)
		return error_set(e, -EBADMSG,
				 "the descriptor of blob %s has a negative size",
				 b->digest);
	return 0;
}

/* struct filling - a snapshot to fill by Apply */
struct filling {
	struct layers *layers;
	uint64_t id;
};

static int find(void *ctx, int format, const char *digest,
		struct record_image *image, struct error *e)
{
	const struct filling *f = ctx;

	return store_attach_blob(f->layers->store, f->id, format, digest, image,
				 e);
}

static int take(void *ctx, const char *staged, struct record_image *image,
		struct error *e)
{
	const struct filling *f = ctx;

	return store_attach(f->layers->store, f->id, staged, image, e);
}

int apply_to(struct layers *l, const struct record *r, const char *digest,
	     uint64_t size, const struct layers_client *client,
	     struct record_image *image, struct error *e)
{
	struct filling filling = { l, r->id };
	const struct blob_user user = {
		.format = layer_format(r->profile),
		.digest = digest,
		.size = size,
		.client = client,
		.find = find,
		.take = take,
		.ctx = &filling,
	};

	return blob_image(l, &user, image, e);
}

int layers_apply(struct layers *l, const struct layers_blob *blob,
		 const struct layers_mount *mount, struct record_image *image,
		 struct error *e)
{
	char digest[SHA256_HEX_SIZE];
	struct record r;
	int err;

	err = find_snapshot(l, mount, &r, e);
	if (err)
		return err;
	err = check_descriptor(blob, digest, e);
	if (!err)
		err = apply_to(l, &r, digest, blob->size, &blob->client, image,
			       e);
	record_free(&r);
	return err;
}
