// SPDX-License-Identifier: GPL-2.0
/*
 * Maintain the layer cache: a JSON array with an object for each layer.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache.h"
#include "outdir.h"

#define DIFF_ID_PREFIX	"sha256:"
#define PAX_IDS		"pax_ids"

static int parse_file(json_t **cache, FILE *file, const char *dir,
		      struct error *e)
{
	json_error_t why;
	json_t *doc;

	doc = json_loadf(file, JSON_REJECT_DUPLICATES, &why);
	if (json_is_array(doc)) {
		*cache = doc;
		return 0;
	}
	if (doc)
		error_set(e, -EINVAL, "is not an array");
	else
		error_set(e, -EINVAL, "line %d, column %d: %s", why.line,
			  why.column, why.text);
	error_prefix(e, "%s/" CACHE_NAME " is no layer cache", dir);
	json_decref(doc);
	return -EINVAL;
}

int cache_read(json_t **cache, const char *dir, struct error *e)
{
	FILE *file;
	char *path;
	int err = 0;

	if (asprintf(&path, "%s/" CACHE_NAME, dir) < 0)
		return error_set(e, -ENOMEM, "out of memory");
	file = fopen(path, "re");
	if (file) {
		err = parse_file(cache, file, dir, e);
		fclose(file);
	} else if (errno == ENOENT || errno == ENOTDIR) {
		*cache = json_array();
	} else {
		err = error_errno(e, "cannot open %s", path);
	}
	free(path);
	return err;
}

static bool is_of(const json_t *entry, const char *diff_id)
{
	const char *have = json_string_value(json_object_get(entry,
							     "diff_id"));

	return have && !strncmp(have, DIFF_ID_PREFIX, strlen(DIFF_ID_PREFIX)) &&
	       !strcmp(have + strlen(DIFF_ID_PREFIX), diff_id);
}

json_t *cache_find(const json_t *cache, const char *diff_id)
{
	json_t *entry;
	size_t i;

	json_array_foreach(cache, i, entry)
		if (is_of(entry, diff_id))
			return entry;
	return NULL;
}

bool cache_has_pax_ids(const json_t *entry)
{
	return json_is_true(json_object_get(entry, PAX_IDS));
}

/*
 * Some readers require all of the first four members, others ignore unknown
 * ones.  The fifth is present only if it is true.
 */
json_t *cache_entry(const struct layer *layer)
{
	return json_pack("{s:s+, s:s, s:s, s:s, s:o*}",
			 "diff_id", DIFF_ID_PREFIX, layer->diff_id,
			 "verity_hash", layer->root_hash, "passwd",
			 accounts_cached(&layer->accounts, ACCOUNT_PASSWD),
			 "group",
			 accounts_cached(&layer->accounts, ACCOUNT_GROUP),
			 PAX_IDS, layer->pax_ids ? json_true() : NULL);
}

/* Update the first entry, the one that counts, or append one. */
static int add_layer(json_t *cache, const struct layer *layer)
{
	json_t *old = cache_find(cache, layer->diff_id);
	json_t *new = cache_entry(layer);
	int err;

	if (!old)
		return json_array_append_new(cache, new);
	json_object_del(old, PAX_IDS);
	err = new ? json_object_update(old, new) : -1;
	json_decref(new);
	return err;
}

static int write_cache(const char *dir, const json_t *cache, struct error *e)
{
	char *json = json_dumps(cache, JSON_INDENT(2)), *text = NULL;
	int err;

	if (!json || asprintf(&text, "%s\n", json) < 0) {
		free(json);
		return error_set(e, -ENOMEM, "out of memory");
	}
	err = outdir_write(dir, CACHE_NAME, text, strlen(text), e);
	free(text);
	free(json);
	return err;
}

int cache_update(const char *dir, const struct layer *layers, size_t count,
		 struct error *e)
{
	json_t *cache;
	size_t i;
	int err;

	err = cache_read(&cache, dir, e);
	if (err)
		return err;
	for (i = 0; !err && i < count; i++)
		if (add_layer(cache, &layers[i]))
			err = error_set(e, -ENOMEM, "out of memory");
	if (!err)
		err = write_cache(dir, cache, e);
	json_decref(cache);
	return err;
}
