// SPDX-License-Identifier: GPL-2.0
/*
 * Draw a progress bar for each layer.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "progress.h"

#define BAR_WIDTH	24
#define LINE_WIDTH	64	/* of a line with a bar; no bars on narrower terminals */
#define MIB		(1024 * 1024)

void progress_begin(struct progress *p, const struct job *job, bool show)
{
	*p = (struct progress){
		.job = job,
		.show = show && isatty(STDERR_FILENO),
	};
	clock_gettime(CLOCK_MONOTONIC, &p->begun);
}

/* Return the number of lines that fit; 0 if bars do not. */
static unsigned int lines_allowed(void)
{
	struct winsize w;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &w) || !w.ws_row || !w.ws_col)
		return 1;
	if (w.ws_col <= LINE_WIDTH)
		return 0;
	return w.ws_row > 2 ? w.ws_row - 2 : 1;
}

static void draw_line(const struct job *job, size_t i, const struct meter *m)
{
	uint64_t done = m->done, total = m->total;
	unsigned int filled, percent;
	char bar[BAR_WIDTH + 1];

	if (done > total)
		done = total;
	percent = total ? (double)done / total * 100 : 0;
	filled = percent * BAR_WIDTH / 100;
	memset(bar, '.', BAR_WIDTH);
	memset(bar, '#', filled);
	bar[BAR_WIDTH] = '\0';
	fprintf(stderr, "%s layer %zu of %zu [%s] %3u%% %" PRIu64 " MiB\033[K\n",
		job->verb, i + 1, job->count, bar, percent, done / MIB);
}

static void go_back(struct progress *p)
{
	if (p->lines)
		fprintf(stderr, "\033[%uA\r", p->lines);
}

void progress_draw(struct progress *p, const struct meter *meters)
{
	unsigned int allowed, drawn = 0;
	struct timespec now;
	size_t i;

	if (!p->show)
		return;
	clock_gettime(CLOCK_MONOTONIC, &now);
	if (now.tv_nsec < p->begun.tv_nsec)
		now.tv_sec--;
	if (now.tv_sec <= p->begun.tv_sec)
		return;
	allowed = lines_allowed();
	go_back(p);
	for (i = 0; i < p->job->count && drawn < allowed; i++) {
		if (meters[i].state != METER_RUNNING)
			continue;
		draw_line(p->job, i, &meters[i]);
		drawn++;
	}
	fputs("\033[J", stderr);
	fflush(stderr);
	p->lines = drawn;
}

void progress_end(struct progress *p)
{
	if (!p->lines)
		return;
	go_back(p);
	fputs("\033[J", stderr);
	fflush(stderr);
	p->lines = 0;
}
