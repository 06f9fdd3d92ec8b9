// SPDX-License-Identifier: GPL-2.0
/*
 * Stand-in for crun that records when it is called.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <stdio.h>
#include <time.h>

int main(void)
{
	struct timespec t;
	FILE *file;

	clock_gettime(CLOCK_MONOTONIC, &t);
	file = fopen("/dev/stamp", "wx");
	if (!file)
		return 1;
	fprintf(file, "%lld.%09ld\n", (long long)t.tv_sec, t.tv_nsec);
	fclose(file);
	return 1;	/* keep the container from being started */
}
