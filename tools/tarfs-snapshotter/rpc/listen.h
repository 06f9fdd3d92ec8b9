/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The listening socket.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_SNAPSHOTTER_LISTEN_H
#define TARFS_SNAPSHOTTER_LISTEN_H

#include "base/error.h"

/**
 * listen_open() - listen on a unix socket that only the user may connect to
 *
 * Replace a socket that nothing listens on, such as one that a killed program
 * left behind.
 *
 * Return: a descriptor, -EADDRINUSE, or another negative errno value.
 */
int listen_open(const char *path, struct error *e);

#endif /* TARFS_SNAPSHOTTER_LISTEN_H */
