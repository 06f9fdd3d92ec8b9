/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Create and start containers with an OCI runtime, crun.
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
 * @pidfd: its first process, for signals; -1 after its end
 * @output: pipes from its standard output and error; -1 after their end
 * @status: valid if @ended: its exit status, or 128 + @signal
 * @signal: signal that killed it, or 0
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
 * runtime_create() - create a container; its process waits for runtime_start()
 * @r: filled in; the container is a child of this process, which must be PID 1
 */
int runtime_create(struct running *r, const struct container *c,
		   struct error *e);
int runtime_start(struct running *r, struct error *e);

#endif /* TARFS_AGENT_RUNTIME_H */
