/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The ioctls of device-mapper, for programs that have no libdevmapper.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_DMCTL_H
#define TARFS_LIB_DMCTL_H

#include <stdint.h>
#include <sys/ioctl.h>

#include <linux/dm-ioctl.h>

/**
 * struct dmctl - a request, and then what the kernel has answered
 * @data: rows of a table, or targets and what they say of themselves
 * @used: bytes of @data that have been filled in
 * @sectors: of the rows so far
 */
struct dmctl {
	struct dm_ioctl io;
	char data[16384];
	uint32_t used;
	uint64_t sectors;
};

/* @flags: DM_READONLY_FLAG and such */
void dmctl_init(struct dmctl *r, const char *name, uint32_t flags);

/**
 * dmctl_add() - a row for a table, behind those that are there
 * @sectors: of 512 bytes
 *
 * Return: 0, or -EOVERFLOW if there is no room for it.
 */
int dmctl_add(struct dmctl *r, uint64_t sectors, const char *type,
	      const char *params);

/* @command: DM_DEV_CREATE and such; 0 or a negative errno value */
int dmctl_call(struct dmctl *r, unsigned long command);

#endif /* TARFS_LIB_DMCTL_H */
