/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The value of an attribute that is a POSIX ACL.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_SELFTESTS_ACL_H
#define TARFS_SELFTESTS_ACL_H

#include <linux/posix_acl.h>
#include <linux/posix_acl_xattr.h>

/* @entries: room for more than any test needs */
struct acl {
	struct posix_acl_xattr_header head;
	struct posix_acl_xattr_entry entries[8];
};

/* bytes of a value with @count entries */
#define ACL_SIZE(count) \
	(sizeof(struct posix_acl_xattr_header) + \
	 (count) * sizeof(struct posix_acl_xattr_entry))

#endif /* TARFS_SELFTESTS_ACL_H */
