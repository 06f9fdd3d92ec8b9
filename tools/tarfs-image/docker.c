// SPDX-License-Identifier: GPL-2.0
/*
 * Read an image from an archive of "docker save".
 *
 * Its manifest.json is not authenticated.  It names the configuration by its
 * digest, and the configuration has the diff_ids of the layers.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "docker.h"
#include "document.h"

#define MANIFEST	"manifest.json"

/* "docker save ID" of Docker 25 writes a layout with an empty index. */
static bool layout_is_empty(const struct store *store)
{
	struct error ignored;
	json_t *index;
	bool empty;

	if (store_load(store, "index.json", JSON_OBJECT, &index, &ignored))
		return false;
	empty = !json_array_size(json_object_get(index, "manifests"));
	json_decref(index);
	return empty;
}

bool docker_is_archive(const struct store *store)
{
	return store->archive && store_has(store, MANIFEST) &&
	       (!store_has(store, "oci-layout") || layout_is_empty(store));
}

int docker_load(const struct store *store, json_t **images, struct error *e)
{
	const json_t *item;
	json_t *doc;
	size_t i;
	int err;

	err = store_load(store, MANIFEST, JSON_ARRAY, &doc, e);
	if (err)
		return err;
	json_array_foreach(doc, i, item) {
		if (json_is_object(item))
			continue;
		json_decref(doc);
		return error_set(e, -EINVAL, "%s/" MANIFEST
				 ": [%zu] is not an object", store->path, i);
	}
	*images = doc;
	return 0;
}

/*
 * Append a word to @list, consuming it; NULL if either is, or if out of memory.
 */
static char *append_word(char *list, const char *word)
{
	char *longer;

	if (!list || !word ||
	    asprintf(&longer, "%s%s%s", list, *list && *word ? " " : "",
		     word) < 0)
		longer = NULL;
	free(list);
	return longer;
}

char *docker_tags(const json_t *entry)
{
	const json_t *item, *tags = json_object_get(entry, "RepoTags");
	char *all = strdup("");
	size_t i;

	json_array_foreach(tags, i, item)
		if (json_is_string(item))
			all = append_word(all, json_string_value(item));
	return all;
}

const char *docker_find_tag(const json_t *entry, const char *tag)
{
	const json_t *item, *tags = json_object_get(entry, "RepoTags");
	const char *name, *colon;
	size_t i;

	if (!tag)
		return json_array_size(tags) == 1 &&
		       json_is_string(json_array_get(tags, 0)) ?
		       json_string_value(json_array_get(tags, 0)) : "";
	json_array_foreach(tags, i, item) {
		name = json_is_string(item) ? json_string_value(item) : "";
		colon = strrchr(name, ':');
		if (!strcmp(name, tag) || (colon && !strcmp(colon + 1, tag)))
			return name;
	}
	return NULL;
}

/* List the names of all images; NULL if out of memory. */
static char *all_tags(const json_t *images)
{
	char *all = strdup(""), *tags;
	const json_t *item;
	size_t i;

	json_array_foreach(images, i, item) {
		tags = docker_tags(item);
		all = append_word(all, tags);
		free(tags);
	}
	return all;
}

static int refuse_tag(const json_t *images, const char *tag, size_t matches,
		      struct error *e)
{
	char *all = all_tags(images);

	error_set(e, -EINVAL,
		  "has %zu images tagged \"%s\", not one; there are: %.1000s",
		  matches, tag, all && *all ? all : "none");
	free(all);
	return -EINVAL;
}

static int pick(const json_t *images, const char *tag, const json_t **found,
		const char **name, struct error *e)
{
	const json_t *item;
	size_t i, matches = 0;
	const char *called;

	json_array_foreach(images, i, item) {
		called = docker_find_tag(item, tag);
		if (!called)
			continue;
		*found = item;
		*name = called;
		matches++;
	}
	if (matches == 1)
		return 0;
	if (tag)
		return refuse_tag(images, tag, matches, e);
	return error_set(e, -EINVAL,
			 "has %zu images, not one: choose by ARCHIVE:TAG",
			 matches);
}

/* Find the digits in "DIGEST.json", "blobs/sha256/DIGEST", "sha256:DIGEST". */
static const char *digest_in_name(const char *name)
{
	const char *slash = strrchr(name, '/');
	const char *at = slash ? slash + 1 : name;
	size_t digits;

	if (!strncmp(at, "sha256:", 7))
		at += 7;
	digits = strspn(at, "0123456789abcdef");
	return digits == SHA256_HEX_SIZE - 1 ? at : NULL;
}

static int parse_config(struct oci_image *image, const char *name,
			const char *text, size_t len, struct error *e)
{
	const char *promised = digest_in_name(name);
	uint8_t digest[SHA256_SIZE];
	int err;

	err = sha256_buffer(text, len, digest, e);
	if (err)
		return err;
	sha256_to_hex(digest, image->digest);
	if (promised && strncmp(promised, image->digest, SHA256_HEX_SIZE - 1))
		return error_set(e, -EBADMSG, "is corrupt, its SHA-256 is %s",
				 image->digest);
	return document_parse(text, len, JSON_OBJECT, &image->config, e);
}

/* Load the configuration; its name is looked up within the archive only. */
static int load_config(struct oci_image *image, const struct store *store,
		       const json_t *entry, struct error *e)
{
	const char *name;
	char *text;
	size_t len;
	int err;

	err = document_string(entry, "Config", true, &name, e);
	if (!err)
		err = store_read(store, name, &text, &len, e);
	if (err)
		return err;
	err = parse_config(image, name, text, len, e);
	if (err)
		error_prefix(e, "%s/%s", store->path, name);
	free(text);
	return err;
}

static int parse_layers(struct oci_image *image, const struct store *store,
			const json_t *entry, struct error *e)
{
	json_t *names;
	const json_t *item;
	struct oci_layer *layer;
	size_t i;
	int err;

	err = document_strings(entry, "Layers", &names, e);
	if (!err)
		err = oci_make_layers(image, json_array_size(names), e);
	for (i = 0; !err && i < image->count; i++) {
		layer = &image->layers[i];
		item = json_array_get(names, i);
		if (asprintf(&layer->name, "member %s",
			     json_string_value(item)) < 0) {
			layer->name = NULL;
			return error_set(e, -ENOMEM, "out of memory");
		}
		err = store_find(store, json_string_value(item),
				 &layer->place, e);
		if (err)
			error_prefix(e, "layer %zu", i + 1);
	}
	return err;
}

int docker_read(struct oci_image *image, const struct store *store,
		const json_t *entry, const char *tag, struct error *e)
{
	int err;

	*image = (struct oci_image){ .tag = strdup(tag) };
	err = image->tag ? 0 : error_set(e, -ENOMEM, "out of memory");
	if (!err)
		err = load_config(image, store, entry, e);
	if (!err)
		err = parse_layers(image, store, entry, e);
	if (!err)
		err = oci_take_diff_ids(image, e);
	if (err)
		oci_close(image);
	return err;
}

int docker_open(struct oci_image *image, const struct store *store,
		const char *tag, const struct platform *want, struct error *e)
{
	const json_t *entry = NULL;
	const char *name = "";
	json_t *images;
	int err;

	err = docker_load(store, &images, e);
	if (err)
		return err;
	err = pick(images, tag, &entry, &name, e);
	if (!err)
		err = docker_read(image, store, entry, name, e);
	if (err)
		goto out_decref;
	err = oci_check_platform(image, want, e);
	if (err)
		oci_close(image);
out_decref:
	if (err)
		error_prefix(e, "%s/" MANIFEST, store->path);
	json_decref(images);
	return err;
}
