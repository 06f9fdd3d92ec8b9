// SPDX-License-Identifier: GPL-2.0
/*
 * Parse the signatures of root hashes in a pod spec.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "pod/podspec_private.h"

#define BASE64_MAX	43688	/* of 32766 bytes; a key has at most 32767 */

/* accept one spelling only: encoding @bytes must give @text again */
static bool is_base64_of(const char *text, const uint8_t *bytes, size_t len)
{
	char *again = malloc(4 * (len / 3 + 1) + 1);
	bool same;

	if (!again)
		return false;
	EVP_EncodeBlock((uint8_t *)again, bytes, len);
	same = !strcmp(again, text);
	free(again);
	return same;
}

/* decode base64; return bytes that the caller owns, or NULL if it is invalid */
static uint8_t *decode(const char *text, size_t *len)
{
	size_t digits = strlen(text);
	uint8_t *bytes;

	if (!digits || digits % 4 || digits > BASE64_MAX)
		return NULL;
	bytes = malloc(digits / 4 * 3);
	if (!bytes)
		return NULL;
	*len = digits / 4 * 3 - (text[digits - 1] == '=') -
		(text[digits - 2] == '=');
	if (EVP_DecodeBlock(bytes, (const uint8_t *)text, digits) >= 0 &&
	    is_base64_of(text, bytes, *len))
		return bytes;
	free(bytes);
	return NULL;
}

static int parse_pkcs7(const struct node *n, struct layer *l, struct error *e)
{
	const char *text;
	int err = node_string(n, &text, e);

	if (err)
		return err;
	l->signature = decode(text, &l->signature_len);
	if (!l->signature)
		return node_refuse(n, e,
			"must be base64, with padding, of at most %d characters",
			BASE64_MAX);
	return 0;
}

static struct layer *find_layer(struct podspec *spec, const char *name)
{
	size_t i;

	for (i = 0; i < spec->layer_count; i++)
		if (!strcmp(spec->layers[i].name, name))
			return &spec->layers[i];
	return NULL;
}

static int parse_signature(struct podspec *spec, const struct node *n,
			   struct error *e)
{
	static const struct member members[] = {
		{ .key = "layer" }, { .key = "pkcs7" },
	};
	struct layer *l = NULL;
	const char *name;
	struct node m[2];
	int err;

	err = node_object(n, members, 2, m, e);
	if (!err)
		err = node_string(&m[0], &name, e);
	if (err)
		return err;
	l = find_layer(spec, name);
	if (!l)
		return node_refuse(&m[0], e, "no container has a layer \"%s\"",
				   name);
	if (l->signature)
		return node_refuse(&m[0], e,
				   "is the layer of another signature too");
	return parse_pkcs7(&m[1], l, e);
}

int signatures_parse(struct podspec *spec, const struct node *n,
		     struct error *e)
{
	struct node item;
	size_t count, i;
	int err;

	err = node_array(n, 0, PODSPEC_LAYERS_MAX, &count, e);
	for (i = 0; !err && i < count; i++) {
		node_item(n, i, &item);
		err = parse_signature(spec, &item, e);
	}
	return err;
}
