/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Progress bars: one for each running task.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_IMAGE_PROGRESS_H
#define TARFS_IMAGE_PROGRESS_H

#include <stdbool.h>
#include <time.h>

#include "jobs.h"

/**
 * struct progress - state of the bars
 * @lines: number of lines on the terminal to overwrite
 */
struct progress {
	const struct job *job;
	bool show;
	unsigned int lines;
	struct timespec begun;
};

/* @show: draw, if standard error is a terminal */
void progress_begin(struct progress *p, const struct job *job, bool show);

/* draw, except within the first second */
void progress_draw(struct progress *p, const struct meter *meters);

/* erase the bars */
void progress_end(struct progress *p);

#endif /* TARFS_IMAGE_PROGRESS_H */
