// SPDX-License-Identifier: GPL-2.0
/*
 * Test how a child that converts a blob ends.  The converter here plays one
 * that an attacker controls.
 *
 * All runs in a PID namespace, where the agent's part is PID 1.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "image/convert.h"
#include "layers/blob.h"
#include "layers/sandbox.h"
#include "tap.h"

#define LIMIT		60	/* seconds for all tests */

static const char content[] = "a blob";

/* ---- in the child ---- */

/* wait forever, without pause(2), which the filter forbids */
static void stay(void)
{
	static int never;

	for (;;)
		syscall(SYS_futex, &never, FUTEX_WAIT, 0, NULL, NULL, 0);
}

static void *stay_in_thread(void *arg)
{
	stay();
	return NULL;
}

/* the name of the image selects what to do */
int convert_tarball(const char *tarball, const char *image,
		    const struct convert_options *opts,
		    struct convert_result *res, struct error *e)
{
	pthread_t thread;
	char buf[64];

	while (read(STDIN_FILENO, buf, sizeof(buf)) > 0)
		;
	memset(res, 0, sizeof(*res));
	memset(res->root_hash, 7, sizeof(res->root_hash));
	res->data_blocks = 8;
	if (!strcmp(image, "forks"))
		fork();
	if (!strcmp(image, "stays") &&
	    pthread_create(&thread, NULL, stay_in_thread, NULL))
		return error_set(e, -EAGAIN, "no thread");
	if (!strcmp(image, "stays"))
		stay();
	return 0;
}

void convert_result_free(struct convert_result *res)
{
}

/* ---- in the agent ---- */

static int blob_fd(void)
{
	int fd = memfd_create("disk", MFD_CLOEXEC);

	if (fd < 0 || write(fd, content, sizeof(content) - 1) < 0 ||
	    ftruncate(fd, 4096) || lseek(fd, 0, SEEK_SET))
		abort();
	return fd;
}

static int try_child(const char *directory, const char *image, bool right,
		     struct blob_image *made, struct error *e)
{
	struct blob b = {
		.size = sizeof(content) - 1, .directory = directory,
		.image = image,
	};
	int fd = blob_fd(), err;

	if (sha256_buffer(content, b.size, b.digest, e))
		abort();
	b.digest[0] ^= !right;
	fflush(stdout);
	err = blob_convert(fd, "disk", &b, made, e);
	close(fd);
	return err;
}

static bool is_alone(void)
{
	return kill(-1, 0) && errno == ESRCH;
}

static void test_children(const char *directory)
{
	struct blob_image made = {};
	struct error e = {};

	ok(!try_child(directory, "ends", true, &made, &e) &&
	   made.root[0] == 7 && made.data_blocks == 8,
	   "what a child has made is named: %s", e.text);
	ok(try_child(directory, "stays", false, &made, &e) == -EBADMSG &&
	   strstr(e.text, "disk: the digest of its first 6 bytes is"),
	   "with other bytes than the blob's a child that never ends is ended");
	ok(is_alone(), "... and its threads, too");
	ok(try_child(directory, "forks", false, &made, &e) == -EBADMSG &&
	   is_alone(), "so it is if it has ended by a call that it may not make");
	ok(try_child(directory, "forks", true, &made, &e) == -EIO &&
	   strstr(e.text, "a system call that it may not make") && is_alone(),
	   "which is told if the blob is the right one");
}

static int run_tests(void)
{
	char directory[] = "/tmp/test_blob.XXXXXX";
	int status;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (!mkdtemp(directory) || chown(directory, SANDBOX_USER, SANDBOX_USER))
		abort();
	test_children(directory);
	rmdir(directory);
	status = tap_done();
	fflush(stdout);
	return status;
}

/*
 * Needs the rights of the agent.  _exit(2), as LeakSanitizer cannot check a
 * process whose children are in another namespace.
 */
int main(void)
{
	int status = 1;
	pid_t pid;

	if (geteuid() || unshare(CLONE_NEWPID)) {
		skip("this needs root, and a PID namespace");
		return tap_done();
	}
	pid = fork();
	if (!pid)
		_exit(run_tests());
	alarm(LIMIT);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		_exit(1);
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 1);
}
