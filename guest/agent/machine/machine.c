// SPDX-License-Identifier: GPL-2.0
/*
 * Operations of PID 1 on the machine as a whole.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/io.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "machine/machine.h"

/* -device isa-debug-exit,iobase=0xf4,iosize=0x04 (hw/misc/debugexit.c) */
#define DEBUG_EXIT_PORT	0xf4
#define DEBUG_EXIT_SIZE	4
#define DEBUG_EXIT_MAX	127

/* without the device, writing to the port has no effect */
static void report_emulator(int status)
{
	if (!status || ioperm(DEBUG_EXIT_PORT, DEBUG_EXIT_SIZE, 1))
		return;
	outl(status < DEBUG_EXIT_MAX ? status : DEBUG_EXIT_MAX,
	     DEBUG_EXIT_PORT);
}

int machine_make_directories(const char *path, struct error *e)
{
	char part[PATH_MAX];
	const char *end = path;

	while (*end) {
		end = strchrnul(end + 1, '/');
		snprintf(part, sizeof(part), "%.*s", (int)(end - path), path);
		if (mkdir(part, 0755) && errno != EEXIST)
			return error_errno(e, "cannot make %s", part);
	}
	return 0;
}

void machine_kill_all(void)
{
	if (getpid() != 1)
		return;		/* a unit test: do not kill its session */
	kill(-1, SIGKILL);
	while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
		;
}

void machine_end(int status, bool debug_exit)
{
	sync();
	fflush(NULL);
	tcdrain(STDOUT_FILENO);
	if (debug_exit)
		report_emulator(status);
	reboot(RB_POWER_OFF);
}
