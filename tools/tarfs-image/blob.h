/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Content-addressed files of a layout, and the descriptors that promise them.
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
 * struct blob - a descriptor, judged
 * @media_type: belongs to the JSON that the descriptor is part of
 * @hex: the digest as text, which is also the file's name; no other character
 *	than 0-9 and a-f, so it cannot lead out of the layout
 */
struct blob {
	const char *media_type;
	char hex[SHA256_HEX_SIZE];
	uint64_t size;
};

/*
 * "sha256:" and 64 lower-case digits, nothing else; -EOPNOTSUPP for the digests of
 * another algorithm
 */
int digest_parse(const char *text, char hex[SHA256_HEX_SIZE],
		 struct error *e);

int blob_parse(struct blob *b, const json_t *descriptor, struct error *e);

/* where a blob is; its size is that of its descriptor */
int blob_find(const struct store *s, const struct blob *b, struct place *p,
	      struct error *e);

/**
 * blob_check() - does the file have the digest of its descriptor?
 * @p: as blob_find() has found it
 */
int blob_check(const struct blob *b, const struct place *p,
	       struct meter *meter, struct error *e);

/* read, check and parse a JSON blob; what is parsed is what was checked */
int blob_load(const struct store *s, const struct blob *b, json_t **doc,
	      struct error *e);

#endif /* TARFS_IMAGE_BLOB_H */
