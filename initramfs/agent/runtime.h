/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Containers, from their creation by an OCI runtime to their exit status.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_AGENT_RUNTIME_H
#define TARFS_AGENT_RUNTIME_H

#include <sys/types.h>

#include "error.h"
#include "podspec.h"

/**
 * struct running - a container that was created
 * @output: what it writes to standard output and standard error; -1 at the end
 * @end: a descriptor that is readable once it has ended; -1 after that
 * @status: then: its exit status, or 128 + a signal's number
 */
struct running {
	const struct container *container;
	pid_t pid;
	int output[2];
	int end;
	int status;
};

/**
 * runtime_create() - create a container, whose process waits to be started
 * @r: filled in; the container is a child of this process, which must be PID 1
 */
int runtime_create(struct running *r, const struct container *c,
		   struct error *e);
int runtime_start(struct running *r, struct error *e);

/**
 * runtime_wait() - pass on what containers write until all have ended
 * @ended: called for each as it ends
 */
int runtime_wait(struct running *r, size_t count,
		 void (*ended)(const struct running *r), struct error *e);

/* end every process but this one */
void runtime_kill_all(void);

#endif /* TARFS_AGENT_RUNTIME_H */
