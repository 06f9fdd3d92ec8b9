/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who can ask the pod to end: a signal to this process, the power button,
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

/* where it is heard; -1 for what is not there */
struct stop {
	int signals;
	int buttons[STOP_BUTTONS_MAX];
};

/* start listening for requests to stop; nothing else is done about them */
int stop_open(struct stop *s, struct error *e);

/* what to wait for, for poll(2): readable if somebody asks or a child ended */
void stop_watch(const struct stop *s, struct pollfd fds[STOP_FDS]);

/* who asked since the last call, in words; NULL if nobody did */
const char *stop_asked(const struct stop *s);

/* in a child, before it becomes another program: signals are as usual */
int stop_forget(void);

#endif /* TARFS_AGENT_STOP_H */
