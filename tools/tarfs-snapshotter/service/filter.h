/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Filters of List, in containerd's syntax.
 *
 * Copyright (C) 2026 The tarfs authors
 *
 *   FIELD[.FIELD]...[OPERATOR VALUE][,...]
 *
 * A field is a word or quoted, an operator ==, != or ~=.  All parts of a filter
 * must match, and one of several filters.  A regular expression of ~= is one of
 * POSIX, where containerd has Go's.
 */
#ifndef TARFS_SNAPSHOTTER_FILTER_H
#define TARFS_SNAPSHOTTER_FILTER_H

#include <stdbool.h>

#include "base/error.h"
#include "store/record.h"

struct filter;

/* parse filters, of which one must match; none match everything */
int filter_parse(struct filter **filter, char *const *texts, size_t count,
		 struct error *e);
bool filter_match(const struct filter *filter, const struct record *r);
void filter_free(struct filter *filter);

#endif /* TARFS_SNAPSHOTTER_FILTER_H */
