// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzz the parser of pod specs: it refuses a text with a message, or all that
 * the agent relies on holds, and the same data in another JSON spelling are
 * accepted, too.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <string.h>

#include "base/kata.h"
#include "fuzz.h"
#include "pod/podspec.h"

static void must(bool holds)
{
	if (!holds)
		abort();
}

/* a name becomes a part of paths */
static void check_name(const char *name)
{
	must(*name && strlen(name) < SHA256_HEX_SIZE &&
	     strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") ==
	     strlen(name));
}

static void check_layer(const struct layer *l)
{
	check_name(l->name);
	must(!strncmp(l->mount_point, KATA_LAYERS_DIR,
		      strlen(KATA_LAYERS_DIR)) &&
	     l->mount_point + strlen(KATA_LAYERS_DIR) == l->name);
	must(!l->signature == !l->signature_len);
	must(!l->blob_size == (l->source == LAYER_IMAGE));
}

static void check_mount(const struct podspec *spec,
			const struct container_mount *m)
{
	must(m->volume >= spec->volumes &&
	     m->volume < spec->volumes + spec->volume_count);
	must(m->destination[0] == '/' && m->destination[1] &&
	     strlen(m->destination) < 1024);
	must(!strstr(m->destination, "/../") &&
	     !strstr(m->destination, "//"));
}

static void check_container(const struct podspec *spec,
			    const struct container *c)
{
	size_t i;

	check_name(c->id);
	check_name(c->hostname);
	must(!strcmp(c->rootfs + strlen(KATA_CONTAINERS_DIR), c->id));
	must(c->layer_count && c->layer_count <= PODSPEC_STACK_MAX);
	for (i = 0; i < c->layer_count; i++)
		must(c->layers[i] >= spec->layers &&
		     c->layers[i] < spec->layers + spec->layer_count);
	must(c->mount_count <= PODSPEC_MOUNTS_MAX);
	for (i = 0; i < c->mount_count; i++)
		check_mount(spec, &c->mounts[i]);
	must(json_is_object(c->process));
}

static void check_pod(const struct podspec *spec)
{
	size_t i;

	must(spec->container_count &&
	     spec->container_count <= PODSPEC_CONTAINERS_MAX);
	must(spec->layer_count && spec->layer_count <= PODSPEC_LAYERS_MAX);
	must(spec->volume_count <= PODSPEC_VOLUMES_MAX);
	for (i = 0; i < spec->volume_count; i++)
		check_name(spec->volumes[i].name);
	for (i = 0; i < spec->layer_count; i++)
		check_layer(&spec->layers[i]);
	for (i = 0; i < spec->container_count; i++)
		check_container(spec, &spec->containers[i]);
}

/* a pod spec remains one with other spacing and order */
static void check_again(const struct podspec *spec)
{
	char *text = json_dumps(spec->root, JSON_INDENT(3) | JSON_SORT_KEYS);
	struct podspec *again = NULL;
	struct error e;

	must(text && !podspec_parse(text, strlen(text), &again, &e));
	must(json_equal(spec->root, again->root) &&
	     again->layer_count == spec->layer_count);
	podspec_free(again);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct error e = { "" };
	struct podspec *spec;

	if (podspec_parse((const char *)data, size, &spec, &e)) {
		must(!spec && !strncmp(e.text, "pod spec: ", 10) && e.text[10]);
		return 0;
	}
	check_pod(spec);
	check_again(spec);
	podspec_free(spec);
	return 0;
}
