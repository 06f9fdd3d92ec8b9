/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory in use that cannot be reclaimed.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_SELFTESTS_USED_H
#define TARFS_SELFTESTS_USED_H

/*
 * Drop the caches.  Return: KiB that are neither free nor reclaimable.  Ends
 * the test if it fails.
 */
long used_memory(void);

#endif /* TARFS_SELFTESTS_USED_H */
