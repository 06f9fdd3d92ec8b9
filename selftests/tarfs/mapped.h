/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reading mapped memory whose pages may raise SIGBUS.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_SELFTESTS_MAPPED_H
#define TARFS_SELFTESTS_MAPPED_H

#include <stdbool.h>
#include <stddef.h>

/* handle SIGBUS in this process and its children; ends the test if it fails */
void catch_bus_errors(void);

/* copy mapped memory; false if a page raises SIGBUS */
bool copy_mapped(void *to, const void *from, size_t len);

#endif /* TARFS_SELFTESTS_MAPPED_H */
