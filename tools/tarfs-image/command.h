/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The commands of tarfs-image.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_IMAGE_COMMAND_H
#define TARFS_IMAGE_COMMAND_H

#include <stdio.h>

#include "base/error.h"

#define PROGRAM	"tarfs-image"

/* bits of the commands in the table of options */
enum {
	CONVERT	= 1 << 0,
	LIST	= 1 << 1,
	VERIFY	= 1 << 2,
};

/* @request is struct request; return as @run of struct cli_command */
int cmd_convert(const void *request, struct error *e);
int cmd_list(const void *request, struct error *e);
int cmd_verify(const void *request, struct error *e);

static inline void print_error(const struct error *e)
{
	fprintf(stderr, PROGRAM ": %s\n", e->text);
}

#endif /* TARFS_IMAGE_COMMAND_H */
