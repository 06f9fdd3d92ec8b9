// SPDX-License-Identifier: GPL-2.0
/*
 * Atomic output: a file is written as a whole or not at all.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "output.h"

#define TEMP_TRIES	100
#define WRITE_OUT	(8 * 1024 * 1024)	/* bytes, unit of writeback */
#define TEMP_NAME_KEPT	240	/* bytes of the name; leaves room in NAME_MAX */

/*
 * @fd: -1 to discard what is written
 * @dirfd: directory of a new file; -1 when appending
 * @temp: name of a new file until it is published as @name
 * @busy: a lock, held by a writer with all signals blocked; the signal handler
 *	takes it and never releases it
 * @offset: offset of the next byte to write
 * @old_size: when appending; less than @offset once something was written
 */
struct output {
	struct output *next;
	int fd;
	int dirfd;
	char *temp;
	char *name;
	const char *path;
	atomic_flag busy;
	uint64_t offset;
	uint64_t old_size;
};

/*
 * Unpublished outputs, for the signal handler.  Block all signals to change the
 * list, so that the handler never waits for its own thread.
 */
static struct output *outputs;
static atomic_flag outputs_locked = ATOMIC_FLAG_INIT;

static void lock_flag(atomic_flag *flag)
{
	while (atomic_flag_test_and_set(flag))
		;
}

static void lock_outputs(sigset_t *signals)
{
	sigset_t all;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, signals);
	lock_flag(&outputs_locked);
}

static void unlock_outputs(const sigset_t *signals)
{
	atomic_flag_clear(&outputs_locked);
	pthread_sigmask(SIG_SETMASK, signals, NULL);
}

static void add_locked(struct output *out)
{
	out->next = outputs;
	outputs = out;
}

/* roll back; async-signal-safe, as the signal handler calls it, too */
static void undo(const struct output *out)
{
	if (out->dirfd >= 0)
		unlinkat(out->dirfd, out->temp, 0);
	else if (out->offset > out->old_size &&
		 ftruncate(out->fd, out->old_size) == 0)
		fsync(out->fd);
}

/*
 * Take an output off the list, if it is there.  Roll back before unlocking the
 * list, so that no signal misses it.
 */
static void forget(struct output *out, bool published)
{
	struct output **p = &outputs;
	sigset_t signals;

	lock_outputs(&signals);
	while (*p && *p != out)
		p = &(*p)->next;
	if (*p) {
		*p = out->next;
		if (!published)
			undo(out);
	}
	unlock_outputs(&signals);
}

static void undo_all(int sig)
{
	struct output *out;

	lock_flag(&outputs_locked);
	for (out = outputs; out; out = out->next) {
		lock_flag(&out->busy);
		undo(out);
	}
	raise(sig);	/* delivered on return, with its default action */
}

void output_catch_signals(void)
{
	static const int caught[] = { SIGHUP, SIGINT, SIGTERM };
	struct sigaction act = {
		.sa_handler = undo_all,
		.sa_flags = SA_RESETHAND,
	};
	struct sigaction old;
	size_t i;

	sigfillset(&act.sa_mask);
	for (i = 0; i < sizeof(caught) / sizeof(caught[0]); i++) {
		sigaction(caught[i], NULL, &old);
		if (old.sa_handler != SIG_IGN)
			sigaction(caught[i], &act, NULL);
	}
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
}

/* open the directory of @out->path, and set @out->name to the last component */
static int open_dir(struct output *out, struct error *e)
{
	const char *slash = strrchr(out->path, '/');
	const char *name = slash ? slash + 1 : out->path;
	char *dir;

	if (!*name || !strcmp(name, ".") || !strcmp(name, ".."))
		return error_set(e, -EISDIR, "%s: not the name of a file",
				 out->path);
	dir = slash ? strndup(out->path, slash - out->path + 1) : strdup(".");
	out->name = strdup(name);
	if (!dir || !out->name) {
		free(dir);
		return error_set(e, -ENOMEM, "%s: out of memory", out->path);
	}
	out->dirfd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(dir);
	if (out->dirfd < 0)
		return error_errno(e, "%s: cannot open its directory",
				   out->path);
	return 0;
}

/* a device or directory must not be replaced by a file */
static int check_replaceable(const struct output *out, struct error *e)
{
	struct stat st;

	if (fstatat(out->dirfd, out->name, &st, 0) == 0 && !S_ISREG(st.st_mode))
		return error_set(e, -EEXIST,
				 "%s: exists and is not a regular file",
				 out->path);
	return 0;
}

static int set_temp_name(struct output *out)
{
	uint32_t random;

	if (getrandom(&random, sizeof(random), 0) != sizeof(random))
		return -errno;
	free(out->temp);
	out->temp = NULL;
	if (asprintf(&out->temp, ".%.*s.%08x", TEMP_NAME_KEPT, out->name,
		     random) < 0) {
		out->temp = NULL;
		errno = ENOMEM;
		return -ENOMEM;
	}
	return 0;
}

/* create the file and list it with signals blocked: a signal then removes it */
static int create_temp(struct output *out, struct error *e)
{
	sigset_t signals;
	int tries, err;

	for (tries = 0; tries < TEMP_TRIES; tries++) {
		if (set_temp_name(out) < 0)
			break;
		lock_outputs(&signals);
		out->fd = openat(out->dirfd, out->temp,
				 O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
		err = errno;
		if (out->fd >= 0)
			add_locked(out);
		unlock_outputs(&signals);
		errno = err;
		if (out->fd >= 0)
			return 0;
		if (err != EEXIST)
			break;
	}
	return error_errno(e, "%s: cannot create a file in its directory",
			   out->path);
}

static struct output *new_output(const char *path, struct error *e)
{
	struct output *out = calloc(1, sizeof(*out));

	if (!out) {
		error_set(e, -ENOMEM, "%s: out of memory", path);
		return NULL;
	}
	out->path = path;
	out->fd = -1;
	out->dirfd = -1;
	return out;
}

int output_create(struct output **outp, const char *path, struct error *e)
{
	struct output *out = new_output(path, e);
	int err;

	if (!out)
		return -ENOMEM;
	err = open_dir(out, e);
	if (!err)
		err = check_replaceable(out, e);
	if (!err)
		err = create_temp(out, e);
	if (err) {
		output_free(out);
		return err;
	}
	*outp = out;
	return 0;
}

int output_append(struct output **outp, int fd, const char *path, uint64_t size,
		  struct error *e)
{
	struct output *out = new_output(path, e);
	sigset_t signals;

	if (!out)
		return -ENOMEM;
	out->fd = fd;
	out->offset = size;
	out->old_size = size;
	lock_outputs(&signals);
	add_locked(out);
	unlock_outputs(&signals);
	*outp = out;
	return 0;
}

int output_discard(struct output **out, const char *name, struct error *e)
{
	*out = new_output(name, e);
	return *out ? 0 : -ENOMEM;
}

/*
 * Start writeback early: the disk would be idle otherwise until output_sync()
 * waits for everything.  Ignore errors: not all files support it.
 */
static void start_writing_out(struct output *out, uint64_t from, uint64_t to)
{
	uint64_t begin = from / WRITE_OUT * WRITE_OUT;
	uint64_t end = to / WRITE_OUT * WRITE_OUT;

	if (end > begin)
		sync_file_range(out->fd, begin, end - begin,
				SYNC_FILE_RANGE_WRITE);
}

/*
 * Advance the offset first, to roll back a partial write as well.  Hold @busy,
 * so that no thread writes after the signal handler has rolled back.
 */
int output_write(struct output *out, const void *buf, size_t len,
		 struct error *e)
{
	uint64_t offset = out->offset;
	sigset_t all, signals;
	int err;

	if (!len || out->fd < 0)
		return 0;
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &signals);
	lock_flag(&out->busy);
	out->offset += len;
	err = file_write_at(out->fd, out->path, buf, len, offset, e);
	atomic_flag_clear(&out->busy);
	pthread_sigmask(SIG_SETMASK, &signals, NULL);
	if (!err)
		start_writing_out(out, offset, offset + len);
	return err;
}

int output_clone(struct output *out, int fd, uint64_t *size, struct error *e)
{
	struct stat st;

	if (out->dirfd < 0 || ioctl(out->fd, FICLONE, fd) < 0)
		return 0;
	if (fstat(out->fd, &st) < 0)
		return error_errno(e, "%s: cannot tell its size", out->path);
	*size = st.st_size;
	out->offset = st.st_size;
	return 1;
}

int output_restart(struct output *out, struct error *e)
{
	out->offset = 0;
	if (ftruncate(out->fd, 0) < 0)
		return error_errno(e, "%s: cannot truncate", out->path);
	return 0;
}

int output_fd(const struct output *out)
{
	return out->fd;
}

int output_sync(struct output *out, struct error *e)
{
	if (out->fd >= 0 && fsync(out->fd) < 0)
		return error_errno(e, "%s: cannot write to the disk",
				   out->path);
	return 0;
}

int output_publish(struct output *out, struct error *e)
{
	if (out->dirfd >= 0 &&
	    renameat(out->dirfd, out->temp, out->dirfd, out->name) < 0)
		return error_errno(e, "%s: cannot rename the new file to it",
				   out->path);
	forget(out, true);
	/* some file systems cannot sync a directory */
	if (out->dirfd >= 0 && fsync(out->dirfd) < 0 && errno != EINVAL)
		return error_errno(e, "%s: complete, but cannot sync its directory",
				   out->path);
	return 0;
}

void output_free(struct output *out)
{
	if (!out)
		return;
	forget(out, false);
	if (out->dirfd >= 0) {
		if (out->fd >= 0)
			close(out->fd);
		close(out->dirfd);
	}
	free(out->temp);
	free(out->name);
	free(out);
}
