/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Confine the child that decodes a blob: to a directory, two descriptors, a
 * limit of memory, and the system calls that a conversion needs.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_AGENT_SANDBOX_H
#define TARFS_AGENT_SANDBOX_H

#include <stdint.h>

#define SANDBOX_USER	65534		/* nobody */
#define SANDBOX_OUT	3		/* the descriptor of @out, see below */

/*
 * Call these in this order.  Each returns 0 or a negative errno value.
 */

/**
 * sandbox_limit() - bound memory, threads and descriptors
 * @memory: bytes that the process may map in addition to its present ones and
 *	one stack for each processor; 0: three quarters of the machine's memory
 */
int sandbox_limit(uint64_t memory);

/**
 * sandbox_drop_rights() - keep nothing but a directory and two descriptors
 * @directory: becomes the root and the working directory
 * @in: becomes standard input
 * @out: becomes descriptor 3; standard output and error are /dev/null
 *
 * The process becomes SANDBOX_USER, without groups and capabilities, for good.
 */
int sandbox_drop_rights(const char *directory, int in, int out);

/**
 * sandbox_filter() - allow a list of system calls; any other kills the process
 *
 * The list has what reads, writes and names files, allocates memory that is not
 * executable, and starts and synchronizes threads.
 */
int sandbox_filter(void);

#endif /* TARFS_AGENT_SANDBOX_H */
