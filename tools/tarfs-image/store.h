/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Files of images, in a directory or a tar.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_IMAGE_STORE_H
#define TARFS_IMAGE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <jansson.h>

#include "archive.h"
#include "base/error.h"
#include "base/sha256.h"
#include "stream/input.h"

/**
 * struct store - a directory or a tar
 * @path: borrowed
 * @archive: NULL if it is a directory
 */
struct store {
	const char *path;
	struct archive *archive;
};

/**
 * struct place - a file of a store
 * @path: of the file on disk that contains it
 */
struct place {
	char *path;
	struct input_part part;
};

int store_open(struct store *s, const char *path, struct error *e);
void store_close(struct store *s);

/**
 * store_find() - find a regular file
 * Return: 0, -ENOENT if there is none, or another negative errno value.
 */
int store_find(const struct store *s, const char *name, struct place *p,
	       struct error *e);
void place_free(struct place *p);

/* whether there is anything of this name */
bool store_has(const struct store *s, const char *name);

/* read a whole file of at most DOCUMENT_MAX bytes, without a final NUL */
int place_read(const struct place *p, char **text, size_t *len,
	       struct error *e);

/* find a file and read it, as place_read() does */
int store_read(const struct store *s, const char *name, char **text,
	       size_t *len, struct error *e);

/* find a JSON document and read it */
int store_load(const struct store *s, const char *name, json_type type,
	       json_t **doc, struct error *e);

#endif /* TARFS_IMAGE_STORE_H */
