// SPDX-License-Identifier: GPL-2.0
/*
 * Labels of a snapshot: texts by name, in the order of the names.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "labels.h"

/* return where the key is, or where it belongs */
static size_t search(const struct labels *l, const char *key, bool *found)
{
	size_t low = 0, high = l->count, middle;
	int order;

	*found = false;
	while (low < high) {
		middle = low + (high - low) / 2;
		order = strcmp(l->list[middle].key, key);
		if (!order) {
			*found = true;
			return middle;
		}
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const char *labels_find(const struct labels *l, const char *key)
{
	bool found;
	size_t at = search(l, key, &found);

	return found ? l->list[at].value : NULL;
}

static int insert(struct labels *l, size_t at, struct label label)
{
	struct label *list;

	list = reallocarray(l->list, l->count + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	memmove(list + at + 1, list + at, (l->count - at) * sizeof(*list));
	list[at] = label;
	l->list = list;
	l->count++;
	return 0;
}

int labels_set(struct labels *l, const char *key, const char *value)
{
	struct label label = { NULL, strdup(value) };
	bool found;
	size_t at = search(l, key, &found);

	if (!label.value)
		return -ENOMEM;
	if (found) {
		free(l->list[at].value);
		l->list[at].value = label.value;
		return 0;
	}
	label.key = strdup(key);
	if (label.key && !insert(l, at, label))
		return 0;
	free(label.key);
	free(label.value);
	return -ENOMEM;
}

void labels_remove(struct labels *l, const char *key)
{
	bool found;
	size_t at = search(l, key, &found);

	if (!found)
		return;
	free(l->list[at].key);
	free(l->list[at].value);
	l->count--;
	memmove(l->list + at, l->list + at + 1,
		(l->count - at) * sizeof(*l->list));
}

int labels_copy(struct labels *to, const struct labels *from)
{
	size_t i;

	*to = (struct labels){ 0 };
	for (i = 0; i < from->count; i++) {
		if (!labels_set(to, from->list[i].key, from->list[i].value))
			continue;
		labels_free(to);
		return -ENOMEM;
	}
	return 0;
}

void labels_free(struct labels *l)
{
	size_t i;

	for (i = 0; i < l->count; i++) {
		free(l->list[i].key);
		free(l->list[i].value);
	}
	free(l->list);
	*l = (struct labels){ 0 };
}
