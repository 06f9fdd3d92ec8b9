// SPDX-License-Identifier: GPL-2.0
/*
 * The requests that are answered; libfuse refuses all others.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include "mount.h"

const struct fuse_lowlevel_ops operations = {
	.init		= super_init,
	.statfs		= super_statfs,
	.lookup		= dentry_lookup,
	.getattr	= inode_getattr,
	.readlink	= inode_readlink,
	.open		= file_open,
	.read		= file_read,
	.lseek		= file_lseek,
	.opendir	= dir_open,
	.readdir	= dir_read,
	.readdirplus	= dir_read_plus,
	.getxattr	= xattr_get,
	.listxattr	= xattr_list,
};
