/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The ioctls of device-mapper, for programs without libdevmapper.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_DMCTL_H
#define TARFS_LIB_DMCTL_H

#include <stdint.h>
#include <sys/ioctl.h>

#include <linux/dm-ioctl.h>

/**
 * struct dmctl - a request, replaced by the kernel's reply
 * @data: rows of a table, or targets with their status
 * @used: bytes used in @data
 * @sectors: total of the rows added so far
 */
struct dmctl {
	struct dm_ioctl io;
	char data[16384];
	uint32_t used;
	uint64_t sectors;
};

/* initialize a request; @flags: DM_READONLY_FLAG and others */
void dmctl_init(struct dmctl *r, const char *name, uint32_t flags);

/**
 * dmctl_add() - append a row to a table
 * @sectors: length, in sectors of 512 bytes
 *
 * Return: 0, or -EOVERFLOW if there is no room for it.
 */
int dmctl_add(struct dmctl *r, uint64_t sectors, const char *type,
	      const char *params);

/* issue @command, e.g. DM_DEV_CREATE; return 0 or a negative errno value */
int dmctl_call(struct dmctl *r, unsigned long command);

#endif /* TARFS_LIB_DMCTL_H */
