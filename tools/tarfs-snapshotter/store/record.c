// SPDX-License-Identifier: GPL-2.0
/*
 * The record of a snapshot, and how a file holds it.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "record.h"

#define NANOS	1000000000	/* in a second */

static const char *const profiles[] = {
	[RECORD_HOST]	= "host",
	[RECORD_TARDEV]	= "tardev",
};

const char *record_profile_name(unsigned int profile)
{
	return profile < sizeof(profiles) / sizeof(profiles[0]) ?
	       profiles[profile] : NULL;
}

int record_profile_parse(const char *name, enum record_profile *profile)
{
	unsigned int i;

	for (i = 0; record_profile_name(i); i++) {
		if (strcmp(record_profile_name(i), name))
			continue;
		*profile = i;
		return 0;
	}
	return -EINVAL;
}

static json_t *encode_labels(const struct labels *l)
{
	json_t *object = json_object();
	size_t i;

	for (i = 0; object && i < l->count; i++) {
		if (!json_object_set_new(object, l->list[i].key,
					 json_string(l->list[i].value)))
			continue;
		json_decref(object);
		object = NULL;
	}
	return object;
}

static json_t *encode_image(const struct record_image *i)
{
	if (!i->format)
		return json_null();
	return json_pack("{s:i, s:s, s:s, s:s, s:I, s:I, s:I}", "format",
			 i->format, "diff_id", i->diff_id, "blob", i->blob,
			 "root_hash", i->root_hash, "tar_size",
			 (json_int_t)i->tar_size, "data_blocks",
			 (json_int_t)i->data_blocks, "size",
			 (json_int_t)i->size);
}

static json_t *encode_time(const struct timespec *t)
{
	return json_pack("[I, I]", (json_int_t)t->tv_sec,
			 (json_int_t)t->tv_nsec);
}

static int add_profile(json_t *object, const struct record *r)
{
	const char *name = record_profile_name(r->profile);

	return json_object_set_new(object, "profile", json_string(name));
}

int record_encode(const struct record *r, char **text, struct error *e)
{
	json_t *object;

	object = json_pack("{s:i, s:s, s:s, s:o, s:o, s:o, s:I, s:I, s:o}",
			   "kind", r->kind, "key", r->key, "parent", r->parent,
			   "labels", encode_labels(&r->labels), "created",
			   encode_time(&r->created), "updated",
			   encode_time(&r->updated), "size",
			   (json_int_t)r->size, "inodes",
			   (json_int_t)r->inodes, "image",
			   encode_image(&r->image));
	/* a host's record is as it was before there were profiles */
	if (object && r->profile != RECORD_HOST && add_profile(object, r)) {
		json_decref(object);
		return error_set(e, -ENOMEM, "out of memory");
	}
	if (!object)
		return error_set(e, -EINVAL,
				 "a name or a label of snapshot '%s' is not UTF-8",
				 r->key);
	*text = json_dumps(object, JSON_INDENT(1) | JSON_SORT_KEYS);
	json_decref(object);
	return *text ? 0 : error_set(e, -ENOMEM, "out of memory");
}

static int decode_labels(struct labels *l, json_t *object)
{
	const char *key;
	json_t *value;

	json_object_foreach(object, key, value) {
		if (!json_is_string(value))
			return -EINVAL;
		if (labels_set(l, key, json_string_value(value)))
			return -ENOMEM;
	}
	return 0;
}

static int decode_time(struct timespec *t, json_t *array)
{
	json_int_t seconds, nanos;

	if (json_unpack(array, "[I, I!]", &seconds, &nanos) || nanos < 0 ||
	    nanos >= NANOS)
		return -EINVAL;
	t->tv_sec = seconds;
	t->tv_nsec = nanos;
	return 0;
}

static int decode_hash(char hash[SHA256_HEX_SIZE], const char *text)
{
	uint8_t digest[SHA256_SIZE];

	if (sha256_from_hex(text, digest))
		return -EINVAL;
	sha256_to_hex(digest, hash);
	return 0;
}

static int decode_image(struct record_image *i, json_t *object)
{
	const char *diff_id, *blob, *root_hash;
	json_int_t tar_size, blocks, size;

	if (json_is_null(object))
		return 0;
	if (json_unpack(object, "{s:i, s:s, s:s, s:s, s:I, s:I, s:I!}",
			"format", &i->format, "diff_id", &diff_id, "blob",
			&blob, "root_hash", &root_hash, "tar_size", &tar_size,
			"data_blocks", &blocks, "size", &size))
		return -EINVAL;
	if (i->format < 1 || i->format > 2 || tar_size < 0 ||
	    blocks <= 0 || size <= 0)
		return -EINVAL;
	i->tar_size = tar_size;
	i->data_blocks = blocks;
	i->size = size;
	if (*blob && decode_hash(i->blob, blob))
		return -EINVAL;
	return decode_hash(i->diff_id, diff_id) ?:
	       decode_hash(i->root_hash, root_hash);
}

static int decode_members(struct record *r, json_t *object)
{
	json_t *labels, *created, *updated, *image;
	const char *key, *parent, *profile = profiles[RECORD_HOST];
	json_int_t size, inodes;
	int kind, err;

	if (json_unpack(object,
			"{s:i, s:s, s:s, s:o, s:o, s:o, s:I, s:I, s:o, s?s!}",
			"kind", &kind, "key", &key, "parent", &parent,
			"labels", &labels, "created", &created, "updated",
			&updated, "size", &size, "inodes", &inodes, "image",
			&image, "profile", &profile) ||
	    record_profile_parse(profile, &r->profile))
		return -EINVAL;
	if (kind < RECORD_VIEW || kind > RECORD_COMMITTED || !*key ||
	    !json_is_object(labels) || size < 0 || inodes < 0)
		return -EINVAL;
	r->kind = kind;
	r->size = size;
	r->inodes = inodes;
	r->key = strdup(key);
	r->parent = strdup(parent);
	if (!r->key || !r->parent)
		return -ENOMEM;
	err = decode_labels(&r->labels, labels);
	if (!err)
		err = decode_time(&r->created, created);
	if (!err)
		err = decode_time(&r->updated, updated);
	return err ?: decode_image(&r->image, image);
}

int record_decode(struct record *r, uint64_t id, const char *text, size_t len,
		  struct error *e)
{
	json_error_t reason;
	json_t *object;
	int err;

	*r = (struct record){ .id = id };
	object = json_loadb(text, len, JSON_REJECT_DUPLICATES, &reason);
	if (!object)
		return error_set(e, -EINVAL, "line %d: %s", reason.line,
				 reason.text);
	err = decode_members(r, object);
	json_decref(object);
	if (!err)
		return 0;
	record_free(r);
	return error_set(e, err, err == -ENOMEM ? "out of memory" :
			 "a member is missing, unknown or has a wrong value");
}

int record_copy(struct record *to, const struct record *from, struct error *e)
{
	*to = *from;
	to->key = strdup(from->key);
	to->parent = strdup(from->parent);
	if (!labels_copy(&to->labels, &from->labels) && to->key && to->parent)
		return 0;
	record_free(to);
	return error_set(e, -ENOMEM, "out of memory");
}

void record_free(struct record *r)
{
	free(r->key);
	free(r->parent);
	labels_free(&r->labels);
	*r = (struct record){ 0 };
}
