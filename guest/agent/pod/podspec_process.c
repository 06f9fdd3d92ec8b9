// SPDX-License-Identifier: GPL-2.0
/*
 * Parse the process of a container: what it runs, and as which user.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <limits.h>
#include <string.h>

#include "pod/podspec_private.h"

#define ARGS_MAX	4096
#define STRING_MAX	131071		/* the longest that execve(2) takes */
#define GROUPS_MAX	256
#define ID_MAX		4294967294LL	/* (uid_t)-1 means "none" */

static int parse_user(const struct node *n, struct error *e)
{
	static const struct member members[] = {
		{ .key = "uid" }, { .key = "gid" },
		{ .key = "additionalGids", .optional = 1 },
	};
	struct node m[3], item;
	size_t count = 0, i;
	int64_t id;
	int err;

	err = node_object(n, members, 3, m, e);
	if (!err)
		err = node_integer(&m[0], 0, ID_MAX, &id, e);
	if (!err)
		err = node_integer(&m[1], 0, ID_MAX, &id, e);
	if (!err && m[2].value)
		err = node_array(&m[2], 0, GROUPS_MAX, &count, e);
	for (i = 0; !err && i < count; i++) {
		node_item(&m[2], i, &item);
		err = node_integer(&item, 0, ID_MAX, &id, e);
	}
	return err;
}

/* parse an argument or an environment variable */
static int parse_string(const struct node *n, const char **s, struct error *e)
{
	int err = node_string(n, s, e);

	if (!err && strlen(*s) > STRING_MAX)
		return node_refuse(n, e, "must have at most %d bytes",
				   STRING_MAX);
	return err;
}

static int parse_args(const struct node *n, struct error *e)
{
	struct node item;
	size_t count, i;
	const char *s;
	int err;

	err = node_array(n, 1, ARGS_MAX, &count, e);
	for (i = 0; !err && i < count; i++) {
		node_item(n, i, &item);
		err = parse_string(&item, &s, e);
		if (!err && i == 0 && !*s)
			err = node_refuse(&item, e, "must not be empty");
	}
	return err;
}

static int parse_env(const struct node *n, struct error *e)
{
	struct node item;
	size_t count, i;
	const char *s;
	int err;

	err = node_array(n, 0, ARGS_MAX, &count, e);
	for (i = 0; !err && i < count; i++) {
		node_item(n, i, &item);
		err = parse_string(&item, &s, e);
		if (!err && (*s == '=' || !strchr(s, '=')))
			err = node_refuse(&item, e, "must be NAME=value");
	}
	return err;
}

int process_parse(struct container *c, const struct node *n, struct error *e)
{
	static const struct member members[] = {
		{ .key = "terminal" }, { .key = "user" }, { .key = "args" },
		{ .key = "env" }, { .key = "cwd" },
	};
	struct node m[5];
	const char *cwd;
	int err;

	err = node_object(n, members, 5, m, e);
	if (!err)
		err = node_expect_false(&m[0], e);
	if (!err)
		err = parse_user(&m[1], e);
	if (!err)
		err = parse_args(&m[2], e);
	if (!err)
		err = parse_env(&m[3], e);
	if (!err)
		err = path_parse(&m[4], PATH_MAX - 1, &cwd, e);
	c->process = n->value;
	return err;
}
