/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the command line changes of an image's configuration.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_IMAGE_OVERRIDE_H
#define TARFS_IMAGE_OVERRIDE_H

#include <jansson.h>

#include "base/error.h"

/**
 * struct override - members of "config" in an image configuration
 * @entrypoint, @cmd: arrays of words; NULL keeps what the image has
 * @env: array of NAME=VALUE, each in place of the image's NAME; or NULL
 * @user, @workdir: NULL keeps what the image has
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

/* append a word to an array, which is made first if it is NULL */
int override_add(json_t **array, const char *word, struct error *e);

/**
 * override_apply() - change an image configuration
 * @config: all of it; its "config" is made if it is missing
 *
 * A new entry point drops the command of the image, which was meant for the old
 * one, as container engines do.  A single empty word is no words.
 */
int override_apply(const struct override *o, json_t *config, struct error *e);

void override_free(struct override *o);

#endif /* TARFS_IMAGE_OVERRIDE_H */
