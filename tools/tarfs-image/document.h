/* SPDX-License-Identifier: GPL-2.0 */
/*
 * JSON documents from others: limited in size, without duplicate names.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_IMAGE_DOCUMENT_H
#define TARFS_IMAGE_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <jansson.h>

#include "base/error.h"

#define DOCUMENT_MAX	(4 * 1024 * 1024)	/* as registries have it */

/* parse a text; the result is an object or an array, as @type says */
int document_parse(const char *text, size_t len, json_type type,
		   json_t **doc, struct error *e);

/**
 * document_get() - find a member of an object, of the right type
 * @value: borrowed; NULL if it is absent or null, which is an error only if
 *	@required
 */
int document_get(const json_t *object, const char *name, json_type type,
		 bool required, json_t **value, struct error *e);

/* the same for a string; @value is "" if it is absent and not required */
int document_string(const json_t *object, const char *name, bool required,
		    const char **value, struct error *e);

/* the same for an array that holds strings only */
int document_strings(const json_t *object, const char *name, json_t **value,
		     struct error *e);

/* a member that must be there and be this number */
int document_version(const json_t *object, const char *name,
		     json_int_t version, struct error *e);

#endif /* TARFS_IMAGE_DOCUMENT_H */
