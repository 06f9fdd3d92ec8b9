// SPDX-License-Identifier: GPL-2.0
/*
 * A program to be started from a mount: its exit status tells who it runs as.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <unistd.h>

int main(void)
{
	return geteuid() & 0xff;
}
