/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Untrusted JSON documents: limited in size, without duplicate names.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_IMAGE_DOCUMENT_H
#define TARFS_IMAGE_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <jansson.h>

#include "base/error.h"

#define DOCUMENT_MAX	(4 * 1024 * 1024)	/* limit of registries */

/* parse an object or an array, by @type */
int document_parse(const char *text, size_t len, json_type type,
		   json_t **doc, struct error *e);

/**
 * document_get() - find a member of an object and check its type
 * @value: borrowed; NULL if it is absent or null, which is an error only if
 *	@required
 */
int document_get(const json_t *object, const char *name, json_type type,
		 bool required, json_t **value, struct error *e);

/* find a string; @value is "" if it is absent and not required */
int document_string(const json_t *object, const char *name, bool required,
		    const char **value, struct error *e);

/* find an array of strings */
int document_strings(const json_t *object, const char *name, json_t **value,
		     struct error *e);

/* check that a member is present and equal to @version */
int document_version(const json_t *object, const char *name,
		     json_int_t version, struct error *e);

#endif /* TARFS_IMAGE_DOCUMENT_H */
