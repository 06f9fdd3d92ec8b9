// SPDX-License-Identifier: GPL-2.0
/*
 * /init of the guest: prepare the machine, then execute the agent.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

#define AGENT		"/sbin/tarfs-agent"
#define MODULES_LIST	"/etc/modules.list"
#define X32_SYSCALL_BIT	0x40000000

/* print an error on the console, as there is no report yet, and power off */
__attribute__((noreturn, format(printf, 1, 2)))
static void fail(const char *fmt, ...)
{
	int err = errno;
	va_list args;

	fputs("init: ", stderr);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fprintf(stderr, ": %s\n", strerror(err));
	tcdrain(STDERR_FILENO);
	reboot(RB_POWER_OFF);
	_exit(1);
}

/*
 * Containers get their root by pivot_root(2), which refuses to replace the
 * rootfs that an initramfs is unpacked to.  Make the root a bind mount of it,
 * which can be replaced.
 */
static void move_root(void)
{
	if (mount("/", "/newroot", NULL, MS_BIND, NULL) ||
	    chdir("/newroot") ||
	    mount(".", "/", NULL, MS_MOVE, NULL) ||
	    chroot(".") ||
	    chdir("/"))
		fail("cannot move the root directory");
}

static const struct {
	const char *type;
	const char *path;
	unsigned long flags;
	const char *data;
} filesystems[] = {
	{ "proc", "/proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL },
	{ "sysfs", "/sys", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL },
	{ "devtmpfs", "/dev", MS_NOSUID | MS_NOEXEC, "mode=0755" },
	{ "tmpfs", "/run", MS_NOSUID | MS_NODEV, "mode=0755" },
	{ "cgroup2", "/sys/fs/cgroup", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL },
};

static void mount_filesystems(void)
{
	size_t i;

	for (i = 0; i < sizeof(filesystems) / sizeof(filesystems[0]); i++)
		if (mount(filesystems[i].type, filesystems[i].path,
			  filesystems[i].type, filesystems[i].flags,
			  filesystems[i].data))
			fail("cannot mount %s", filesystems[i].path);
}

struct setting {
	const char *path;
	const char *value;
};

/*
 * The host controls the serial line and the keyboard: disable SysRq, by which
 * it could print registers or kill processes.  Panic on an oops rather than
 * continue with the pod.
 */
static const struct setting first_settings[] = {
	{ "/proc/sys/kernel/sysrq", "0" },
	{ "/proc/sys/kernel/panic_on_oops", "1" },
	{ }
};

/*
 * Keep a container that exploits the kernel from loading code: only what was
 * measured ever runs in the kernel.  The other settings make exploits harder:
 * hide the kernel's addresses, and deny the capabilities of user namespaces.
 */
static const struct setting last_settings[] = {
	{ "/proc/sys/kernel/modules_disabled", "1" },
	{ "/proc/sys/kernel/kexec_load_disabled", "1" },
	{ "/proc/sys/kernel/kptr_restrict", "2" },
	{ "/proc/sys/kernel/dmesg_restrict", "1" },
	{ "/proc/sys/kernel/unprivileged_bpf_disabled", "1" },
	{ "/proc/sys/user/max_user_namespaces", "0" },
	{ }
};

static const struct setting io_uring_settings[] = {
	{ "/proc/sys/kernel/io_uring_disabled", "2" },
	{ }
};

static void write_settings(const struct setting *s)
{
	size_t len;
	int fd;

	for (; s->path; s++) {
		len = strlen(s->value);
		fd = open(s->path, O_WRONLY | O_CLOEXEC);
		if (fd < 0 || write(fd, s->value, len) != len)
			fail("cannot write %s", s->path);
		close(fd);
	}
}

/*
 * Disable io_uring: it has had more privilege escalations than any other
 * interface of its age, and no container needs it, as programs fall back where
 * it is refused.
 *
 * Kernels without the setting get a filter that all processes inherit: the
 * numbers from io_uring_setup(2) to io_uring_register(2) are the same in all
 * ABIs of the processor, except for the bit that marks x32.
 */
static void close_io_uring(void)
{
	static struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_STMT(BPF_ALU | BPF_AND | BPF_K, ~X32_SYSCALL_BIT),
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, SYS_io_uring_setup, 0, 2),
		BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, SYS_io_uring_register, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	static const struct sock_fprog program = {
		.len = sizeof(code) / sizeof(code[0]), .filter = code,
	};

	if (!access(io_uring_settings[0].path, F_OK))
		write_settings(io_uring_settings);
	else if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program))
		fail("cannot refuse io_uring");
}

/*
 * Open the standard streams before any other file could take their descriptors.
 * Deny further opens without CAP_SYS_ADMIN: a container can create a node of
 * the console, which the runtime allows, and could stop the agent's output by
 * tcflow(3).
 */
static void open_console(void)
{
	int fd = open("/dev/console", O_RDWR | O_NOCTTY), i;

	if (fd < 0)
		fd = open("/dev/null", O_RDWR);
	if (fd < 0)
		fail("cannot open /dev/null");
	if (ioctl(fd, TIOCEXCL) && errno != ENOTTY)
		fail("cannot have the console alone");
	for (i = 0; i <= STDERR_FILENO; i++)
		if (fd != i)
			dup2(fd, i);
	if (fd > STDERR_FILENO)
		close(fd);
}

/* load a module; it is no error if it is present, or its hardware absent */
static void load_module(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		fail("cannot open %s", path);
	if (syscall(SYS_finit_module, fd, "", 0) &&
	    errno != EEXIST && errno != ENODEV)
		fail("cannot load %s", path);
	close(fd);
}

/* the list has one path a line, each after those that the module depends on */
static void load_modules(void)
{
	FILE *list = fopen(MODULES_LIST, "re");
	char line[256];

	if (!list)
		fail("cannot open " MODULES_LIST);
	while (fgets(line, sizeof(line), list)) {
		line[strcspn(line, "\n")] = '\0';
		load_module(line);
	}
	if (ferror(list))
		fail("cannot read " MODULES_LIST);
	fclose(list);
}

/* make the root read-only: later writes go to other file systems */
static void protect_root(void)
{
	if (mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY |
		  MS_NOSUID | MS_NODEV, NULL))
		fail("cannot make the root directory read-only");
}

static void run_agent(void)
{
	static char *const argv[] = { AGENT, NULL };
	static char *const envp[] = {
		"PATH=/usr/sbin:/usr/bin:/sbin:/bin", NULL
	};

	execve(AGENT, argv, envp);
	fail("cannot run " AGENT);
}

int main(void)
{
	umask(022);
	move_root();
	mount_filesystems();
	open_console();
	write_settings(first_settings);
	load_modules();
	write_settings(last_settings);
	close_io_uring();
	protect_root();
	run_agent();
}
