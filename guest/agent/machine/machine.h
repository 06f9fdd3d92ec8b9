/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What process 1 does to the machine as a whole.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_AGENT_MACHINE_H
#define TARFS_AGENT_MACHINE_H

#include <stdbool.h>

#include "base/error.h"

/* make a directory and its parents, mode 0755 */
int machine_make_directories(const char *path, struct error *e);

/* kill and reap every process but this one; do nothing unless this is PID 1 */
void machine_kill_all(void);

/**
 * machine_end() - write out what is buffered, and switch off
 * @status: 0 to 255
 * @debug_exit: tell it QEMU's isa-debug-exit, which ends the emulator with
 *	twice that and one; what does not fit, over 127, is told as 127.  0 is
 *	told by switching off, with which the emulator ends with 0.
 */
void machine_end(int status, bool debug_exit);

#endif /* TARFS_AGENT_MACHINE_H */
