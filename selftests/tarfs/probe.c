// SPDX-License-Identifier: GPL-2.0
/*
 * A program to be started from a mount: its exit status tells who it runs as,
 * or, if it gets an argument, in which group or with which capabilities.
 *
 *	probe [group | net_raw]
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define NET_RAW		(1ULL << 13)
#define NO_ANSWER	111

/* the effective capabilities: all others would be one too many */
static unsigned long long effective(void)
{
	unsigned long long caps = 0;
	char line[256];
	FILE *f = fopen("/proc/self/status", "r");

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "CapEff: %llx", &caps) == 1)
			break;
	if (f)
		fclose(f);
	return caps;
}

int main(int argc, char **argv)
{
	if (argc < 2)
		return geteuid() & 0xff;
	if (!strcmp(argv[1], "group"))
		return getegid() & 0xff;
	if (!strcmp(argv[1], "net_raw"))
		return effective() == NET_RAW;
	return NO_ANSWER;
}
