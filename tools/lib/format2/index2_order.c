// SPDX-License-Identifier: GPL-2.0
/*
 * Order an index: number the inodes, sort the names by directory.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "index2.h"

/* inodes without a name have been replaced: they get no number */
static int number_inodes(struct index2 *ix)
{
	struct tree *t = ix->tree;
	uint32_t i;

	ix->order = calloc(t->inode_count, sizeof(*ix->order));
	if (!ix->order)
		return -ENOMEM;
	for (i = 0; i < t->inode_count; i++) {
		if (!t->inodes[i].names)
			continue;
		ix->order[ix->inodes++] = i;
		t->inodes[i].number = ix->inodes;
	}
	return 0;
}

static uint32_t child_number(const struct tree *t, uint32_t name)
{
	return t->inodes[t->names[name].inode].number;
}

static uint32_t parent_number(const struct tree *t, uint32_t name)
{
	return t->inodes[t->names[name].parent].number;
}

/* stable counting sort of @from into @to; @count has @inodes + 2 elements */
static void sort_names(const struct index2 *ix, const uint32_t *from,
		       uint32_t *to, uint32_t *count,
		       uint32_t (*key)(const struct tree *t, uint32_t name))
{
	const struct tree *t = ix->tree;
	uint32_t i;

	memset(count, 0, ((size_t)ix->inodes + 2) * sizeof(*count));
	for (i = 0; i < t->name_count; i++)
		count[key(t, from[i]) + 1]++;
	for (i = 1; i < ix->inodes + 1; i++)
		count[i] += count[i - 1];
	for (i = 0; i < t->name_count; i++)
		to[count[key(t, from[i])]++] = from[i];
}

static int compare_names(const void *a, const void *b, void *tree)
{
	const struct tree *t = tree;
	const struct tree_name *x = &t->names[*(const uint32_t *)a];
	const struct tree_name *y = &t->names[*(const uint32_t *)b];
	size_t len = x->len < y->len ? x->len : y->len;
	int diff = memcmp(x->bytes, y->bytes, len);

	return diff ? diff : x->len - y->len;
}

/* sort the names that an inode has in one directory by their bytes */
static void sort_links(struct index2 *ix)
{
	struct tree *t = ix->tree;
	uint32_t i, end;

	for (i = 0; i < t->name_count; i = end) {
		const struct tree_name *n = &t->names[ix->names[i]];

		for (end = i + 1; end < t->name_count; end++) {
			const struct tree_name *m = &t->names[ix->names[end]];

			if (m->inode != n->inode || m->parent != n->parent)
				break;
		}
		if (end - i > 1)
			qsort_r(ix->names + i, end - i, sizeof(*ix->names),
				compare_names, t);
	}
}

static int order_names(struct index2 *ix)
{
	size_t names = ix->tree->name_count, i;
	uint32_t *by_child, *count;
	int err = -ENOMEM;

	ix->names = calloc(names + 1, sizeof(*ix->names));
	by_child = calloc(names + 1, sizeof(*by_child));
	count = calloc((size_t)ix->inodes + 2, sizeof(*count));
	if (!ix->names || !by_child || !count)
		goto free_tables;
	for (i = 0; i < names; i++)
		ix->names[i] = i;
	sort_names(ix, ix->names, by_child, count, child_number);
	sort_names(ix, by_child, ix->names, count, parent_number);
	sort_links(ix);
	err = 0;
free_tables:
	free(by_child);
	free(count);
	return err;
}

int index2_order(struct index2 *ix, struct error *e)
{
	if (number_inodes(ix) || order_names(ix))
		return error_set(e, -ENOMEM, "out of memory");
	return 0;
}
