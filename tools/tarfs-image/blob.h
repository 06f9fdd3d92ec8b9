/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Content-addressed files of a layout, and their descriptors.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_IMAGE_BLOB_H
#define TARFS_IMAGE_BLOB_H

#include <stdint.h>
#include <jansson.h>

#include "base/error.h"
#include "base/sha256.h"
#include "jobs.h"
#include "store.h"

/**
 * struct blob - a validated descriptor
 * @media_type: borrowed from the JSON of the descriptor
 * @hex: the digest as text, also the name of the file; only 0-9 and a-f, so it
 *	cannot lead out of the layout
 */
struct blob {
	const char *media_type;
	char hex[SHA256_HEX_SIZE];
	uint64_t size;
};

/*
 * Parse "sha256:" and 64 lower-case digits; -EOPNOTSUPP for digests of another
 * algorithm.
 */
int digest_parse(const char *text, char hex[SHA256_HEX_SIZE],
		 struct error *e);

int blob_parse(struct blob *b, const json_t *descriptor, struct error *e);

/* find a blob, and check its size against the descriptor */
int blob_find(const struct store *s, const struct blob *b, struct place *p,
	      struct error *e);

/**
 * blob_check() - compare the digest of a file with its descriptor
 * @p: from blob_find()
 */
int blob_check(const struct blob *b, const struct place *p,
	       struct meter *meter, struct error *e);

/* read a JSON blob once, check its digest and parse it */
int blob_load(const struct store *s, const struct blob *b, json_t **doc,
	      struct error *e);

#endif /* TARFS_IMAGE_BLOB_H */
