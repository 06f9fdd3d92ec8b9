// SPDX-License-Identifier: GPL-2.0
/*
 * Memory in use that cannot be reclaimed.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <stdio.h>
#include <string.h>

#include "guest.h"
#include "used.h"

#define PAGE_KIB	4

/* sum the numbers that follow @what in lines of a file of /proc */
static long sum_of(const char *file, const char *what)
{
	char line[256], *at;
	long number, sum = 0;
	FILE *f = fopen(file, "r");

	if (!f)
		give_up("no %s", file);
	while (fgets(line, sizeof(line), f)) {
		at = line + strspn(line, " ");
		if (!strncmp(at, what, strlen(what)) &&
		    sscanf(at + strlen(what), "%ld", &number) == 1)
			sum += number;
	}
	fclose(f);
	return sum;
}

static long meminfo(const char *what)
{
	return sum_of("/proc/meminfo", what);
}

/* free pages on per-CPU lists count as free */
long used_memory(void)
{
	drop_caches();
	write_file("/proc/sys/vm/stat_refresh", "1");
	return meminfo("MemTotal:") - meminfo("MemFree:") -
	       meminfo("Buffers:") - meminfo("Cached:") -
	       meminfo("KReclaimable:") -
	       sum_of("/proc/zoneinfo", "count:") * PAGE_KIB;
}
