/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which profile a new snapshot gets.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_SNAPSHOTTER_PROFILE_H
#define TARFS_SNAPSHOTTER_PROFILE_H

#include <stdbool.h>

#include "store/record.h"

/**
 * struct profile_rule - which snapshots a profile is for
 * @namespace: of containerd, or NULL
 * @label: that a snapshot must have, or NULL
 * @value: of the label
 */
struct profile_rule {
	const char *namespace;
	const char *label;
	const char *value;
	enum record_profile profile;
};

/**
 * struct profiles - the first rule that fits counts
 * @other: for a snapshot that no rule fits, and that has no parent
 */
struct profiles {
	struct profile_rule *rules;
	size_t count;
	enum record_profile other;
};

/**
 * profile_by_rule() - look for a rule
 * @namespace: header of the request, "" without one
 * @key: of the snapshot, whose namespace containerd puts in front of it
 *
 * Return: whether a rule fits; then @profile is set.
 */
bool profile_by_rule(const struct profiles *p, const char *namespace,
		     const char *key, const struct labels *labels,
		     enum record_profile *profile);

#endif /* TARFS_SNAPSHOTTER_PROFILE_H */
