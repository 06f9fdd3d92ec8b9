/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How much memory is in use, for good.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_SELFTESTS_USED_H
#define TARFS_SELFTESTS_USED_H

/*
 * KiB that are neither free nor could be; drops the caches.  Ends the test if it
 * fails.
 */
long used_memory(void);

#endif /* TARFS_SELFTESTS_USED_H */
