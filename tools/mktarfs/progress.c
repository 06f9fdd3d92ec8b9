// SPDX-License-Identifier: GPL-2.0
/*
 * A progress bar for conversions that take longer than a second.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "progress.h"

#define FIRST_MS	1000
#define STEP_MS		100
#define BAR_WIDTH	32
#define MIB		(1024 * 1024)

static uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000ULL + now.tv_nsec / 1000000;
}

static uint64_t size_of(const char *tarball)
{
	struct stat st;
	int err = strcmp(tarball, "-") ? stat(tarball, &st) :
					 fstat(STDIN_FILENO, &st);

	return !err && S_ISREG(st.st_mode) ? st.st_size : 0;
}

void progress_begin(struct progress *p, const char *tarball, bool show)
{
	*p = (struct progress){
		.show = show && isatty(STDERR_FILENO),
		.total = size_of(tarball),
		.next = now_ms() + FIRST_MS,
	};
}

static void draw_bar(const struct progress *p, uint64_t taken)
{
	char bar[BAR_WIDTH + 1];
	unsigned int filled;

	if (taken > p->total)
		taken = p->total;
	filled = (double)taken / p->total * BAR_WIDTH;
	memset(bar, '.', BAR_WIDTH);
	memset(bar, '#', filled);
	bar[BAR_WIDTH] = '\0';
	fprintf(stderr, "[%s] %3u%% ", bar,
		(unsigned int)((double)taken / p->total * 100));
}

int progress_more(void *progress, uint64_t bytes, uint64_t taken,
		  struct error *e)
{
	struct progress *p = progress;

	p->read += bytes;
	if (!p->show || now_ms() < p->next)
		return 0;
	p->next = now_ms() + STEP_MS;
	p->drawn = true;
	fputc('\r', stderr);
	if (p->total)
		draw_bar(p, taken);
	fprintf(stderr, "%" PRIu64 " MiB\033[K", p->read / MIB);
	fflush(stderr);
	return 0;
}

void progress_end(struct progress *p)
{
	if (p->drawn)
		fputs("\r\033[K", stderr);
	p->drawn = false;
}
