// SPDX-License-Identifier: GPL-2.0
/*
 * Mounts of the profile tardev: Kata's shim takes the layers from the options.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <openssl/evp.h>

#include "base/kata.h"
#include "tardev_layers.h"

#define PLAIN_SIZE	512	/* bytes of a layer's option */
#define NAME_SIZE	SHA256_HEX_SIZE

static int no_memory(struct error *e)
{
	return error_set(e, -ENOMEM, "out of memory");
}

static int add_layer(struct mount_entry *m, const char *name,
		     const struct record *r, struct error *e)
{
	char plain[PLAIN_SIZE], coded[2 * PLAIN_SIZE];
	int len;

	len = snprintf(plain, sizeof(plain), "%s," KATA_LAYER_FSTYPE ",ro,"
		       KATA_BLOCK_DEVICE "," KATA_IS_LAYER "," KATA_ROOT_HASH
		       "%s", name, r->image.root_hash);
	EVP_EncodeBlock((unsigned char *)coded, (const unsigned char *)plain,
			len);
	return mount_entry_add(m, e, KATA_LAYER "%s", coded);
}

/* @lower gets "NAME:NAME..." */
static int add_layers(struct mount_entry *m, const struct record *chain,
		      size_t count, char *lower, struct error *e)
{
	char name[NAME_SIZE];
	size_t i;
	int err = 0;

	*lower = 0;
	for (i = 0; !err && i < count; i++) {
		err = store_layer_name(chain[i].key, name, e);
		if (!err)
			err = add_layer(m, name, &chain[i], e);
		lower += sprintf(lower, "%s%s", i ? ":" : "", name);
	}
	return err;
}

/* the order of the options is fixed: policies compare each */
static int add_options(const struct layers *l, struct mount_entry *m,
		       const struct record *chain, size_t count,
		       struct error *e)
{
	char *lower = malloc(count * NAME_SIZE + 1);
	int err;

	if (!lower)
		return no_memory(e);
	err = mount_entry_add(m, e, KATA_SOURCE_PREFIX "%s/layers",
			      store_path(l->store));
	if (!err)
		err = add_layers(m, chain, count, lower, e);
	if (!err)
		err = mount_entry_add(m, e, KATA_OVERLAY_RW);
	if (!err)
		err = mount_entry_add(m, e, "lowerdir=%s", lower);
	free(lower);
	return err;
}

static int mount_chain(struct layers *l, const struct record *r,
		       struct mount_entry *m, struct error *e)
{
	struct record *chain;
	size_t count;
	int err;

	m->type = KATA_OVERLAY_FSTYPE;
	m->source = strdup("/");
	if (!m->source)
		return no_memory(e);
	err = store_chain(l->store, r->key, &chain, &count, e);
	if (err)
		return err;
	err = add_options(l, m, chain, count, e);
	store_chain_free(chain, count);
	return err;
}

/* what containerd unpacks there is not looked at */
static int mount_unpacked(struct layers *l, const struct record *r,
			  struct mount_entry *m, struct error *e)
{
	m->type = "bind";
	m->source = store_dir(l->store, r->id, "fs");
	return m->source ? mount_entry_add(m, e, "bind") : no_memory(e);
}

int tardev_mounts(struct layers *l, const struct record *r,
		  struct mount_entry *m, struct error *e)
{
	bool is_unpacked = r->kind == RECORD_ACTIVE &&
			   labels_find(&r->labels, TARDEV_LAYER_DIGEST);
	int err;

	*m = (struct mount_entry){ 0 };
	err = is_unpacked ? mount_unpacked(l, r, m, e) :
			    mount_chain(l, r, m, e);
	if (err)
		mount_entry_free(m);
	return err;
}
