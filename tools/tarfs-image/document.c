// SPDX-License-Identifier: GPL-2.0
/*
 * Parse untrusted JSON, and look up members by name and type.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>

#include "document.h"

static const char *const type_names[] = {
	[JSON_OBJECT] = "an object",
	[JSON_ARRAY] = "an array",
	[JSON_STRING] = "a string",
	[JSON_INTEGER] = "an integer",
};

int document_parse(const char *text, size_t len, json_type type,
		   json_t **doc, struct error *e)
{
	json_error_t why;
	json_t *root;

	root = json_loadb(text, len, JSON_REJECT_DUPLICATES, &why);
	if (!root)
		return error_set(e, -EINVAL, "line %d, column %d: %s",
				 why.line, why.column, why.text);
	if (json_typeof(root) != type) {
		json_decref(root);
		return error_set(e, -EINVAL, "is not %s",
				 type_names[type]);
	}
	*doc = root;
	return 0;
}

int document_get(const json_t *object, const char *name, json_type type,
		 bool required, json_t **value, struct error *e)
{
	json_t *member = json_object_get(object, name);

	*value = NULL;
	if (!member || json_is_null(member))
		return required ? error_set(e, -EINVAL, "has no \"%s\"", name)
				: 0;
	if (json_typeof(member) != type)
		return error_set(e, -EINVAL, "\"%s\" is not %s", name,
				 type_names[type]);
	*value = member;
	return 0;
}

int document_string(const json_t *object, const char *name, bool required,
		    const char **value, struct error *e)
{
	json_t *member;
	int err;

	err = document_get(object, name, JSON_STRING, required, &member, e);
	if (err)
		return err;
	*value = member ? json_string_value(member) : "";
	return 0;
}

int document_strings(const json_t *object, const char *name, json_t **value,
		     struct error *e)
{
	json_t *array, *item;
	size_t i;
	int err;

	err = document_get(object, name, JSON_ARRAY, false, &array, e);
	if (err)
		return err;
	json_array_foreach(array, i, item)
		if (!json_is_string(item))
			return error_set(e, -EINVAL,
					 "\"%s\"[%zu] is not a string", name,
					 i);
	*value = array;
	return 0;
}

int document_version(const json_t *object, const char *name,
		     json_int_t version, struct error *e)
{
	json_t *member;
	int err;

	err = document_get(object, name, JSON_INTEGER, true, &member, e);
	if (err)
		return err;
	if (json_integer_value(member) != version)
		return error_set(e, -EINVAL, "\"%s\" is %lld, not %lld", name,
				 (long long)json_integer_value(member),
				 (long long)version);
	return 0;
}
