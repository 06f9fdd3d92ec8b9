/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the commands of verity-setup share.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef VERITY_SETUP_H
#define VERITY_SETUP_H

#include <stdint.h>

#include "error.h"
#include "verity.h"

/*
 * Every command: the arguments that the table in main() promises, followed by
 * NULL, and the root hash if it is one of them; 0 or a negative errno value.
 */
int cmd_format(char **args, const uint8_t *root, struct error *e);
int cmd_verify(char **args, const uint8_t *root, struct error *e);
int cmd_dump(char **args, const uint8_t *root, struct error *e);
int cmd_table(char **args, const uint8_t *root, struct error *e);
int cmd_open(char **args, const uint8_t *root, struct error *e);
int cmd_close(char **args, const uint8_t *root, struct error *e);

/* open an image for reading and judge its trailer; the caller closes @fd */
int image_open(const char *path, int *fd, struct verity_geometry *g,
	       struct error *e);

/* the geometry in the words of veritysetup; @note follows the root hash */
void image_print(const char *path, const struct verity_geometry *g,
		 const uint8_t root[32], const char *note);

/*
 * Make a read-only loop device of a regular file, which vanishes with its last
 * user; the caller closes @fd and frees @device.
 */
int loop_attach(const char *path, int file, int *fd, char **device,
		struct error *e);

#endif /* VERITY_SETUP_H */
