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

#define KATA_WORDS	"io.katacontainers."

static int out_of_memory(struct error *e)
{
	return error_set(e, -ENOMEM, "out of memory");
}

/* remove the options that are for Kata's agent, not for mount(8) */
static void keep_options(char *options)
{
	char *first = options, *to = options, *option;

	while ((option = strsep(&options, ","))) {
		size_t len = strlen(option);

		if (!len || !strncmp(option, KATA_WORDS, strlen(KATA_WORDS)))
			continue;
		memmove(to, option, len);
		to += len;
		*to++ = ',';
	}
	*(to > first ? to - 1 : to) = '\0';
}

/* split "SOURCE,TYPE[,OPTION]..." */
static int split(struct layer *layer, struct error *e)
{
	char *rest = layer->text;

	layer->source = strsep(&rest, ",");
	layer->type = rest ? strsep(&rest, ",") : "";
	layer->options = rest ? rest : layer->text + strlen(layer->text);
	if (!*layer->source || !*layer->type)
		return error_set(e, -EINVAL,
				 "a layer must have a source and a type");
	keep_options(layer->options);
	return 0;
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

void layers_free(struct layers *l)
{
	while (l->count)
		free(l->layer[--l->count].text);
	free(l->prefix);
}
