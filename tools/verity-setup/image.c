// SPDX-License-Identifier: GPL-2.0
/*
 * Arguments that several commands have: root hashes and images.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <fcntl.h>
#include <unistd.h>

#include "verity-setup.h"

void parse_root_hash(const struct arguments *r, int index,
		     uint8_t root[SHA256_SIZE])
{
	if (sha256_from_hex(r->args[index], root))
		cli_usage(r->cli,
			  "'%s' is not a root hash of %d hexadecimal digits",
			  r->args[index], 2 * SHA256_SIZE);
}

int image_open(const char *path, int *fd, struct verity_geometry *g,
	       struct error *e)
{
	int err;

	*fd = open(path, O_RDONLY | O_CLOEXEC);
	if (*fd < 0)
		return error_errno(e, "%s: cannot open", path);
	err = verity_geometry_read(*fd, path, g, e);
	if (err)
		close(*fd);
	return err;
}
