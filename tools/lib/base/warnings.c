// SPDX-License-Identifier: GPL-2.0
/*
 * Warnings about a tar, counted by kind, with the first place of each kind.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "warnings.h"

#define PATH_SHOWN	4095	/* bytes; names in a tar can have 16 MiB */

static struct warning *find(struct warnings *w, const struct warning_kind *kind)
{
	size_t i;

	for (i = 0; i < w->count; i++)
		if (w->list[i].kind == kind)
			return &w->list[i];
	return NULL;
}

static int add(struct warnings *w, const struct warning_kind *kind,
	       uint64_t count, const char *path, size_t path_len)
{
	struct warning *found = find(w, kind), *list;
	char *first;

	if (found) {
		found->count += count;
		return 0;
	}
	first = strndup(path, path_len < PATH_SHOWN ? path_len : PATH_SHOWN);
	if (!first)
		return -ENOMEM;
	list = reallocarray(w->list, w->count + 1, sizeof(*list));
	if (!list) {
		free(first);
		return -ENOMEM;
	}
	w->list = list;
	list[w->count++] = (struct warning){
		.kind = kind,
		.count = count,
		.first = first,
	};
	return 0;
}

int warnings_add(struct warnings *w, const struct warning_kind *kind,
		 const char *path, size_t path_len)
{
	return add(w, kind, 1, path, path_len);
}

int warnings_add_at(struct warnings *w, const struct warning_kind *kind,
		    uint64_t count, uint64_t offset)
{
	char place[32];

	if (!count)
		return 0;
	snprintf(place, sizeof(place), "offset %" PRIu64, offset);
	return add(w, kind, count, place, strlen(place));
}

void warnings_free(struct warnings *w)
{
	size_t i;

	for (i = 0; i < w->count; i++)
		free(w->list[i].first);
	free(w->list);
	*w = (struct warnings){ 0 };
}

char *warning_where(const struct warning *w)
{
	const unsigned char *from = (const unsigned char *)w->first;
	char *where = malloc(4 * strlen(w->first) + 1), *to = where;

	if (!where)
		return NULL;
	for (; *from; from++) {
		if (*from < 0x20 || *from > 0x7e || *from == '\\')
			to += sprintf(to, "\\%03o", *from);
		else
			*to++ = *from;
	}
	*to = '\0';
	return where;
}

char *warning_text(const struct warning *w)
{
	char *where = warning_where(w), *text = NULL;

	if (where && asprintf(&text, "%s (%" PRIu64 "%s%s)", w->kind->text,
			      w->count, *where ? ", first: " : "", where) < 0)
		text = NULL;
	free(where);
	return text;
}
