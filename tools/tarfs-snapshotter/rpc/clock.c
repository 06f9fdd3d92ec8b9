// SPDX-License-Identifier: GPL-2.0
/*
 * The clock that stalls are measured by.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include "server_private.h"

time_t clock_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	return now.tv_sec;
}
