/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Override members of an image configuration from the command line.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_IMAGE_OVERRIDE_H
#define TARFS_IMAGE_OVERRIDE_H

#include <jansson.h>

#include "base/error.h"

/**
 * struct override - members of "config" in an image configuration
 * @entrypoint, @cmd: arrays of words; NULL keeps those of the image
 * @env: array of NAME=VALUE, each replacing NAME of the image; or NULL
 * @user, @workdir: NULL keeps those of the image
 *
 * All zero changes nothing.
 */
struct override {
	json_t *entrypoint;
	json_t *cmd;
	json_t *env;
	const char *user;
	const char *workdir;
};

/* append a word to an array, allocating it if it is NULL */
int override_add(json_t **array, const char *word, struct error *e);

/**
 * override_apply() - change an image configuration
 * @config: the whole document; its "config" is added if it is missing
 *
 * A new entry point drops the command of the image, which was for the old one,
 * as in container engines.  A single empty word means no words.
 */
int override_apply(const struct override *o, json_t *config, struct error *e);

void override_free(struct override *o);

#endif /* TARFS_IMAGE_OVERRIDE_H */
