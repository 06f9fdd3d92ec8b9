/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the child that decodes a blob keeps: a directory, two descriptors, some
 * memory, and the system calls that it takes to make an image.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_AGENT_SANDBOX_H
#define TARFS_AGENT_SANDBOX_H

#include <stdint.h>

#define SANDBOX_USER	65534		/* nobody */
#define SANDBOX_OUT	3		/* the descriptor of @out, see below */

/*
 * These return 0 or a negative errno value, and are called in this order.
 */

/**
 * sandbox_limit() - bound memory, threads and descriptors
 * @memory: bytes that the process may map beyond what it has, and beyond one stack
 *	a processor; 0: three quarters of the machine's
 */
int sandbox_limit(uint64_t memory);

/**
 * sandbox_drop_rights() - keep nothing but a directory and two descriptors
 * @directory: becomes the root and the working directory
 * @in: becomes standard input
 * @out: becomes descriptor 3; standard output and error are /dev/null
 *
 * The process is SANDBOX_USER then, without groups and capabilities, for good.
 */
int sandbox_drop_rights(const char *directory, int in, int out);

/**
 * sandbox_filter() - allow a list of system calls; any other kills the process
 *
 * Those are on the list that read, write and name files, allocate memory that is not
 * executable, and start and synchronize threads.
 */
int sandbox_filter(void);

#endif /* TARFS_AGENT_SANDBOX_H */
