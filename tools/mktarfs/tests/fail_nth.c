// SPDX-License-Identifier: GPL-2.0
/*
 * A library to preload: let one call of one function fail, or transfer less.
 *
 * FAIL_CALL is the name of the function, FAIL_AT the number of the call, from 1
 * on.  FAIL_LOG is a descriptor to write a byte to when that call is reached.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* glibc's own functions, without dlsym() */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);

static const char *wanted;
static unsigned long wanted_at;
static int log_fd = -1;
static atomic_ulong calls;

__attribute__((constructor))
static void init(void)
{
	const char *at = getenv("FAIL_AT");
	const char *log = getenv("FAIL_LOG");

	wanted_at = at ? strtoul(at, NULL, 10) : 0;
	log_fd = log ? atoi(log) : -1;
	wanted = getenv("FAIL_CALL");
}

/* is this the call to fail? counts the calls of that function only */
static bool hit(const char *name)
{
	if (!wanted || strcmp(wanted, name))
		return false;
	if (atomic_fetch_add(&calls, 1) + 1 != wanted_at)
		return false;
	if (log_fd >= 0)
		syscall(SYS_write, log_fd, "!", 1);
	return true;
}

static bool fails(const char *name, int err)
{
	if (!hit(name))
		return false;
	errno = err;
	return true;
}

static size_t half(size_t len)
{
	return len > 1 ? len / 2 : len;
}

void *malloc(size_t size)
{
	return fails("malloc", ENOMEM) ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	return fails("calloc", ENOMEM) ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
	return fails("realloc", ENOMEM) ? NULL : __libc_realloc(old, size);
}

ssize_t read(int fd, void *buf, size_t len)
{
	if (fails("read", EIO))
		return -1;
	if (hit("short_read"))
		len = half(len);
	return syscall(SYS_read, fd, buf, len);
}

ssize_t pread64(int fd, void *buf, size_t len, off_t offset)
{
	if (fails("pread", EIO))
		return -1;
	if (hit("short_pread"))
		len = half(len);
	return syscall(SYS_pread64, fd, buf, len, offset);
}

ssize_t pwrite64(int fd, const void *buf, size_t len, off_t offset)
{
	if (fails("pwrite", ENOSPC))
		return -1;
	if (hit("short_pwrite"))
		len = half(len);
	return syscall(SYS_pwrite64, fd, buf, len, offset);
}

int fsync(int fd)
{
	return fails("fsync", EIO) ? -1 : syscall(SYS_fsync, fd);
}

int ftruncate64(int fd, off_t size)
{
	return fails("ftruncate", EIO) ? -1 :
		syscall(SYS_ftruncate, fd, size);
}

int renameat(int from_dir, const char *from, int to_dir, const char *to)
{
	return fails("renameat", EIO) ? -1 :
		syscall(SYS_renameat, from_dir, from, to_dir, to);
}

static mode_t mode_of(int flags, va_list args)
{
	return flags & (O_CREAT | O_TMPFILE) ? va_arg(args, mode_t) : 0;
}

int open64(const char *path, int flags, ...)
{
	va_list args;
	mode_t mode;

	va_start(args, flags);
	mode = mode_of(flags, args);
	va_end(args);
	return fails("open", EMFILE) ? -1 :
		syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

int openat64(int dir, const char *path, int flags, ...)
{
	va_list args;
	mode_t mode;

	va_start(args, flags);
	mode = mode_of(flags, args);
	va_end(args);
	return fails("openat", EMFILE) ? -1 :
		syscall(SYS_openat, dir, path, flags, mode);
}

int pthread_create(pthread_t *id, const pthread_attr_t *attr,
		   void *(*run)(void *), void *arg)
{
	int (*next)(pthread_t *id, const pthread_attr_t *attr,
		    void *(*run)(void *), void *arg);

	next = dlsym(RTLD_NEXT, "pthread_create");
	return hit("pthread_create") ? EAGAIN : next(id, attr, run, arg);
}
