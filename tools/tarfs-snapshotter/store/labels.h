/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Labels of a snapshot: texts by name, in the order of the names.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_SNAPSHOTTER_LABELS_H
#define TARFS_SNAPSHOTTER_LABELS_H

#include <stddef.h>

struct label {
	char *key;
	char *value;
};

/* struct labels - all zero: none */
struct labels {
	struct label *list;
	size_t count;
};

/* return the value, or NULL without such a label */
const char *labels_find(const struct labels *l, const char *key);
/* add or replace one; return 0 or -ENOMEM with the labels unchanged */
int labels_set(struct labels *l, const char *key, const char *value);
void labels_remove(struct labels *l, const char *key);
/* @to is overwritten; return 0 or -ENOMEM with @to empty */
int labels_copy(struct labels *to, const struct labels *from);
void labels_free(struct labels *l);

#endif /* TARFS_SNAPSHOTTER_LABELS_H */
