// SPDX-License-Identifier: GPL-2.0
/*
 * What mktarfs says about an image it made.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/hex.h"
#include "base/sha256.h"
#include "report.h"

static void print_text(const struct convert_result *res)
{
	char hex[2 * MERKLE_DIGEST_MAX + 1];

	sha256_to_hex(res->diff_id, hex);
	printf("format     %d\n", res->format);
	printf("diff_id    sha256:%s\n", hex);
	if (res->verity) {
		bytes_to_hex(res->root_hash, res->root_size, hex);
		printf("root hash  %s\n", hex);
	}
	printf("tar        %" PRIu64 " bytes\n", res->tar_size);
	printf("data       %" PRIu64 " bytes, %" PRIu64 " blocks\n",
	       res->data_size, res->data_blocks);
	printf("image      %" PRIu64 " bytes\n", res->image_size);
	printf("inodes     %" PRIu64 "\n", res->inodes);
}

static json_t *json_digest(const char *prefix, const uint8_t *digest,
			   size_t size)
{
	char hex[2 * MERKLE_DIGEST_MAX + 1];

	bytes_to_hex(digest, size, hex);
	return json_sprintf("%s%s", prefix, hex);
}

static json_t *json_warning(const struct warning *w)
{
	char *first = warning_where(w);
	json_t *json;

	if (!first)
		return NULL;
	json = json_pack("{s:s, s:I, s:s}", "kind", w->kind->name,
			 "count", (json_int_t)w->count, "first", first);
	free(first);
	return json;
}

/* NULL if out of memory, as all of them: jansson then fails all that follows */
static json_t *json_warnings(const struct warnings *w)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < w->count; i++) {
		if (json_array_append_new(array, json_warning(&w->list[i]))) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

/* false if out of memory; whether the stream failed is asked later */
static bool print_json(const struct convert_result *res)
{
	json_t *diff_id = json_digest("sha256:", res->diff_id, SHA256_SIZE);
	json_t *root = res->verity ? json_digest("", res->root_hash,
						 res->root_size) : json_null();
	json_t *json;
	int err;

	json = json_pack("{s:i, s:o, s:o, s:I, s:I, s:I, s:I, s:I, s:I, s:o}",
			 "format", res->format,
			 "diff_id", diff_id,
			 "root_hash", root,
			 "tar_size", (json_int_t)res->tar_size,
			 "data_size", (json_int_t)res->data_size,
			 "image_size", (json_int_t)res->image_size,
			 "data_blocks", (json_int_t)res->data_blocks,
			 "hash_start_block", (json_int_t)res->hash_start_block,
			 "inodes", (json_int_t)res->inodes,
			 "warnings", json_warnings(&res->warnings));
	if (!json)
		return false;
	err = json_dumpf(json, stdout, JSON_INDENT(2));
	json_decref(json);
	putchar('\n');
	return !err || ferror(stdout);
}

int report_result(void *style, const struct convert_result *res,
		  struct error *e)
{
	enum report_style *how = style;

	if (*how == REPORT_NONE)
		return 0;
	errno = 0;
	if (*how == REPORT_TEXT)
		print_text(res);
	else if (!print_json(res))
		return error_set(e, -ENOMEM, "out of memory");
	if (fflush(stdout) || ferror(stdout)) {
		if (!errno)
			errno = EIO;
		return error_errno(e, "standard output: cannot write");
	}
	return 0;
}

void report_sizes(const struct convert_result *res)
{
	uint64_t index = res->data_size - res->tar_size;

	fprintf(stderr, "mktarfs: the index has %" PRIu64 " bytes, %" PRIu64
		" for each of %" PRIu64 " inodes\n", index,
		res->inodes ? index / res->inodes : 0, res->inodes);
	fprintf(stderr, "mktarfs: hash tree and what tells where it is have %"
		PRIu64 " bytes\n", res->image_size - res->data_size);
}

void report_warnings(const struct warnings *w)
{
	char *text;
	size_t i;

	for (i = 0; i < w->count; i++) {
		text = warning_text(&w->list[i]);
		fprintf(stderr, "mktarfs: warning: %s\n",
			text ? text : w->list[i].kind->text);
		free(text);
	}
}
