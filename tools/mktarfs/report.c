// SPDX-License-Identifier: GPL-2.0
/*
 * Report of mktarfs about a new image.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

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

static int print_json(const struct convert_result *res, struct error *e)
{
	json_t *diff_id = json_digest("sha256:", res->diff_id, SHA256_SIZE);
	json_t *root = res->verity ? json_digest("", res->root_hash,
						 res->root_size) : json_null();
	json_t *json;

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
			 "warnings", report_warnings_json(&res->warnings));
	return report_json(json, e);
}

int report_result(enum report_style style, const struct convert_result *res,
		  struct error *e)
{
	if (style == REPORT_NONE)
		return 0;
	errno = 0;
	if (style == REPORT_TEXT)
		print_text(res);
	else if (print_json(res, e))
		return -ENOMEM;
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
	fprintf(stderr, "mktarfs: hash tree and trailer or superblock have %"
		PRIu64 " bytes\n", res->image_size - res->data_size);
}
