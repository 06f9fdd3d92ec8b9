/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The signals that end a program, for those that clean up before they end.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_ENDING_H
#define TARFS_LIB_ENDING_H

#include <signal.h>

static inline sigset_t ending_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	return set;
}

#endif /* TARFS_LIB_ENDING_H */
