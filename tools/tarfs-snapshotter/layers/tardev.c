// SPDX-License-Identifier: GPL-2.0
/*
 * Snapshots of the profile tardev get the layer image of the blob that a label names.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/kata.h"
#include "blob.h"
#include "blob_image.h"
#include "tardev_layers.h"

#define DIGEST		"sha256:"
#define CHAIN_SIZE	(sizeof(DIGEST) + SHA256_HEX_SIZE)

static int no_memory(struct error *e)
{
	return error_set(e, -ENOMEM, "out of memory");
}

int tardev_label(struct labels *labels, const struct record_image *image,
		 struct error *e)
{
	return labels_set(labels, KATA_LABEL_ROOT_HASH, image->root_hash) ?
	       no_memory(e) : 0;
}

/**
 * struct target - what a snapshot is being prepared for
 * @like: what the target will be
 * @name: its name, a chain ID
 */
struct target {
	struct layers *layers;
	const struct record *like;
	const char *name;
};

/* struct search - for a target that is there */
struct search {
	const struct target *target;
	bool found;
	bool other;
};

static int compare(void *ctx, const struct record *r, struct error *e)
{
	struct search *s = ctx;
	const struct target *t = s->target;
	const char *ref = labels_find(&r->labels, TARDEV_TARGET);

	if (r->kind != RECORD_COMMITTED || !ref || strcmp(ref, t->name) ||
	    strcmp(r->parent, t->like->parent))
		return 0;
	if (r->profile == RECORD_TARDEV)
		s->found = true;
	else
		s->other = true;
	return 0;
}

static int is_there(const struct target *t, struct error *e)
{
	return error_set(e, -EEXIST, "target snapshot %s already exists",
			 t->name);
}

/*
 * containerd finds the target by its label, parent and kind: return 1 if it would
 * find that of another profile, or if the name is not free
 */
static int find_target(const struct target *t, struct error *e)
{
	struct search search = { .target = t };
	struct record r;
	int err;

	err = store_each(t->layers->store, compare, &search, e);
	if (err || search.other)
		return err ?: 1;
	if (search.found)
		return is_there(t, e);
	err = store_get(t->layers->store, t->name, &r, e);
	if (!err)
		record_free(&r);
	return err == -ENOENT ? 0 : err ?: 1;
}

static int add_chain(char chain[CHAIN_SIZE], const char *parent,
		     const char *diff_id, struct error *e)
{
	const char *slash = strrchr(parent, '/');
	uint8_t digest[SHA256_SIZE];
	char *text;
	int err;

	if (!*parent) {
		snprintf(chain, CHAIN_SIZE, DIGEST "%s", diff_id);
		return 0;
	}
	if (asprintf(&text, "%s " DIGEST "%s", slash ? slash + 1 : parent,
		     diff_id) < 0)
		return no_memory(e);
	err = sha256_buffer(text, strlen(text), digest, e);
	free(text);
	strcpy(chain, DIGEST);
	if (!err)
		sha256_to_hex(digest, chain + strlen(DIGEST));
	return err;
}

/* nobody else compares what the blob contains with what the image's config says */
static int check_chain(const struct target *t, const struct record_image *image,
		       struct error *e)
{
	char chain[CHAIN_SIZE];
	int err;

	err = add_chain(chain, t->like->parent, image->diff_id, e);
	if (err || !strcmp(chain, t->name))
		return err;
	return error_set(e, -EBADMSG,
			 "the layer has the diff ID sha256:%s, which makes the chain ID %s, not %s",
			 image->diff_id, chain, t->name);
}

static int add_target(const struct target *t, const char *staged,
		      const struct record_image *image, struct error *e)
{
	struct record new = *t->like;
	int err;

	err = check_chain(t, image, e);
	if (err)
		return err;
	new.kind = RECORD_COMMITTED;
	new.key = (char *)t->name;
	new.image = *image;
	if (labels_copy(&new.labels, &t->like->labels))
		return no_memory(e);
	err = tardev_label(&new.labels, image, e);
	if (!err)
		err = store_add(t->layers->store, &new, staged, e);
	labels_free(&new.labels);
	return err;
}

static int find(void *ctx, int format, const char *digest,
		struct record_image *image, struct error *e)
{
	const struct target *t = ctx;

	if (!store_find_blob(t->layers->store, format, digest, image))
		return 1;
	return add_target(t, NULL, image, e);
}

static int take(void *ctx, const char *staged, struct record_image *image,
		struct error *e)
{
	return add_target(ctx, staged, image, e);
}

static bool has_blob(const struct layers *l, const char *digest)
{
	struct record_image ignored;

	return store_find_blob(l->store, layer_format(RECORD_TARDEV), digest,
			       &ignored) || blob_exists(l->content, digest);
}

static int make_target(struct target *t, const char *digest,
		       const struct layers_client *client, struct error *e)
{
	const struct blob_user user = {
		.format = layer_format(RECORD_TARDEV),
		.digest = digest,
		.size = BLOB_ANY_SIZE,
		.client = client,
		.find = find,
		.take = take,
		.ctx = t,
	};
	struct record_image image;
	int err;

	err = blob_image(t->layers, &user, &image, e);
	if (!err)
		return is_there(t, e);
	/* made by another thread meanwhile, or the name is that of something else */
	if (err == -EEXIST)
		err = find_target(t, e);
	/* the blob is gone: containerd fetches it for the snapshot */
	if (err == -ENOENT && !has_blob(t->layers, digest))
		err = 0;
	return err > 0 ? 0 : err;
}

int tardev_prepare(struct layers *l, const struct record *like,
		   const struct layers_client *client, struct error *e)
{
	const char *blob = labels_find(&like->labels, TARDEV_LAYER_DIGEST);
	struct target t = {
		.layers = l,
		.like = like,
		.name = labels_find(&like->labels, TARDEV_TARGET),
	};
	char digest[SHA256_HEX_SIZE], chain[SHA256_HEX_SIZE];
	int err;

	if (!t.name || !blob || digest_parse(blob, digest) ||
	    digest_parse(t.name, chain))
		return 0;
	err = find_target(&t, e);
	if (err < 0)
		return err;
	if (err || !has_blob(l, digest))
		return 0;
	return make_target(&t, digest, client, e);
}

static int get_image(struct layers *l, const struct record *r, const char *blob,
		     const struct layers_client *client,
		     struct record_image *image, struct error *e)
{
	char digest[SHA256_HEX_SIZE];

	*image = r->image;
	if (image->format)
		return 0;
	if (digest_parse(blob, digest))
		return error_set(e, -EINVAL,
				 "label " TARDEV_LAYER_DIGEST " of snapshot %s is no SHA-256",
				 r->key);
	return apply_to(l, r, digest, BLOB_ANY_SIZE, client, image, e);
}

static int commit_image(struct layers *l, const struct layers_commit *c,
			const struct record_image *image, struct error *e)
{
	struct labels labels;
	int err;

	if (labels_copy(&labels, c->labels))
		return no_memory(e);
	err = tardev_label(&labels, image, e);
	if (!err)
		err = store_commit(l->store, c->key, c->name, &labels,
				   image->size, 1, e);
	labels_free(&labels);
	return err;
}

int tardev_commit(struct layers *l, const struct record *r,
		  const struct layers_commit *c, struct error *e)
{
	const char *blob = labels_find(&r->labels, TARDEV_LAYER_DIGEST);
	const char *again = labels_find(c->labels, TARDEV_LAYER_DIGEST);
	struct record_image image;
	int err;

	if (r->kind != RECORD_ACTIVE)
		return error_set(e, -EBUSY, "snapshot %s is not active", r->key);
	if (!blob || !again)
		return error_set(e, -EOPNOTSUPP,
				 "snapshot %s has no label %s, without which tardev makes no layer",
				 r->key, TARDEV_LAYER_DIGEST);
	if (strcmp(blob, again))
		return error_set(e, -EINVAL,
				 "snapshot %s was prepared for layer %s, not %s",
				 r->key, blob, again);
	err = get_image(l, r, blob, &c->client, &image, e);
	return err ?: commit_image(l, c, &image, e);
}
