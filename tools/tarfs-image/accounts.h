/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Changes of a layer to etc/passwd and etc/group.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_IMAGE_ACCOUNTS_H
#define TARFS_IMAGE_ACCOUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "jobs.h"
#include "store.h"

#define ACCOUNTS_TEXT_MAX	(1024 * 1024)	/* bytes of either file */
#define ACCOUNTS_WHITEOUT	"WHITEOUT"	/* in the layer cache */

enum account_file {
	ACCOUNT_PASSWD = 0,
	ACCOUNT_GROUP = 1,
	ACCOUNT_FILES = 2,
};

/**
 * enum account_state - one of the two files in a layer
 * @ACCOUNT_UNTOUCHED: the file of lower layers is visible
 * @ACCOUNT_TEXT: it is a regular file
 * @ACCOUNT_REMOVED: this layer removes it, or all of etc
 * @ACCOUNT_OTHER: it is larger than ACCOUNTS_TEXT_MAX; or it, or etc, is a link
 *	or another type, so that its text cannot simply be read
 */
enum account_state {
	ACCOUNT_UNTOUCHED = 0,
	ACCOUNT_TEXT = 1,
	ACCOUNT_REMOVED = 2,
	ACCOUNT_OTHER = 3,
};

/**
 * struct account - one of the two files in a layer
 * @exact: the path of the deciding member is exactly "etc/NAME" or
 *	"etc/.wh.NAME"; others are not for the layer cache
 * @text: made UTF-8 by utf8_make_text(); NULL unless ACCOUNT_TEXT
 */
struct account {
	enum account_state state;
	bool exact;
	char *text;
};

struct accounts {
	struct account file[ACCOUNT_FILES];
};

/**
 * accounts_read() - read a layer and check its diff_id
 * @place: of the tarball, which may be compressed
 * @max_size: limit of uncompressed bytes, 0 for none
 * @diff_id: expected SHA-256 of the uncompressed bytes, in hexadecimal
 * @size: set to the number of uncompressed bytes
 */
int accounts_read(struct accounts *a, const struct place *place,
		  uint64_t max_size, const char *diff_id, uint64_t *size,
		  struct meter *meter, struct error *e);
void accounts_free(struct accounts *a);

/* value for the layer cache: the text, ACCOUNTS_WHITEOUT or "" */
const char *accounts_cached(const struct accounts *a, enum account_file which);

#endif /* TARFS_IMAGE_ACCOUNTS_H */
