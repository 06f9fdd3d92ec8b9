/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Bars on a terminal: one for each thing that is being worked on.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_IMAGE_PROGRESS_H
#define TARFS_IMAGE_PROGRESS_H

#include <stdbool.h>
#include <time.h>

#include "jobs.h"

/**
 * struct progress - what is on the terminal
 * @lines: that are to be drawn over
 */
struct progress {
	const struct job *job;
	bool show;
	unsigned int lines;
	struct timespec begun;
};

/* @show: if standard error is a terminal */
void progress_begin(struct progress *p, const struct job *job, bool show);

/* nothing within the first second */
void progress_draw(struct progress *p, const struct meter *meters);

/* leave the terminal as it was */
void progress_end(struct progress *p);

#endif /* TARFS_IMAGE_PROGRESS_H */
