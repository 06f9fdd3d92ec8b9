/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Supervise the containers of a pod until the last one has ended.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_AGENT_SUPERVISE_H
#define TARFS_AGENT_SUPERVISE_H

#include "machine/stop.h"
#include "run/runtime.h"

/**
 * struct supervisor - what to supervise, and how
 * @r: @count containers, which were started
 * @stop: source of requests to stop, on which every container gets SIGTERM
 * @grace: seconds after which remaining containers get SIGKILL
 * @show_output: copy the containers' output to standard output and error;
 *	otherwise read and discard it
 * @ended: called for each container when it ends
 */
struct supervisor {
	struct running *r;
	size_t count;
	const struct stop *stop;
	unsigned int grace;
	bool show_output;
	void (*ended)(const struct running *r);
};

/* read the containers' output and reap their processes until all have ended */
int supervise(const struct supervisor *s, struct error *e);

#endif /* TARFS_AGENT_SUPERVISE_H */
