// SPDX-License-Identifier: GPL-2.0
/*
 * Names that Kata has for layer images: links, derived from the records.
 *
 * Copyright (C) 2026 The tarfs authors
 *
 * The links need not be durable: the next start makes those that are missing.
 */
#include <errno.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store_private.h"

static int order(const void *a, const void *b)
{
	const struct name *one = a, *other = b;

	return strcmp(one->name, other->name);
}

int store_layer_name(const char *key, char name[SHA256_HEX_SIZE],
		     struct error *e)
{
	const char *slash = strrchr(key, '/');
	const char *last = slash ? slash + 1 : key;
	uint8_t digest[SHA256_SIZE];
	int err;

	err = sha256_buffer(last, strlen(last), digest, e);
	if (!err)
		sha256_to_hex(digest, name);
	return err;
}

static bool has_name(const struct record *r)
{
	return r->profile == RECORD_TARDEV && r->kind == RECORD_COMMITTED;
}

static struct name **find(const struct store *s, const char *name)
{
	struct name wanted;

	snprintf(wanted.name, sizeof(wanted.name), "%s", name);
	return tfind(&wanted, &s->names, order);
}

static int add(struct store *s, const struct name *like, struct error *e)
{
	struct name *new = malloc(sizeof(*new));

	if (!new)
		return error_set(e, -ENOMEM, "out of memory");
	*new = *like;
	if (tsearch(new, &s->names, order))
		return 0;
	free(new);
	return error_set(e, -ENOMEM, "out of memory");
}

static int use(struct store *s, const struct name *like, const char *key,
	       struct error *e)
{
	struct name **known = find(s, like->name);
	int err;

	if (known && strcmp((*known)->image, like->image))
		return error_set(e, -EEXIST,
				 "layer %s of snapshot %s exists with another content",
				 like->name, key);
	if (known) {
		(*known)->users++;
		return 0;
	}
	err = files_link(&s->files, FILES_LAYERS, like->image, like->name, e);
	return err ? io_error(err) : add(s, like, e);
}

int name_use(struct store *s, const struct record *r, struct error *e)
{
	struct name like = { .users = 1 };
	int err;

	if (!has_name(r))
		return 0;
	image_name(like.image, &r->image);
	err = store_layer_name(r->key, like.name, e);
	return err ? io_error(err) : use(s, &like, r->key, e);
}

/* a link that cannot be removed now is collected later */
void name_drop(struct store *s, const struct record *r)
{
	char name[SHA256_HEX_SIZE];
	struct name **known, *old;
	struct error e;

	if (!has_name(r) || store_layer_name(r->key, name, &e))
		return;
	known = find(s, name);
	if (!known || --(*known)->users)
		return;
	old = *known;
	tdelete(old, &s->names, order);
	free(old);
	files_remove(&s->files, FILES_LAYERS, name, &e);
}

bool name_is_used(const struct store *s, const char *name)
{
	return strlen(name) < SHA256_HEX_SIZE && find(s, name);
}

void names_free(struct store *s)
{
	tdestroy(s->names, free);
	s->names = NULL;
}
