/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Read JSON strictly: each value comes with its place in the document.
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
 * @value: borrowed; NULL for an optional member that is absent
 */
struct node {
	json_t *value;
	struct place place;
};

/* a member that an object may have */
struct member {
	const char *key;
	int optional;
};

/* set the error to "<place of @n>: <text>" and return it */
int node_refuse(const struct node *n, struct error *e, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/**
 * node_object() - parse an object
 * @members: its @count members; an unknown or missing member is an error
 * @out: set to the nodes of all @members
 */
int node_object(const struct node *n, const struct member *members,
		size_t count, struct node *out, struct error *e);

/* parse an array of @min to @max items */
int node_array(const struct node *n, size_t min, size_t max, size_t *count,
	       struct error *e);
void node_item(const struct node *n, size_t i, struct node *item);

int node_string(const struct node *n, const char **s, struct error *e);
int node_integer(const struct node *n, int64_t min, int64_t max,
		 int64_t *value, struct error *e);

int node_boolean(const struct node *n, bool *value, struct error *e);

/* refuse any other value */
int node_expect_string(const struct node *n, const char *want,
		       struct error *e);
int node_expect_null(const struct node *n, struct error *e);
int node_expect_false(const struct node *n, struct error *e);

#endif /* TARFS_AGENT_NODE_H */
