/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which extended attributes a layer may set.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_XATTR_POLICY_H
#define TARFS_LIB_XATTR_POLICY_H

#include <stdint.h>

#include "tar/tar.h"

/* get the enum tarfs2_xattr_prefix of a name; 0 if the format has none */
uint8_t xattr_prefix_of(const struct tar_string *name);

/* warn of each attribute of a member that will be dropped */
int xattr_warn_dropped(const struct tar_member *m, struct warnings *w,
		       struct error *e);

/**
 * xattr_keep() - decide whether to keep an attribute of a member
 * @mode: updated with the permissions of an access ACL
 *
 * Return: 1 to keep it, 0 to drop it, or a negative errno value.
 */
int xattr_keep(const struct tar_xattr *x, const struct tar_member *m,
	       uint32_t *mode, struct error *e);

#endif /* TARFS_LIB_XATTR_POLICY_H */
