// SPDX-License-Identifier: GPL-2.0
/*
 * Mounts, the module and the kernel's log, for the tests in the guest.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/mempolicy.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest.h"

static int kmsg = -1;

void give_up(const char *fmt, ...)
{
	va_list args;

	printf("Bail out! ");
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	printf(": %s\n", strerror(errno));
	exit(1);
}

int try_mount(const char *device, const char *where, const char *options)
{
	return mount(device, where, "tar", MS_RDONLY, options) ? errno : 0;
}

void must_mount(const char *device, const char *where)
{
	errno = try_mount(device, where, "");
	if (errno)
		give_up("cannot mount %s", device);
}

int unmount(const char *where)
{
	return umount(where) ? errno : 0;
}

void leave(const char *where)
{
	if (umount2(where, MNT_DETACH))
		give_up("cannot unmount %s", where);
}

bool mounted_type_is(const char *where, const char *type)
{
	char line[512];

	snprintf(line, sizeof(line), " %s %s ", where, type);
	return file_has("/proc/mounts", line);
}

bool file_has(const char *file, const char *text)
{
	char line[4096];
	bool found = false;
	FILE *f = fopen(file, "r");

	if (!f)
		return false;
	while (!found && fgets(line, sizeof(line), f))
		found = strstr(line, text);
	fclose(f);
	return found;
}

void write_file(const char *file, const char *text)
{
	int fd = open(file, O_WRONLY);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		give_up("cannot write to %s", file);
	close(fd);
}

bool append(const char *path, int flags, const char *text)
{
	int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC | flags, 0644);
	ssize_t len = strlen(text);
	bool good = fd >= 0 && write(fd, text, len) == len;

	close(fd);
	return good;
}

bool file_is(const char *path, const char *text)
{
	char found[64];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len = read(fd, found, sizeof(found));

	close(fd);
	return len == (ssize_t)strlen(text) && !memcmp(found, text, len);
}

int look_up(const char *path)
{
	struct stat st;

	return lstat(path, &st) ? errno : 0;
}

_Static_assert(offsetof(struct handle, room) ==
	       offsetof(struct file_handle, f_handle), "handle");

int make_handle(int mount, const char *path, struct handle *handle)
{
	int mount_id;

	handle->head.handle_bytes = MAX_HANDLE_SZ;
	return name_to_handle_at(mount, path, &handle->head, &mount_id, 0) ?
	       errno : 0;
}

/*
 * Recently read pages are on per-CPU lists, from where 6.1 does not drop them.
 * Migrating a page drains these lists.  User-mode Linux, of a later release,
 * has no such call and does not need it.
 */
static void empty_lists(void)
{
	static char byte;
	void *page = &byte;
	int node = 0, status;

	byte = 1;
	if (syscall(SYS_move_pages, 0, 1UL, &page, &node, &status,
		    MPOL_MF_MOVE) < 0 && errno != ENOSYS)
		give_up("cannot move a page");
}

void drop_caches(void)
{
	empty_lists();
	write_file("/proc/sys/vm/drop_caches", "3");
}

void drop_pages(int fd)
{
	errno = posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	if (errno)
		give_up("cannot drop pages");
}

int load_module(void)
{
	int fd = open(TARFS_MODULE, O_RDONLY | O_CLOEXEC);
	int err = 0;

	if (fd < 0)
		return errno;
	if (syscall(SYS_finit_module, fd, "", 0))
		err = errno;
	close(fd);
	return err;
}

int unload_module(void)
{
	return syscall(SYS_delete_module, "tarfs", O_NONBLOCK) ? errno : 0;
}

void mark_log(void)
{
	if (kmsg < 0)
		kmsg = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (kmsg < 0 || lseek(kmsg, 0, SEEK_END) < 0)
		give_up("cannot read the kernel's log");
}

unsigned int log_lines(const char *text)
{
	return log_lines_at(KERN_WARNING, text);
}

unsigned int log_lines_at(unsigned int worst, const char *text)
{
	char line[4096];
	unsigned int level, found = 0;
	ssize_t len;

	for (;;) {
		len = read(kmsg, line, sizeof(line) - 1);
		if (len < 0 && errno == EPIPE)	/* lines were overwritten */
			continue;
		if (len <= 0)
			return found;
		line[len] = '\0';
		found += sscanf(line, "%u", &level) == 1 &&
			 (level & 7) <= worst && strstr(line, text);
	}
}

static bool become(unsigned int uid)
{
	return !setgroups(0, NULL) && !setgid(uid) && !setuid(uid);
}

/* the exit status of a child, or -1 if it did not exit */
static int status_of(pid_t pid)
{
	int status;

	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

int run_program(const char *path, char *const argv[], unsigned int uid)
{
	pid_t pid = fork();

	if (!pid) {
		if (!become(uid))
			_exit(126);
		execv(path, argv);
		_exit(127);
	}
	return status_of(pid);
}

int open_as(unsigned int uid, const char *path, int flags)
{
	pid_t pid = fork();

	if (!pid) {
		if (!become(uid))
			_exit(255);
		_exit(open(path, flags | O_CLOEXEC) < 0 ? errno : 0);
	}
	return status_of(pid);
}

int do_as(unsigned int uid, int (*work)(void))
{
	pid_t pid = fork();

	if (!pid)
		_exit(become(uid) ? work() : 255);
	return status_of(pid);
}
