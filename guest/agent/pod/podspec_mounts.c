// SPDX-License-Identifier: GPL-2.0
/*
 * Parse the volumes of a pod spec, and where its containers mount them.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <string.h>

#include "pod/podspec_private.h"

/* bytes; leaves room for the path of the root directory in front */
#define DESTINATION_MAX	1023

static const struct volume *find_volume(const struct podspec *spec,
					const char *name)
{
	size_t i;

	for (i = 0; i < spec->volume_count; i++)
		if (!strcmp(spec->volumes[i].name, name))
			return &spec->volumes[i];
	return NULL;
}

static int parse_volume(struct podspec *spec, const struct node *n,
			struct error *e)
{
	static const struct member members[] = { { .key = "name" } };
	const char *name;
	struct node m[1];
	int err;

	err = node_object(n, members, 1, m, e);
	if (!err)
		err = name_parse(&m[0], &name, e);
	if (err)
		return err;
	if (find_volume(spec, name))
		return node_refuse(&m[0], e,
				   "is the name of another volume too");
	spec->volumes[spec->volume_count++].name = name;
	return 0;
}

int volumes_parse(struct podspec *spec, const struct node *n, struct error *e)
{
	struct node item;
	size_t count, i;
	int err;

	err = node_array(n, 0, PODSPEC_VOLUMES_MAX, &count, e);
	for (i = 0; !err && i < count; i++) {
		node_item(n, i, &item);
		err = parse_volume(spec, &item, e);
	}
	return err;
}

static int parse_volume_name(const struct podspec *spec, const struct node *n,
			     const struct volume **volume, struct error *e)
{
	const char *name;
	int err = node_string(n, &name, e);

	if (err)
		return err;
	*volume = find_volume(spec, name);
	return *volume ? 0 : node_refuse(n, e, "the pod has no volume \"%s\"",
					 name);
}

/* accept one spelling of each directory, and none that the runtime mounts */
static int parse_destination(const struct node *n, const char **destination,
			     struct error *e)
{
	static const char *const taken[] = { "/dev", "/proc", "/sys" };
	const char *part;
	size_t i;
	int err;

	err = path_parse(n, DESTINATION_MAX, destination, e);
	if (err)
		return err;
	for (part = *destination; part; part = strchr(part + 1, '/'))
		if (!part[1] || part[1] == '/' ||
		    (part[1] == '.' && (!part[2] || part[2] == '/')))
			return node_refuse(n, e,
				"must not be /, end in one or have a part that is empty or \".\"");
	for (i = 0; i < COUNT(taken); i++)
		if (path_is_below(*destination, taken[i]))
			return node_refuse(n, e,
				"must not be %s or below: that is the runtime's",
				taken[i]);
	return 0;
}

/* refuse a mount that hides an earlier one at or below @destination */
static int check_hidden(const struct container *c, const struct node *n,
			const char *destination, struct error *e)
{
	size_t i;

	for (i = 0; i < c->mount_count; i++)
		if (path_is_below(c->mounts[i].destination, destination))
			return node_refuse(n, e, "would hide mounts[%zu]", i);
	return 0;
}

static int parse_mount(const struct podspec *spec, struct container *c,
		       const struct node *n, struct error *e)
{
	static const struct member members[] = {
		{ .key = "volume" }, { .key = "destination" },
		{ .key = "readonly" },
	};
	struct container_mount *mount = &c->mounts[c->mount_count];
	struct node m[3];
	int err;

	err = node_object(n, members, 3, m, e);
	if (!err)
		err = parse_volume_name(spec, &m[0], &mount->volume, e);
	if (!err)
		err = parse_destination(&m[1], &mount->destination, e);
	if (!err)
		err = check_hidden(c, &m[1], mount->destination, e);
	if (!err)
		err = node_boolean(&m[2], &mount->readonly, e);
	if (!err)
		c->mount_count++;
	return err;
}

int mounts_parse(const struct podspec *spec, struct container *c,
		 const struct node *n, struct error *e)
{
	struct node item;
	size_t count, i;
	int err;

	err = node_array(n, 0, PODSPEC_MOUNTS_MAX, &count, e);
	for (i = 0; !err && i < count; i++) {
		node_item(n, i, &item);
		err = parse_mount(spec, c, &item, e);
	}
	return err;
}
