// SPDX-License-Identifier: GPL-2.0
/*
 * The pod spec: from JSON to what the agent works with.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "podspec.h"

#define NAME_LENGTH	63
#define ARGS_MAX	4096
#define GROUPS_MAX	256
#define ID_MAX		4294967294LL	/* (uid_t)-1 means "none" */

/* of a container or its host: it becomes part of paths */
static int parse_name(const struct node *n, const char **name, struct error *e)
{
	size_t len;
	int err;

	err = node_string(n, name, e);
	if (err)
		return err;
	len = strlen(*name);
	if (len < 1 || len > NAME_LENGTH || (*name)[0] == '-' ||
	    (*name)[len - 1] == '-' ||
	    strspn(*name, "abcdefghijklmnopqrstuvwxyz0123456789-") != len)
		return node_refuse(n, e,
			"must be 1 to %d of a-z, 0-9 and -, neither the first nor the last -",
			NAME_LENGTH);
	return 0;
}

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

static int parse_args(const struct node *n, struct error *e)
{
	struct node item;
	size_t count, i;
	const char *s;
	int err;

	err = node_array(n, 1, ARGS_MAX, &count, e);
	for (i = 0; !err && i < count; i++) {
		node_item(n, i, &item);
		err = node_string(&item, &s, e);
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
		err = node_string(&item, &s, e);
		if (!err && (*s == '=' || !strchr(s, '=')))
			err = node_refuse(&item, e, "must be NAME=value");
	}
	return err;
}

static int parse_cwd(const struct node *n, struct error *e)
{
	const char *cwd, *part;
	int err;

	err = node_string(n, &cwd, e);
	if (err)
		return err;
	if (*cwd != '/' || strlen(cwd) >= PATH_MAX)
		return node_refuse(n, e,
			"must be an absolute path of at most %d bytes",
			PATH_MAX - 1);
	for (part = cwd; part; part = strchr(part + 1, '/'))
		if (!strncmp(part, "/..", 3) && (!part[3] || part[3] == '/'))
			return node_refuse(n, e, "must not go up with \"..\"");
	return 0;
}

static int parse_process(struct container *c, const struct node *n,
			 struct error *e)
{
	static const struct member members[] = {
		{ .key = "terminal" }, { .key = "user" }, { .key = "args" },
		{ .key = "env" }, { .key = "cwd" },
	};
	struct node m[5];
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
		err = parse_cwd(&m[4], e);
	c->process = n->value;
	return err;
}

static int parse_id(struct podspec *spec, struct container *c,
		    const struct node *n, struct error *e)
{
	size_t i;
	int err;

	err = parse_name(n, &c->id, e);
	if (err)
		return err;
	for (i = 0; i < spec->container_count; i++)
		if (!strcmp(spec->containers[i].id, c->id))
			return node_refuse(n, e,
				"is the id of another container too");
	return 0;
}

static int parse_container(struct podspec *spec, struct container *c,
			   const struct node *n, struct error *e)
{
	static const struct member members[] = {
		{ .key = "id" }, { .key = "storages" }, { .key = "hostname" },
		{ .key = "process" },
	};
	struct node m[4];
	int err;

	err = node_object(n, members, 4, m, e);
	if (!err)
		err = parse_id(spec, c, &m[0], e);
	if (!err)
		err = storages_parse(spec, c, &m[1], e);
	if (!err)
		err = parse_name(&m[2], &c->hostname, e);
	if (!err)
		err = parse_process(c, &m[3], e);
	return err;
}

static int parse_pod(struct podspec *spec, struct error *e)
{
	static const struct member members[] = {
		{ .key = "version" }, { .key = "containers" },
	};
	struct node top = { .value = spec->root }, m[2], item;
	int64_t version;
	size_t count, i;
	int err;

	err = node_object(&top, members, 2, m, e);
	if (!err)
		err = node_integer(&m[0], 1, 1, &version, e);
	if (!err)
		err = node_array(&m[1], 1, PODSPEC_CONTAINERS_MAX, &count, e);
	for (i = 0; !err && i < count; i++) {
		node_item(&m[1], i, &item);
		err = parse_container(spec, &spec->containers[i], &item, e);
		spec->container_count++;
	}
	return err;
}

int podspec_parse(const char *text, size_t len, struct podspec **spec,
		  struct error *e)
{
	json_error_t why;
	struct podspec *s;
	int err;

	*spec = NULL;
	s = calloc(1, sizeof(*s));
	if (!s)
		return error_set(e, -ENOMEM, "not enough memory");
	s->root = json_loadb(text, len, JSON_REJECT_DUPLICATES, &why);
	if (s->root)
		err = parse_pod(s, e);
	else
		err = error_set(e, -EINVAL, "line %d, column %d: %s",
				why.line, why.column, why.text);
	if (err) {
		error_prefix(e, "pod spec");
		podspec_free(s);
		return err;
	}
	*spec = s;
	return 0;
}

void podspec_free(struct podspec *spec)
{
	if (!spec)
		return;
	json_decref(spec->root);
	free(spec);
}
