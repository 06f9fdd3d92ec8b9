// SPDX-License-Identifier: GPL-2.0
/*
 * Parse a pod spec from JSON.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "pod/place.h"
#include "pod/podspec_private.h"

#define SCRATCH_SIZE_MIN	(1LL << 20)
#define SCRATCH_SIZE_MAX	(1LL << 50)

static int parse_id(struct podspec *spec, struct container *c,
		    const struct node *n, struct error *e)
{
	size_t i;
	int err;

	err = name_parse(n, &c->id, e);
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
		{ .key = "process" }, { .key = "mounts", .optional = 1 },
	};
	struct node m[5];
	int err;

	err = node_object(n, members, 5, m, e);
	if (!err)
		err = parse_id(spec, c, &m[0], e);
	if (!err)
		err = storages_parse(spec, c, &m[1], e);
	if (!err)
		err = name_parse(&m[2], &c->hostname, e);
	if (!err)
		err = process_parse(c, &m[3], e);
	if (!err && m[4].value)
		err = mounts_parse(spec, c, &m[4], e);
	return err;
}

static int parse_containers(struct podspec *spec, const struct node *n,
			    struct error *e)
{
	struct node item;
	size_t count, i;
	int err;

	err = node_array(n, 1, PODSPEC_CONTAINERS_MAX, &count, e);
	for (i = 0; !err && i < count; i++) {
		node_item(n, i, &item);
		err = parse_container(spec, &spec->containers[i], &item, e);
		spec->container_count++;
	}
	return err;
}

static int parse_verity(struct podspec *spec, const struct node *n,
			struct error *e)
{
	static const struct member members[] = { { .key = "on_corruption" } };
	static const char *const words[] = {
		[VERITY_EIO] = "eio", [VERITY_RESTART] = "restart",
		[VERITY_PANIC] = "panic",
	};
	unsigned int choice;
	struct node m[1];
	int err;

	err = node_object(n, members, 1, m, e);
	if (!err)
		err = choice_parse(&m[0], words, COUNT(words), &choice, e);
	if (!err)
		spec->on_corruption = choice;
	return err;
}

static int parse_scratch(struct podspec *spec, const struct node *n,
			 struct error *e)
{
	static const struct member members[] = {
		{ .key = "type" }, { .key = "size", .optional = 1 },
	};
	static const char *const words[] = {
		[SCRATCH_TMPFS] = "tmpfs", [SCRATCH_DISK] = "disk",
	};
	unsigned int choice;
	int64_t size = 0;
	struct node m[2];
	int err;

	err = node_object(n, members, 2, m, e);
	if (!err)
		err = choice_parse(&m[0], words, COUNT(words), &choice, e);
	if (!err && m[1].value)
		err = node_integer(&m[1], SCRATCH_SIZE_MIN, SCRATCH_SIZE_MAX,
				   &size, e);
	if (err)
		return err;
	if (size && choice == SCRATCH_DISK)
		return node_refuse(&m[1], e, "is for a tmpfs only");
	spec->scratch.type = choice;
	spec->scratch.size = size;
	return 0;
}

enum {
	VERSION, CONTAINERS, VERITY, SCRATCH, VOLUMES, SIGNATURES, POD_MEMBERS
};

static const struct member pod_members[POD_MEMBERS] = {
	[VERSION]	= { .key = "version" },
	[CONTAINERS]	= { .key = "containers" },
	[VERITY]	= { .key = "verity", .optional = 1 },
	[SCRATCH]	= { .key = "scratch", .optional = 1 },
	[VOLUMES]	= { .key = "volumes", .optional = 1 },
	[SIGNATURES]	= { .key = "signatures", .optional = 1 },
};

/* parse volumes before their mounts, and layers before their signatures */
static int parse_pod(struct podspec *spec, struct error *e)
{
	struct node top = { .value = spec->root }, m[POD_MEMBERS];
	int64_t version;
	int err;

	err = node_object(&top, pod_members, POD_MEMBERS, m, e);
	if (!err)
		err = node_integer(&m[VERSION], 1, 1, &version, e);
	if (!err && m[VERITY].value)
		err = parse_verity(spec, &m[VERITY], e);
	if (!err && m[SCRATCH].value)
		err = parse_scratch(spec, &m[SCRATCH], e);
	if (!err && m[VOLUMES].value)
		err = volumes_parse(spec, &m[VOLUMES], e);
	if (!err)
		err = parse_containers(spec, &m[CONTAINERS], e);
	if (!err && m[SIGNATURES].value)
		err = signatures_parse(spec, &m[SIGNATURES], e);
	return err;
}

static int load_json(struct podspec *spec, const char *text, size_t len,
		     struct error *e)
{
	struct place place;
	json_error_t why;

	spec->root = json_loadb(text, len, JSON_REJECT_DUPLICATES, &why);
	if (spec->root)
		return 0;
	place_find(text, why.position < len ? why.position : len, &place);
	return error_set(e, -EINVAL, "%s: line %d, column %d: %s",
			 place.path[0] ? place.path : "top level", why.line,
			 why.column, why.text);
}

int podspec_parse(const char *text, size_t len, struct podspec **spec,
		  struct error *e)
{
	struct podspec *s;
	int err;

	*spec = NULL;
	s = calloc(1, sizeof(*s));
	if (!s)
		return error_set(e, -ENOMEM, "not enough memory");
	err = load_json(s, text, len, e);
	if (!err)
		err = parse_pod(s, e);
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
	size_t i;

	if (!spec)
		return;
	for (i = 0; i < spec->layer_count; i++)
		free(spec->layers[i].signature);
	json_decref(spec->root);
	free(spec);
}
