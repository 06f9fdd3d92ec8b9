// SPDX-License-Identifier: GPL-2.0
/*
 * Stub for static builds without error correction: Debian has no static
 * libcryptsetup.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>

#include "verity-setup.h"

int fec_write(const struct arguments *r, int image, uint64_t data_size,
	      const uint8_t *root, struct error *e)
{
	return error_set(e, -EOPNOTSUPP,
			 "%s: no error correction: built without libcryptsetup",
			 r->fec);
}
