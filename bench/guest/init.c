// SPDX-License-Identifier: GPL-2.0
/*
 * PID 1 of the guest: prepare everything, measure all rows, and end the guest.
 * The last line of output says whether that succeeded.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench.h"

static void power_off(void)
{
	fflush(stdout);
	reboot(RB_POWER_OFF);
	_exit(1);
}

void give_up(const char *fmt, ...)
{
	int err = errno;
	va_list args;

	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	printf(": %s\nend\tfailed\n", strerror(err));
	power_off();
	_exit(1);
}

void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		give_up("cannot write to %s", path);
	close(fd);
}

static void mount_or_give_up(const char *type, const char *where)
{
	if (mount(type, where, type, 0, NULL))
		give_up("cannot mount %s", where);
}

static void load_module(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || syscall(SYS_finit_module, fd, "", 0))
		give_up("cannot load %s", path);
	close(fd);
}

/* print which of the kernel's implementations of SHA-256 dm-verity uses */
static void tell_hash(void)
{
	char line[128], driver[128] = "", best[128] = "none";
	int priority, highest = -1, sha256 = 0;
	FILE *f = fopen("/proc/crypto", "r");

	/* a field a line: "name : value", always in this order */
	while (f && fgets(line, sizeof(line), f)) {
		if (!strncmp(line, "name ", 5))
			sha256 = !!strstr(line, ": sha256\n");
		if (!sha256)
			continue;
		if (sscanf(line, "driver : %127s", driver) == 1)
			continue;
		if (sscanf(line, "priority : %d", &priority) == 1 &&
		    priority > highest) {
			highest = priority;
			strcpy(best, driver);
		}
	}
	if (f)
		fclose(f);
	printf("about\thash\t%s\n", best);
}

static unsigned int number(const char *variable)
{
	const char *value = getenv(variable);

	return value ? strtoul(value, NULL, 10) : 0;
}

/* the kernel passes unknown parameters, such as reps=5, in the environment */
int main(void)
{
	setvbuf(stdout, NULL, _IOFBF, 64 * 1024);
	mount_or_give_up("devtmpfs", "/dev");
	mount_or_give_up("proc", "/proc");
	mount_or_give_up("sysfs", "/sys");
	mount_or_give_up("tmpfs", "/tmp");
	if (!access("/sha256-ni.ko", F_OK))
		load_module("/sha256-ni.ko");
	load_module("/tarfs.ko");
	load_module("/bench-work.ko");
	tell_hash();

	read_images("/images");
	measure_init();
	run_all(number("reps"));
	printf("end\tsuccess\n");
	power_off();
}
