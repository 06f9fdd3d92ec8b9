// SPDX-License-Identifier: GPL-2.0
/*
 * The end of the machine.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <stdio.h>
#include <sys/io.h>
#include <sys/reboot.h>
#include <termios.h>
#include <unistd.h>

#include "machine.h"

/* -device isa-debug-exit,iobase=0xf4,iosize=0x04 (hw/misc/debugexit.c) */
#define DEBUG_EXIT_PORT	0xf4
#define DEBUG_EXIT_SIZE	4
#define DEBUG_EXIT_MAX	127

/* where there is no such device nothing happens */
static void report_emulator(int status)
{
	if (!status || ioperm(DEBUG_EXIT_PORT, DEBUG_EXIT_SIZE, 1))
		return;
	outl(status < DEBUG_EXIT_MAX ? status : DEBUG_EXIT_MAX,
	     DEBUG_EXIT_PORT);
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
