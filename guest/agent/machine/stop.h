/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Requests to stop the pod: a signal to this process, the power button,
 * Ctrl-Alt-Delete.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_AGENT_STOP_H
#define TARFS_AGENT_STOP_H

#include <poll.h>

#include "base/error.h"

#define STOP_BUTTONS_MAX	4
#define STOP_FDS		(1 + STOP_BUTTONS_MAX)

/* descriptors for requests; -1 for a button that does not exist */
struct stop {
	int signals;
	int buttons[STOP_BUTTONS_MAX];
};

/* start listening for requests to stop, without acting on them */
int stop_open(struct stop *s, struct error *e);

/* fill @fds for poll(2): readable on a request, or when a child has ended */
void stop_watch(const struct stop *s, struct pollfd fds[STOP_FDS]);

/* return the source of a request since the last call, in words, or NULL */
const char *stop_asked(const struct stop *s);

/* unblock all signals, in a child before it calls execve(2) */
int stop_forget(void);

#endif /* TARFS_AGENT_STOP_H */
