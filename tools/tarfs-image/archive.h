/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Look up files in an uncompressed tar by name.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_IMAGE_ARCHIVE_H
#define TARFS_IMAGE_ARCHIVE_H

#include "base/error.h"
#include "stream/input.h"

struct archive;

/*
 * read the headers of a tar; of members with the same name the last one counts
 */
int archive_open(struct archive **a, const char *path, struct error *e);
void archive_close(struct archive *a);

/**
 * archive_find() - find a regular file
 * @name: normalized; hard and symbolic links are followed
 *
 * Return: 0, -ENOENT if there is none, or another negative errno value.
 */
int archive_find(const struct archive *a, const char *name,
		 struct input_part *part, struct error *e);

#endif /* TARFS_IMAGE_ARCHIVE_H */
