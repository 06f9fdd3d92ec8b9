// SPDX-License-Identifier: GPL-2.0
/*
 * Writing the layer cache: a JSON array, one object a layer.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <jansson.h>

#include "cache.h"

/* The same content a second time: the first entry already says it all. */
static bool is_repeated(const struct layer *layers, size_t i)
{
	size_t j;

	for (j = 0; j < i; j++)
		if (!strcmp(layers[j].diff_id, layers[i].diff_id))
			return true;
	return false;
}

/* Some readers want all four members, others ignore what they do not know. */
static json_t *make_entry(const struct layer *layer)
{
	return json_pack("{s:s+, s:s, s:s, s:s}", "diff_id", "sha256:",
			 layer->diff_id, "verity_hash", layer->root_hash,
			 "passwd",
			 accounts_cached(&layer->accounts, ACCOUNT_PASSWD),
			 "group",
			 accounts_cached(&layer->accounts, ACCOUNT_GROUP));
}

int cache_text(char **text, const struct layer *layers, size_t count,
	       struct error *e)
{
	json_t *cache = json_array();
	char *json = NULL;
	int err = 0;
	size_t i;

	for (i = 0; i < count; i++)
		if (!is_repeated(layers, i))
			err |= json_array_append_new(cache,
						     make_entry(&layers[i]));
	if (!err)
		json = json_dumps(cache, JSON_INDENT(2));
	json_decref(cache);
	if (!json || asprintf(text, "%s\n", json) < 0)
		err = error_set(e, -ENOMEM, "out of memory");
	free(json);
	return err;
}
