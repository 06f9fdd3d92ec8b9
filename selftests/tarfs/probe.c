// SPDX-License-Identifier: GPL-2.0
/*
 * A program for tests of exec: its exit status is its effective user or, with
 * an argument, its group, or whether it has just CAP_NET_RAW.
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

/* all effective capabilities, so that an extra one is noticed */
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
