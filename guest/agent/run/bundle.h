/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Write the bundle of a container for an OCI runtime.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_AGENT_BUNDLE_H
#define TARFS_AGENT_BUNDLE_H

#include "base/error.h"
#include "pod/podspec.h"

/* write config.json into the existing directory @dir */
int bundle_write(const struct container *c, const char *dir, struct error *e);

#endif /* TARFS_AGENT_BUNDLE_H */
