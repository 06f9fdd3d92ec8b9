// SPDX-License-Identifier: GPL-2.0
/*
 * The layers that the options of a snapshot's mount name.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/kata.h"
#include "overlay.h"

static int out_of_memory(struct error *e)
{
	return error_set(e, -ENOMEM, "out of memory");
}

/* options that lead to no other file, file system or program */
static bool is_harmless(const char *option)
{
	static const char *const options[] = {
		"ro", "nodev", "nosuid", "noexec"
	};
	size_t i;

	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (!strcmp(option, options[i]))
			return true;
	return false;
}

/* remove the options that are for Kata's agent, not for mount(8) */
static int keep_options(char *options, struct error *e)
{
	char *first = options, *to = options, *option;

	while ((option = strsep(&options, ","))) {
		size_t len = strlen(option);

		if (!len || !strncmp(option, KATA_WORDS, strlen(KATA_WORDS)))
			continue;
		if (!is_harmless(option))
			return error_set(e, -EINVAL,
					 "a layer must not have the option '%s'",
					 option);
		memmove(to, option, len);
		to += len;
		*to++ = ',';
	}
	*(to > first ? to - 1 : to) = '\0';
	return 0;
}

/* has the path a component ".."? */
static bool climbs(const char *path)
{
	size_t len;

	for (; *path; path += len + !!path[len]) {
		len = strcspn(path, "/");
		if (len == 2 && !strncmp(path, "..", len))
			return true;
	}
	return false;
}

/* split "SOURCE,TYPE[,OPTION]..." */
static int split(struct layer *layer, struct error *e)
{
	char *rest = layer->text;
	const char *type;

	layer->source = strsep(&rest, ",");
	type = rest ? strsep(&rest, ",") : "";
	layer->options = rest ? rest : layer->text + strlen(layer->text);
	if (!*layer->source || !*type)
		return error_set(e, -EINVAL,
				 "a layer must have a source and a type");
	/* mount(8) runs a program that the source of another type names */
	if (strcmp(type, KATA_LAYER_FSTYPE))
		return error_set(e, -EINVAL, "a layer must have the type "
				 KATA_LAYER_FSTYPE ", not '%s'", type);
	if (climbs(layer->source))
		return error_set(e, -EINVAL,
				 "source '%s' of a layer must not contain '..'",
				 layer->source);
	return keep_options(layer->options, e);
}

static int add_layer(struct layers *l, const char *value, struct error *e)
{
	struct layer *layer = &l->layer[l->count];
	ssize_t len;

	if (l->count == LAYERS_MAX)
		return error_set(e, -EINVAL, "more than %d layers", LAYERS_MAX);
	layer->text = malloc(strlen(value) + 1);
	if (!layer->text)
		return out_of_memory(e);
	l->count++;
	strcpy(layer->text, value);
	len = base64_decode(layer->text, strlen(layer->text));
	if (len < 0)
		return error_set(e, -EINVAL, "layer '%s' is not base64", value);
	if (memchr(layer->text, 0, len))
		return error_set(e, -EINVAL, "layer '%s' contains NUL", value);
	layer->text[len] = '\0';
	return split(layer, e);
}

static int set_prefix(struct layers *l, const char *value, struct error *e)
{
	if (*value != '/' || climbs(value))
		return error_set(e, -EINVAL,
				 "directory '%s' of the sources must be absolute, without '..'",
				 value);
	free(l->prefix);
	l->prefix = strdup(value);
	return l->prefix ? 0 : out_of_memory(e);
}

static int parse_option(struct layers *l, const char *option, struct error *e)
{
	if (!strncmp(option, KATA_LAYER, strlen(KATA_LAYER)))
		return add_layer(l, option + strlen(KATA_LAYER), e);
	if (!strncmp(option, KATA_SOURCE_PREFIX, strlen(KATA_SOURCE_PREFIX)))
		return set_prefix(l, option + strlen(KATA_SOURCE_PREFIX), e);
	return 0;
}

int layers_parse(struct layers *l, const char *list, struct error *e)
{
	char *copy = strdup(list), *rest = copy, *option;
	int err = 0;

	if (!copy)
		return out_of_memory(e);
	while (!err && (option = strsep(&rest, ",")))
		err = parse_option(l, option, e);
	free(copy);
	return err;
}

int layers_check(const struct layers *l, struct error *e)
{
	size_t i;

	if (!l->count)
		return error_set(e, -EINVAL, "no option names a layer");
	for (i = 0; i < l->count && !l->prefix; i++)
		if (*l->layer[i].source != '/')
			return error_set(e, -EINVAL,
					 "source '%s' of a layer must be absolute, as no option names a directory for it",
					 l->layer[i].source);
	return 0;
}

void layers_free(struct layers *l)
{
	while (l->count)
		free(l->layer[--l->count].text);
	free(l->prefix);
}
