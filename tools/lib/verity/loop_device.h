/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Attach a file to a loop device.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_LOOP_DEVICE_H
#define TARFS_LIB_LOOP_DEVICE_H

#include <linux/loop.h>

#include "base/error.h"

/**
 * loop_device_attach() - attach a file to a free loop device
 * @config: with the file; LO_FLAGS_AUTOCLEAR detaches it with the last user
 * @fd: set to the device, which the caller closes
 * @device: set to its path, for free()
 *
 * Can be called from any thread.  Return: 0, or a negative errno value.
 */
int loop_device_attach(const struct loop_config *config, int *fd, char **device,
		       struct error *e);

#endif /* TARFS_LIB_LOOP_DEVICE_H */
