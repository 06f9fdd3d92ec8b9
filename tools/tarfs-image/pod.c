// SPDX-License-Identifier: GPL-2.0
/*
 * Write pod specs: the storages of a container, in the format of Kata
 * Containers, and its process.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <openssl/evp.h>

#include "base/kata.h"
#include "pod.h"

#define DESCRIPTION_MAX	512	/* bytes of a layer's option of the overlay */

void pod_id(const char *tag, char id[POD_ID_MAX + 1])
{
	size_t len = 0;

	for (; *tag && len < POD_ID_MAX; tag++) {
		char c = tolower((unsigned char)*tag);

		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			id[len++] = c;
		else if (len && id[len - 1] != '-')
			id[len++] = '-';
	}
	while (len && id[len - 1] == '-')
		len--;
	id[len] = '\0';
	if (!len)
		strcpy(id, "container");
}

static json_t *append_option(json_t *options, json_t *option)
{
	if (json_array_append_new(options, option)) {
		json_decref(options);
		return NULL;
	}
	return options;
}

/*
 * Make the options of a block device: an image with root hash and number of
 * data blocks, or a blob.  Kata Containers has no option for the number.
 */
static json_t *layer_options(const struct layer *layer)
{
	json_t *options = json_pack("[s, s, s]", "ro",
				    KATA_BLOCK_DEVICE,
				    KATA_IS_LAYER);
	json_t *option;

	if (!layer->blob) {
		option = json_sprintf(KATA_ROOT_HASH "%s",
				      layer->root_hash);
		options = append_option(options, option);
		option = json_sprintf(KATA_DATA_BLOCKS "%" PRIu64,
				      layer->data_blocks);
		return append_option(options, option);
	}
	option = json_sprintf(KATA_BLOB_DIGEST "%s",
			      layer->blob->hex);
	options = append_option(options, option);
	option = json_sprintf(KATA_BLOB_SIZE "%" PRIu64,
			      layer->blob->size);
	return append_option(options, option);
}

static json_t *layer_storage(const struct layer *layer)
{
	return json_pack("{s:s, s:[], s:s, s:s, s:o, s:s+, s:n}", "driver",
			 KATA_LAYER_DRIVER, "driver_options", "source", "",
			 "fstype", KATA_LAYER_FSTYPE, "options",
			 layer_options(layer), "mount_point", KATA_LAYERS_DIR,
			 layer->name, "fs_group");
}

/* Encode the same options for the overlay, in base64. */
static json_t *layer_option(const struct layer *layer)
{
	char plain[DESCRIPTION_MAX], coded[2 * DESCRIPTION_MAX];
	json_t *options = layer_options(layer), *option;
	size_t i, len;

	if (!options)
		return NULL;
	len = snprintf(plain, sizeof(plain), "%s,tar", layer->name);
	json_array_foreach(options, i, option)
		len += snprintf(plain + len, sizeof(plain) - len, ",%s",
				json_string_value(option));
	json_decref(options);
	EVP_EncodeBlock((unsigned char *)coded, (const unsigned char *)plain,
			len);
	return json_sprintf(KATA_LAYER "%s", coded);
}

/* Make "lowerdir=" with the names, the top layer first. */
static json_t *lowerdir_option(const struct layer *layers, size_t count)
{
	char *names, *end;
	json_t *option;
	size_t i;

	names = malloc(count * SHA256_HEX_SIZE);
	if (!names)
		return NULL;
	end = names;
	for (i = count; i-- > 0;)
		end += sprintf(end, "%s%s", layers[i].name, i ? ":" : "");
	option = json_sprintf("lowerdir=%s", names);
	free(names);
	return option;
}

static json_t *overlay_options(const struct layer *layers, size_t count)
{
	json_t *options = json_array();
	size_t i;
	int err;

	err = json_array_append_new(options,
				    json_string(KATA_LAYER_PREFIX));
	for (i = count; i-- > 0;)
		err |= json_array_append_new(options,
					     layer_option(&layers[i]));
	err |= json_array_append_new(options,
				     json_string(KATA_OVERLAY_RW));
	err |= json_array_append_new(options,
				     lowerdir_option(layers, count));
	if (!err)
		return options;
	json_decref(options);
	return NULL;
}

static json_t *overlay_storage(const char *id, const struct layer *layers,
			       size_t count)
{
	return json_pack("{s:s, s:[], s:s, s:s, s:o, s:s+, s:n}", "driver",
			 KATA_OVERLAY_DRIVER, "driver_options", "source",
			 KATA_OVERLAY_SOURCE, "fstype", KATA_OVERLAY_FSTYPE,
			 "options", overlay_options(layers, count),
			 "mount_point", KATA_CONTAINERS_DIR, id, "fs_group");
}

static json_t *make_storages(const char *id, const struct layer *layers,
			     size_t count)
{
	json_t *storages = json_array();
	size_t i;
	int err = 0;

	for (i = count; i-- > 0;)
		err |= json_array_append_new(storages,
					     layer_storage(&layers[i]));
	err |= json_array_append_new(storages,
				     overlay_storage(id, layers, count));
	if (!err)
		return storages;
	json_decref(storages);
	return NULL;
}

static json_t *make_scratch(const struct pod_scratch *scratch)
{
	if (!scratch->size)
		return json_pack("{s:s}", "type", scratch->type);
	return json_pack("{s:s, s:I}", "type", scratch->type, "size",
			 (json_int_t)scratch->size);
}

/*
 * Pad the JSON with spaces and a newline to whole blocks, so that a block
 * device has the same content and digest as the file.
 */
static int pad(char **text, size_t *len, const char *json, struct error *e)
{
	size_t used = strlen(json);
	size_t size = (used / POD_BLOCK + 1) * POD_BLOCK;

	if (size > POD_MAX)
		return error_set(e, -EFBIG,
				 "the pod spec would have %zu bytes, more than %d",
				 size, POD_MAX);
	*text = malloc(size);
	if (!*text)
		return error_set(e, -ENOMEM, "out of memory");
	memset(*text, ' ', size);
	memcpy(*text, json, used);
	(*text)[size - 1] = '\n';
	*len = size;
	return 0;
}

int pod_text(char **text, size_t *len, const char *id,
	     const struct layer *layers, size_t count,
	     const struct pod_scratch *scratch, json_t *process,
	     struct error *e)
{
	char *json = NULL;
	json_t *pod;
	int err = 0;

	pod = json_pack("{s:i, s:[{s:s, s:o, s:s, s:O}]}", "version", 1,
			"containers", "id", id, "storages",
			make_storages(id, layers, count), "hostname", id,
			"process", process);
	if (scratch->type)
		err = json_object_set_new(pod, "scratch",
					  make_scratch(scratch));
	if (pod && !err)
		json = json_dumps(pod, JSON_INDENT(2));
	json_decref(pod);
	if (!json)
		return error_set(e, -ENOMEM, "out of memory");
	err = pad(text, len, json, e);
	free(json);
	return err;
}
