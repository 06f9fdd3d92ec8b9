// SPDX-License-Identifier: GPL-2.0
/*
 * Parse the storages of a container, as the Kata agent receives them: one for
 * each layer, and the overlay that stacks them.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <inttypes.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/kata.h"
#include "pod/podspec_private.h"

#define LAYER_OPTIONS	"ro", KATA_BLOCK_DEVICE, KATA_IS_LAYER
#define LAYER_FIXED	3	/* number of LAYER_OPTIONS */
#define LAYER_COUNT	5	/* two more name the source */
#define DIGITS_MAX	15	/* of a number in an option */

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

/* parse what all storages have in common */
static int parse_storage(const struct node *n, const char *driver,
			 const char *fstype, struct node m[STORAGE_MEMBERS],
			 struct error *e)
{
	size_t count;
	int err;

	err = node_object(n, storage_members, STORAGE_MEMBERS, m, e);
	if (!err)
		err = node_expect_string(&m[DRIVER], driver, e);
	if (!err)
		err = node_array(&m[DRIVER_OPTIONS], 0, 0, &count, e);
	if (!err)
		err = node_expect_string(&m[FSTYPE], fstype, e);
	if (!err)
		err = node_expect_null(&m[FS_GROUP], e);
	return err;
}

/* @options must have @total items, the first @count of them as in @fixed */
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

/* parse a PCI address, DDDD:BB:DD.F; Kata passes it, the host chooses it */
static int parse_source(const struct node *n, struct error *e)
{
	static const char shape[] = "xxxx:xx:xx.x";
	const char *s;
	size_t i;
	int err;

	err = node_string(n, &s, e);
	if (err || !*s)
		return err;
	for (i = 0; shape[i]; i++)
		if (shape[i] == 'x' ? !s[i] || !strchr("0123456789abcdef", s[i]) :
				      s[i] != shape[i])
			break;
	if (shape[i] || s[i])
		return node_refuse(n, e,
			"must be empty or a PCI address, dddd:bb:dd.f in lower case");
	return 0;
}

/* parse an option that ends in a digest */
static int parse_digest(const struct node *n, const char *option,
			uint8_t digest[SHA256_SIZE], struct error *e)
{
	size_t len = strlen(option);
	const char *s;
	int err;

	err = node_string(n, &s, e);
	if (err)
		return err;
	if (strncmp(s, option, len) || !is_hex_digest(s + len))
		return node_refuse(n, e, "must be \"%s\" and " HEX_DIGEST,
				   option);
	return sha256_from_hex(s + len, digest);
}

/* accept one spelling of each number */
static bool is_plain_number(const char *s)
{
	size_t digits = strspn(s, "0123456789");

	return digits && digits <= DIGITS_MAX && !s[digits] && *s != '0';
}

/* parse an option that ends in a positive number */
static int parse_number(const struct node *n, const char *option,
			uint64_t *number, struct error *e)
{
	size_t len = strlen(option);
	const char *s;
	int err;

	err = node_string(n, &s, e);
	if (err)
		return err;
	if (strncmp(s, option, len) || !is_plain_number(s + len))
		return node_refuse(n, e,
			"must be \"%s\" and 1 to %d digits, the first of them not 0",
			option, DIGITS_MAX);
	*number = strtoull(s + len, NULL, 10);
	return 0;
}

static enum layer_source source_of(const struct node *options)
{
	struct node item;
	const char *s;

	node_item(options, LAYER_FIXED, &item);
	s = json_string_value(item.value);
	return s && !strncmp(s, KATA_BLOB, strlen(KATA_BLOB)) ? LAYER_BLOB :
		LAYER_IMAGE;
}

/* detect writers that do not know the option and end with the root hash */
static bool lacks_data_blocks(const struct node *options)
{
	struct node last;
	const char *s;

	node_item(options, LAYER_FIXED, &last);
	s = json_string_value(last.value);
	return s && !strncmp(s, KATA_ROOT_HASH, strlen(KATA_ROOT_HASH)) &&
	       json_array_size(options->value) == LAYER_COUNT - 1;
}

static int parse_layer_options(const struct node *options, struct layer *l,
			       struct error *e)
{
	static const char *const fixed[LAYER_FIXED] = { LAYER_OPTIONS };
	struct node origin, size;
	int err;

	l->source = source_of(options);
	if (lacks_data_blocks(options))
		return node_refuse(options, e, "lacks \"" KATA_DATA_BLOCKS
				   "\" after the root hash, which alone does not bind an image");
	err = parse_options(options, fixed, LAYER_FIXED, LAYER_COUNT, e);
	if (err)
		return err;
	node_item(options, LAYER_FIXED, &origin);
	node_item(options, LAYER_FIXED + 1, &size);
	if (l->source == LAYER_IMAGE) {
		err = parse_digest(&origin, KATA_ROOT_HASH, l->root, e);
		return err ? err : parse_number(&size, KATA_DATA_BLOCKS,
						&l->data_blocks, e);
	}
	err = parse_digest(&origin, KATA_BLOB_DIGEST, l->blob_digest, e);
	return err ? err : parse_number(&size, KATA_BLOB_SIZE, &l->blob_size, e);
}

static int parse_layer_path(const struct node *n, struct layer *l,
			    struct error *e)
{
	int err = node_string(n, &l->mount_point, e);

	if (err)
		return err;
	l->name = l->mount_point + strlen(KATA_LAYERS_DIR);
	if (strncmp(l->mount_point, KATA_LAYERS_DIR,
		    strlen(KATA_LAYERS_DIR)) || !is_hex_digest(l->name))
		return node_refuse(n, e, "must be \"" KATA_LAYERS_DIR
				   "\" and " HEX_DIGEST);
	return 0;
}

static int parse_layer(const struct node *n, struct layer *l, struct error *e)
{
	struct node m[STORAGE_MEMBERS];
	int err;

	*l = (struct layer){ 0 };
	err = parse_storage(n, KATA_LAYER_DRIVER, KATA_LAYER_FSTYPE, m, e);
	if (!err)
		err = parse_source(&m[SOURCE], e);
	if (!err)
		err = parse_layer_options(&m[OPTIONS], l, e);
	if (!err)
		err = parse_layer_path(&m[MOUNT_POINT], l, e);
	return err;
}

static bool is_same_layer(const struct layer *a, const struct layer *b)
{
	return a->source == b->source && a->blob_size == b->blob_size &&
		a->data_blocks == b->data_blocks &&
		!memcmp(a->root, b->root, sizeof(a->root)) &&
		!memcmp(a->blob_digest, b->blob_digest, sizeof(a->blob_digest));
}

/*
 * Share a layer that another container has, too, if its source is the same.
 * Within a container each layer is unique.
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
	} else if (!is_same_layer(known, l)) {
		return node_refuse(n, e,
			"another container has this mount_point with another root hash, number of data blocks or blob");
	}
	c->layers[c->layer_count++] = known;
	return 0;
}

/* format the options that name a layer's source, joined by a comma */
static void describe_source(const struct layer *l, char *text, size_t size)
{
	char hex[SHA256_HEX_SIZE];

	if (l->source == LAYER_IMAGE) {
		sha256_to_hex(l->root, hex);
		snprintf(text, size, KATA_ROOT_HASH "%s," KATA_DATA_BLOCKS "%" PRIu64,
			 hex, l->data_blocks);
	} else {
		sha256_to_hex(l->blob_digest, hex);
		snprintf(text, size, KATA_BLOB_DIGEST "%s," KATA_BLOB_SIZE "%" PRIu64,
			 hex, l->blob_size);
	}
}

/* expect the option that repeats a layer's storage */
static int expect_layer_option(const struct node *n, const struct layer *l,
			       struct error *e)
{
	char source[256], plain[512], want[1024];
	int len;

	describe_source(l, source, sizeof(source));
	len = snprintf(plain, sizeof(plain), "%s,tar,ro," KATA_BLOCK_DEVICE
		       "," KATA_IS_LAYER ",%s",
		       l->name, source);
	strcpy(want, KATA_LAYER);
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
	static const char *const fixed[] = { KATA_LAYER_PREFIX };
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
		err = node_expect_string(&item, KATA_OVERLAY_RW, e);
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
	char want[sizeof(KATA_CONTAINERS_DIR) + 64];
	struct node m[STORAGE_MEMBERS];
	int err;

	err = parse_storage(n, KATA_OVERLAY_DRIVER, KATA_OVERLAY_FSTYPE, m, e);
	if (!err)
		err = node_expect_string(&m[SOURCE], KATA_OVERLAY_SOURCE, e);
	if (!err)
		err = parse_overlay_options(&m[OPTIONS], c, e);
	snprintf(want, sizeof(want), KATA_CONTAINERS_DIR "%s", c->id);
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
