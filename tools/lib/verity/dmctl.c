// SPDX-License-Identifier: GPL-2.0
/*
 * The ioctls of device-mapper: see the kernel's <linux/dm-ioctl.h>.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "dmctl.h"

#define CONTROL	"/dev/mapper/control"
#define ALIGN	8	/* of rows */

void dmctl_init(struct dmctl *r, const char *name, uint32_t flags)
{
	memset(r, 0, sizeof(*r));
	r->io.version[0] = DM_VERSION_MAJOR;
	r->io.data_size = offsetof(struct dmctl, used);
	r->io.data_start = offsetof(struct dmctl, data);
	r->io.flags = flags;
	snprintf(r->io.name, sizeof(r->io.name), "%s", name);
}

int dmctl_add(struct dmctl *r, uint64_t sectors, const char *type,
	      const char *params)
{
	struct dm_target_spec *spec = (void *)(r->data + r->used);
	size_t len = strlen(params) + 1;
	size_t size = (sizeof(*spec) + len + ALIGN - 1) / ALIGN * ALIGN;

	if (strlen(type) >= sizeof(spec->target_type) ||
	    size > sizeof(r->data) - r->used)
		return -EOVERFLOW;
	spec->sector_start = r->sectors;
	spec->length = sectors;
	spec->next = size;
	strcpy(spec->target_type, type);
	memcpy(spec + 1, params, len);
	r->io.target_count++;
	r->used += size;
	r->sectors += sectors;
	return 0;
}

int dmctl_call(struct dmctl *r, unsigned long command)
{
	int fd = open(CONTROL, O_RDWR | O_CLOEXEC);
	int err = 0;

	if (fd < 0)
		return -errno;
	if (ioctl(fd, command, &r->io))
		err = -errno;
	close(fd);
	if (!err && r->io.flags & DM_BUFFER_FULL_FLAG)
		err = -EOVERFLOW;
	return err;
}
