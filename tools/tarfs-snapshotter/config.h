/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The configuration file: a JSON object.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_SNAPSHOTTER_CONFIG_H
#define TARFS_SNAPSHOTTER_CONFIG_H

#include <jansson.h>

#include "base/error.h"
#include "service/profile.h"

/**
 * struct config - what the file says; all zero without one
 * @doc: the strings are its own
 * @root: NULL if it does not say, as those that follow
 * @profile: name of that for snapshots which no rule fits
 * @rules: @count of them
 */
struct config {
	json_t *doc;
	const char *root;
	const char *address;
	const char *content;
	const char *mount_tar;
	const char *profile;
	struct profile_rule *rules;
	size_t count;
};

/* read and validate a file; an error names it, and the member that is wrong */
int config_read(struct config *c, const char *path, struct error *e);
void config_free(struct config *c);

#endif /* TARFS_SNAPSHOTTER_CONFIG_H */
