/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Watching over the containers of a pod until the last one has ended.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_AGENT_SUPERVISE_H
#define TARFS_AGENT_SUPERVISE_H

#include "machine/stop.h"
#include "run/runtime.h"

/**
 * struct supervisor - what to watch, and whom to tell
 * @r: @count containers, which were started
 * @stop: who may ask the pod to end: every container gets SIGTERM then
 * @grace: seconds after which those that are left get SIGKILL
 * @show_output: write what containers write to this process's own streams;
 *	otherwise it is read and discarded
 * @ended: called for each as it ends
 */
struct supervisor {
	struct running *r;
	size_t count;
	const struct stop *stop;
	unsigned int grace;
	bool show_output;
	void (*ended)(const struct running *r);
};

/* read what containers write until all have ended */
int supervise(const struct supervisor *s, struct error *e);

#endif /* TARFS_AGENT_SUPERVISE_H */
