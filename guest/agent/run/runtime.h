/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Containers, from their creation by an OCI runtime to their exit status.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_AGENT_RUNTIME_H
#define TARFS_AGENT_RUNTIME_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"
#include "pod/podspec.h"

/**
 * struct running - a container that was created
 * @pidfd: its first process, for signals; -1 once it has ended
 * @output: what it writes to standard output and standard error; -1 at the end
 * @status: once it has @ended: its exit status, or 128 + @signal
 * @signal: what ended it, or 0
 */
struct running {
	const struct container *container;
	pid_t pid;
	int pidfd;
	int output[2];
	bool ended;
	int status;
	int signal;
};

/**
 * runtime_create() - create a container, whose process waits to be started
 * @r: filled in; the container is a child of this process, which must be PID 1
 */
int runtime_create(struct running *r, const struct container *c,
		   struct error *e);
int runtime_start(struct running *r, struct error *e);

#endif /* TARFS_AGENT_RUNTIME_H */
