/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Words of a filter: fields, operators, values.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_SNAPSHOTTER_FILTER_SCAN_H
#define TARFS_SNAPSHOTTER_FILTER_SCAN_H

#include <stdbool.h>

#include "base/error.h"

/**
 * struct scan - a text being scanned
 * @text: all of it, for messages
 * @at: what follows
 */
struct scan {
	const char *text;
	const char *at;
};

/* the next character, spaces included; 0 at the end */
static inline char scan_next(const struct scan *in)
{
	return *in->at;
}

static inline bool scan_ends(const struct scan *in)
{
	return !*in->at;
}

/* skip the next character if it is this one */
bool scan_skip(struct scan *in, char c);

/* report that something else was expected; return -EINVAL */
int scan_fail(const struct scan *in, const char *wanted, struct error *e);

/* a word of letters, digits and '_', or a quoted one; free() it */
int scan_field(struct scan *in, char **field, struct error *e);

/* "==", "!=" or "~=": set @operator to the first character */
int scan_operator(struct scan *in, char *operator, struct error *e);

/* up to a comma or a space, or quoted; free() it */
int scan_value(struct scan *in, bool is_pattern, char **value,
	       struct error *e);

#endif /* TARFS_SNAPSHOTTER_FILTER_SCAN_H */
