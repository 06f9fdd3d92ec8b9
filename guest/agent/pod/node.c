// SPDX-License-Identifier: GPL-2.0
/*
 * Read JSON strictly: each value comes with its place in the document.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "pod/node.h"

int node_refuse(const struct node *n, struct error *e, const char *fmt, ...)
{
	char text[512];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	return error_set(e, -EINVAL, "%s: %s",
			 n->place.path[0] ? n->place.path : "top level", text);
}

static const struct member *find_member(const struct member *members,
					size_t count, const char *key)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (!strcmp(members[i].key, key))
			return &members[i];
	return NULL;
}

int node_object(const struct node *n, const struct member *members,
		size_t count, struct node *out, struct error *e)
{
	const char *key;
	json_t *value;
	size_t i;

	if (!json_is_object(n->value))
		return node_refuse(n, e, "must be an object");
	json_object_foreach(n->value, key, value)
		if (!find_member(members, count, key))
			return node_refuse(n, e, "\"%s\" is not known", key);
	for (i = 0; i < count; i++) {
		out[i].place = n->place;
		place_add_name(&out[i].place, members[i].key,
			       strlen(members[i].key));
		out[i].value = json_object_get(n->value, members[i].key);
		if (!out[i].value && !members[i].optional)
			return node_refuse(n, e, "\"%s\" is missing",
					   members[i].key);
	}
	return 0;
}

int node_array(const struct node *n, size_t min, size_t max, size_t *count,
	       struct error *e)
{
	if (!json_is_array(n->value))
		return node_refuse(n, e, "must be an array");
	*count = json_array_size(n->value);
	if (*count < min || *count > max)
		return node_refuse(n, e, "must have %zu to %zu items, has %zu",
				   min, max, *count);
	return 0;
}

void node_item(const struct node *n, size_t i, struct node *item)
{
	item->place = n->place;
	place_add_index(&item->place, i);
	item->value = json_array_get(n->value, i);
}

int node_string(const struct node *n, const char **s, struct error *e)
{
	*s = json_string_value(n->value);
	return *s ? 0 : node_refuse(n, e, "must be a string");
}

int node_integer(const struct node *n, int64_t min, int64_t max,
		 int64_t *value, struct error *e)
{
	if (!json_is_integer(n->value))
		return node_refuse(n, e, "must be an integer");
	*value = json_integer_value(n->value);
	if (*value < min || *value > max)
		return node_refuse(n, e, "must be %lld to %lld, is %lld",
				   (long long)min, (long long)max,
				   (long long)*value);
	return 0;
}

int node_boolean(const struct node *n, bool *value, struct error *e)
{
	*value = json_is_true(n->value);
	return json_is_boolean(n->value) ? 0 :
		node_refuse(n, e, "must be true or false");
}

int node_expect_string(const struct node *n, const char *want,
		       struct error *e)
{
	const char *s;
	int err = node_string(n, &s, e);

	if (err)
		return err;
	if (strcmp(s, want))
		return node_refuse(n, e, "must be \"%s\", is \"%s\"", want, s);
	return 0;
}

int node_expect_null(const struct node *n, struct error *e)
{
	return json_is_null(n->value) ? 0 : node_refuse(n, e, "must be null");
}

int node_expect_false(const struct node *n, struct error *e)
{
	return json_is_false(n->value) ? 0 : node_refuse(n, e, "must be false");
}
