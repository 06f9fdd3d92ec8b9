/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A file as a block device.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_AGENT_LOOP_H
#define TARFS_AGENT_LOOP_H

#include <stddef.h>

#include "base/error.h"

/**
 * loop_attach() - make a read-only loop device of a file
 * @file: of whole blocks of 4096 bytes
 * @name: set to the device's, "loop0"
 *
 * It lasts as long as it is in use.
 *
 * Return: a descriptor of the device, which is one use; or a negative errno
 * value.
 */
int loop_attach(const char *file, char *name, size_t size, struct error *e);

#endif /* TARFS_AGENT_LOOP_H */
