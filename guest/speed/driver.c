// SPDX-License-Identifier: GPL-2.0
/*
 * Run in the place of the agent: start the agent and a shell script in turns,
 * and print how long each takes until it requests the creation of the
 * container.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

#define STAMP	"/dev/stamp"	/* the stand-in for crun writes the time here */
#define ROUNDS	7

__attribute__((noreturn)) static void end(const char *what)
{
	if (what)
		printf("cannot %s: %s\n", what, strerror(errno));
	fflush(stdout);
	tcdrain(STDOUT_FILENO);
	reboot(RB_POWER_OFF);
	exit(1);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

/*
 * The agent disables Ctrl-Alt-Delete, which a PID namespace forbids: let
 * reboot(RB_DISABLE_CAD), whose argument is 0, succeed without effect.
 */
static int pretend_button(void)
{
	static struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_reboot, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, args[2])),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, RB_DISABLE_CAD, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog program = {
		.len	= sizeof(code) / sizeof(code[0]),
		.filter	= code,
	};

	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

/* as PID 1 of a namespace, mount /proc and /run and execute the program */
static void become(const char *path, int started)
{
	static char *const envp[] = {
		"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "DM_DISABLE_UDEV=1", NULL
	};
	char *const argv[] = { (char *)path, NULL };
	double start;

	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("proc", "/proc", "proc", 0, NULL) ||
	    mount("tmpfs", "/run", "tmpfs", 0, NULL) || pretend_button())
		_exit(1);
	start = now();
	if (write(started, &start, sizeof(start)) == sizeof(start))
		execve(path, argv, envp);
	_exit(1);
}

static void in_namespaces(const char *path, int started)
{
	pid_t pid;

	if (unshare(CLONE_NEWPID | CLONE_NEWNS))
		_exit(1);
	pid = fork();
	if (!pid)
		become(path, started);
	waitpid(pid, NULL, 0);
	_exit(0);
}

static double read_stamp(void)
{
	FILE *file = fopen(STAMP, "r");
	double stamp;

	if (!file || fscanf(file, "%lf", &stamp) != 1)
		end("read " STAMP);
	fclose(file);
	unlink(STAMP);
	return stamp;
}

static void measure(const char *path)
{
	double start;
	int pipes[2];
	pid_t pid;

	if (pipe(pipes))
		end("make a pipe");
	pid = fork();
	if (!pid)
		in_namespaces(path, pipes[1]);
	close(pipes[1]);
	if (pid < 0 || waitpid(pid, NULL, 0) != pid ||
	    read(pipes[0], &start, sizeof(start)) != sizeof(start))
		end("run it");
	close(pipes[0]);
	printf("time %s %.6f\n", path, read_stamp() - start);
	fflush(stdout);
	if (system("dmsetup remove_all --retry"))
		end("remove the mappings");
}

int main(void)
{
	int i;

	setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1);
	setenv("DM_DISABLE_UDEV", "1", 1);
	for (i = 0; i < ROUNDS; i++) {
		measure("/sbin/by-agent");
		measure("/sbin/by-script");
	}
	end(NULL);
}
