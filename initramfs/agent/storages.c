// SPDX-License-Identifier: GPL-2.0
/*
 * The storages of a container, as the Kata agent gets them: one for each layer,
 * and the overlay that stacks them.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "podspec.h"

#define KATA_OPT	"io.katacontainers.fs-opt."
#define LAYER_PREFIX	KATA_OPT "layer-src-prefix=" \
	"/var/lib/containerd/io.containerd.snapshotter.v1.tardev/layers"
#define HEX_DIGEST	"64 lower-case hexadecimal digits"
#define ROOT_HASH	KATA_OPT "root-hash="
#define LAYER_OPTIONS	"ro", KATA_OPT "block_device=file", KATA_OPT "is-layer"

enum {
	DRIVER, DRIVER_OPTIONS, SOURCE, FSTYPE, OPTIONS, MOUNT_POINT, FS_GROUP,
	STORAGE_MEMBERS
};

static const struct member storage_members[STORAGE_MEMBERS] = {
	[DRIVER]	 = { .key = "driver" },
	[DRIVER_OPTIONS] = { .key = "driver_options" },
	[SOURCE]	 = { .key = "source" },
	[FSTYPE]	 = { .key = "fstype" },
	[OPTIONS]	 = { .key = "options" },
	[MOUNT_POINT]	 = { .key = "mount_point" },
	[FS_GROUP]	 = { .key = "fs_group" },
};

/* what all storages have in common */
static int parse_storage(const struct node *n, const char *driver,
			 const char *source, const char *fstype,
			 struct node m[STORAGE_MEMBERS], struct error *e)
{
	size_t count;
	int err;

	err = node_object(n, storage_members, STORAGE_MEMBERS, m, e);
	if (!err)
		err = node_expect_string(&m[DRIVER], driver, e);
	if (!err)
		err = node_array(&m[DRIVER_OPTIONS], 0, 0, &count, e);
	if (!err)
		err = node_expect_string(&m[SOURCE], source, e);
	if (!err)
		err = node_expect_string(&m[FSTYPE], fstype, e);
	if (!err)
		err = node_expect_null(&m[FS_GROUP], e);
	return err;
}

/* @options must be exactly @count strings, the first of them @fixed */
static int parse_options(const struct node *options, const char *const *fixed,
			 size_t count, size_t total, struct error *e)
{
	struct node item;
	size_t have, i;
	int err;

	err = node_array(options, total, total, &have, e);
	for (i = 0; !err && i < count; i++) {
		node_item(options, i, &item);
		err = node_expect_string(&item, fixed[i], e);
	}
	return err;
}

static int is_hex_digest(const char *s)
{
	return strlen(s) == 2 * SHA256_SIZE &&
		strspn(s, "0123456789abcdef") == 2 * SHA256_SIZE;
}

static int parse_root_hash(const struct node *n, uint8_t root[SHA256_SIZE],
			   struct error *e)
{
	const char *s, *hex;
	int err;

	err = node_string(n, &s, e);
	if (err)
		return err;
	hex = s + strlen(ROOT_HASH);
	if (strncmp(s, ROOT_HASH, strlen(ROOT_HASH)) ||
	    !is_hex_digest(hex))
		return node_refuse(n, e,
				   "must be \"" ROOT_HASH "\" and " HEX_DIGEST);
	return sha256_from_hex(hex, root);
}

static int parse_layer_path(const struct node *n, struct layer *l,
			    struct error *e)
{
	int err = node_string(n, &l->mount_point, e);

	if (err)
		return err;
	l->name = l->mount_point + strlen(PODSPEC_LAYERS_DIR);
	if (strncmp(l->mount_point, PODSPEC_LAYERS_DIR,
		    strlen(PODSPEC_LAYERS_DIR)) || !is_hex_digest(l->name))
		return node_refuse(n, e, "must be \"" PODSPEC_LAYERS_DIR
				   "\" and " HEX_DIGEST);
	return 0;
}

static int parse_layer(const struct node *n, struct layer *l, struct error *e)
{
	static const char *const fixed[] = { LAYER_OPTIONS };
	struct node m[STORAGE_MEMBERS], item;
	int err;

	err = parse_storage(n, "blk", "", "tar", m, e);
	if (!err)
		err = parse_options(&m[OPTIONS], fixed, 3, 4, e);
	if (!err) {
		node_item(&m[OPTIONS], 3, &item);
		err = parse_root_hash(&item, l->root, e);
	}
	if (!err)
		err = parse_layer_path(&m[MOUNT_POINT], l, e);
	return err;
}

/*
 * A layer that another container has as well is the same one, if it has the
 * same root hash.  Within a container there is each layer once.
 */
static int add_layer(struct podspec *spec, struct container *c,
		     const struct layer *l, const struct node *n,
		     struct error *e)
{
	struct layer *known;
	size_t i;

	for (i = 0; i < c->layer_count; i++)
		if (!strcmp(c->layers[i]->name, l->name))
			return node_refuse(n, e,
				"mount_point is that of another layer");
	for (i = 0; i < spec->layer_count; i++)
		if (!strcmp(spec->layers[i].name, l->name))
			break;
	known = &spec->layers[i];
	if (i == spec->layer_count) {
		if (i == PODSPEC_LAYERS_MAX)
			return node_refuse(n, e, "more than %zu layers", i);
		*known = *l;
		spec->layer_count++;
	} else if (memcmp(known->root, l->root, sizeof(l->root))) {
		return node_refuse(n, e,
			"another container has this mount_point with another root hash");
	}
	c->layers[c->layer_count++] = known;
	return 0;
}

/* the option that repeats a layer's storage */
static int expect_layer_option(const struct node *n, const struct layer *l,
			       struct error *e)
{
	char hex[SHA256_HEX_SIZE], plain[512], want[1024];
	int len;

	sha256_to_hex(l->root, hex);
	len = snprintf(plain, sizeof(plain), "%s,tar,ro," KATA_OPT
		       "block_device=file," KATA_OPT "is-layer," ROOT_HASH "%s",
		       l->name, hex);
	strcpy(want, KATA_OPT "layer=");
	EVP_EncodeBlock((uint8_t *)want + strlen(want), (uint8_t *)plain, len);
	return node_expect_string(n, want, e);
}

static int expect_lowerdir(const struct node *n, const struct container *c,
			   struct error *e)
{
	char want[16 + PODSPEC_STACK_MAX * 65] = "lowerdir=";
	char *end = want + strlen(want);
	size_t i;

	for (i = 0; i < c->layer_count; i++)
		end += sprintf(end, "%s%s", i ? ":" : "", c->layers[i]->name);
	return node_expect_string(n, want, e);
}

static int parse_overlay_options(const struct node *n,
				 const struct container *c, struct error *e)
{
	static const char *const fixed[] = { LAYER_PREFIX };
	struct node item;
	size_t i;
	int err;

	err = parse_options(n, fixed, 1, c->layer_count + 3, e);
	for (i = 0; !err && i < c->layer_count; i++) {
		node_item(n, 1 + i, &item);
		err = expect_layer_option(&item, c->layers[i], e);
	}
	if (!err) {
		node_item(n, c->layer_count + 1, &item);
		err = node_expect_string(&item, KATA_OPT "overlay-rw", e);
	}
	if (!err) {
		node_item(n, c->layer_count + 2, &item);
		err = expect_lowerdir(&item, c, e);
	}
	return err;
}

static int parse_overlay(const struct node *n, struct container *c,
			 struct error *e)
{
	char want[sizeof(PODSPEC_ROOTFS_DIR) + 64];
	struct node m[STORAGE_MEMBERS];
	int err;

	err = parse_storage(n, "overlayfs", "none", "fuse3.kata-overlay", m, e);
	if (!err)
		err = parse_overlay_options(&m[OPTIONS], c, e);
	snprintf(want, sizeof(want), PODSPEC_ROOTFS_DIR "%s", c->id);
	if (!err)
		err = node_expect_string(&m[MOUNT_POINT], want, e);
	if (!err)
		err = node_string(&m[MOUNT_POINT], &c->rootfs, e);
	return err;
}

int storages_parse(struct podspec *spec, struct container *c,
		   const struct node *n, struct error *e)
{
	struct layer layer;
	struct node item;
	size_t count, i;
	int err;

	err = node_array(n, 2, PODSPEC_STACK_MAX + 1, &count, e);
	if (err)
		return err;
	for (i = 0; i < count - 1; i++) {
		node_item(n, i, &item);
		err = parse_layer(&item, &layer, e);
		if (!err)
			err = add_layer(spec, c, &layer, &item, e);
		if (err)
			return err;
	}
	node_item(n, count - 1, &item);
	return parse_overlay(&item, c, e);
}
