/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Strict reading of JSON: a value that knows where it stands.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_AGENT_NODE_H
#define TARFS_AGENT_NODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <jansson.h>

#include "base/error.h"
#include "pod/place.h"

/**
 * struct node - a JSON value
 * @value: borrowed; NULL for a member that may be absent and is
 */
struct node {
	json_t *value;
	struct place place;
};

/* a member an object may have */
struct member {
	const char *key;
	int optional;
};

/* refuse @n: "<place>: <text>" */
int node_refuse(const struct node *n, struct error *e, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/**
 * node_object() - take an object apart
 * @members: @count members; any other and any that lacks is refused
 * @out: @count nodes
 */
int node_object(const struct node *n, const struct member *members,
		size_t count, struct node *out, struct error *e);

/* an array of @min to @max items */
int node_array(const struct node *n, size_t min, size_t max, size_t *count,
	       struct error *e);
void node_item(const struct node *n, size_t i, struct node *item);

int node_string(const struct node *n, const char **s, struct error *e);
int node_integer(const struct node *n, int64_t min, int64_t max,
		 int64_t *value, struct error *e);

int node_boolean(const struct node *n, bool *value, struct error *e);

/* exactly this */
int node_expect_string(const struct node *n, const char *want,
		       struct error *e);
int node_expect_null(const struct node *n, struct error *e);
int node_expect_false(const struct node *n, struct error *e);

#endif /* TARFS_AGENT_NODE_H */
