// SPDX-License-Identifier: GPL-2.0
/*
 * Confine the child that decodes a blob: to a directory, two descriptors, and a
 * limit of memory.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "layers/sandbox.h"

#define STACK_SIZE	(8UL << 20)	/* of a thread */
#define THREADS		16	/* plus two for each processor */
#define DESCRIPTORS	32

static int set_limit(int resource, uint64_t value)
{
	const struct rlimit limit = { .rlim_cur = value, .rlim_max = value };

	return setrlimit(resource, &limit) ? -errno : 0;
}

/* get the size of this process's address space, in bytes */
static int address_space(uint64_t *bytes)
{
	FILE *file = fopen("/proc/self/statm", "re");
	uint64_t pages;
	int got;

	if (!file)
		return -errno;
	got = fscanf(file, "%" SCNu64, &pages);
	fclose(file);
	*bytes = pages * sysconf(_SC_PAGESIZE);
	return got == 1 ? 0 : -EIO;
}

static uint64_t most_memory(void)
{
	struct sysinfo info;

	return sysinfo(&info) ? 0 :
		(uint64_t)info.totalram * info.mem_unit / 4 * 3;
}

int sandbox_limit(uint64_t memory)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	uint64_t now = 0;
	int err;

	err = address_space(&now);
	if (err)
		return err;
	err = set_limit(RLIMIT_AS, now + (memory ?: most_memory()) +
			processors * STACK_SIZE);
	if (!err)
		err = set_limit(RLIMIT_NPROC, THREADS + 2 * processors);
	if (!err)
		err = set_limit(RLIMIT_NOFILE, DESCRIPTORS);
	return err;
}

/* close even the console, which tcflow(3) could stop for the agent, too */
static int keep_descriptors(int in, int out)
{
	int null = open("/dev/null", O_RDWR);

	if (null < 0 || dup2(null, STDOUT_FILENO) < 0 ||
	    dup2(null, STDERR_FILENO) < 0 || dup2(in, STDIN_FILENO) < 0 ||
	    dup2(out, SANDBOX_OUT) < 0 || close_range(SANDBOX_OUT + 1, ~0U, 0))
		return -errno;
	return 0;
}

int sandbox_drop_rights(const char *directory, int in, int out)
{
	int err = keep_descriptors(in, out);
	sigset_t none;

	if (err)
		return err;
	sigemptyset(&none);
	if (sigprocmask(SIG_SETMASK, &none, NULL) ||
	    chdir(directory) || chroot(".") || setgroups(0, NULL) ||
	    setresgid(SANDBOX_USER, SANDBOX_USER, SANDBOX_USER) ||
	    setresuid(SANDBOX_USER, SANDBOX_USER, SANDBOX_USER) ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -errno;
	return 0;
}
