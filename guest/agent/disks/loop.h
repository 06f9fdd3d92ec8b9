/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Loop devices: files as block devices.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_AGENT_LOOP_H
#define TARFS_AGENT_LOOP_H

#include <stddef.h>

#include "base/error.h"

/**
 * loop_attach() - make a read-only loop device of a file
 * @file: its size is a multiple of 4096 bytes
 * @name: set to the name of the device, such as "loop0"
 *
 * The device is detached when its last user closes it.
 *
 * Return: a descriptor, which is one user of the device; or a negative errno
 * value.
 */
int loop_attach(const char *file, char *name, size_t size, struct error *e);

#endif /* TARFS_AGENT_LOOP_H */
