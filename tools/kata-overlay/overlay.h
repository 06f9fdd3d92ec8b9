/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Declarations shared by the files of kata-overlay.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef KATA_OVERLAY_OVERLAY_H
#define KATA_OVERLAY_OVERLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"

/* overlayfs has no more */
#define LAYERS_MAX	500

/**
 * struct layer - a layer to mount
 * @text: decoded, and what the others point into
 * @options: for mount(8), with commas; "" if there are none
 */
struct layer {
	char *text;
	const char *source;
	char *options;
};

/* the layers of a container, the top one first; @prefix: of sources, or NULL */
struct layers {
	char *prefix;
	struct layer layer[LAYERS_MAX];
	size_t count;
};

/* layers.c */

/* parse a list of options with commas; those of others are ignored */
int layers_parse(struct layers *l, const char *list, struct error *e);
/* check what needs all options */
int layers_check(const struct layers *l, struct error *e);
void layers_free(struct layers *l);

/* stack.c */

/* mount the layers on @target, and leave nothing else */
int stack_mount(const struct layers *l, const char *target, struct error *e);

/* run.c */

/* mount a layer by mount(8) */
int run_mount(const struct layers *l, const struct layer *layer,
	      const char *dir, struct error *e);

#endif /* KATA_OVERLAY_OVERLAY_H */
