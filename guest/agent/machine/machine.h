/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Operations of PID 1 on the machine as a whole.
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
 * machine_end() - flush all buffers and power off
 * @status: 0 to 255
 * @debug_exit: write @status, or 127 if it is greater, to QEMU's
 *	isa-debug-exit, which makes the emulator exit with 2 * @status + 1.  0
 *	is not written, as the emulator exits with 0 when the guest powers off.
 */
void machine_end(int status, bool debug_exit);

#endif /* TARFS_AGENT_MACHINE_H */
