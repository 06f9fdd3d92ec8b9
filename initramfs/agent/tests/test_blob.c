// SPDX-License-Identifier: GPL-2.0
/*
 * What a child that converts a blob can do, and what becomes of it.  The converter
 * here is one that somebody else has got into his power.
 *
 * It all happens in a PID namespace, of which the agent's part is PID 1.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "blob.h"
#include "convert.h"
#include "tap.h"

#define LIMIT		60	/* seconds that all of this may take */
#define DESCRIPTORS	256	/* that are looked at */

static const char content[] = "a blob";

/* ---- in the child ---- */

static bool has_capabilities(void)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2] = {};

	return syscall(SYS_capget, &head, data) || data[0].permitted ||
	       data[0].effective || data[0].inheritable ||
	       data[1].permitted || data[1].effective || data[1].inheritable;
}

static bool is_null(int fd)
{
	struct stat st;

	return !fstat(fd, &st) && S_ISCHR(st.st_mode) &&
	       st.st_rdev == makedev(1, 3);
}

/* a socket to read from, a pipe to say how it went, and nothing else */
static bool has_more_descriptors(void)
{
	struct stat st;
	int fd;

	if (fstat(0, &st) || !S_ISSOCK(st.st_mode) || !is_null(1) ||
	    !is_null(2) || fstat(3, &st) || !S_ISFIFO(st.st_mode))
		return true;
	for (fd = 4; fd < DESCRIPTORS; fd++)
		if (fcntl(fd, F_GETFD) >= 0)
			return true;
	return false;
}

static const char *what_it_has(void)
{
	uid_t u[3];
	gid_t g[3];

	if (getresuid(&u[0], &u[1], &u[2]) || getresgid(&g[0], &g[1], &g[2]) ||
	    u[0] != BLOB_USER || u[1] != BLOB_USER || u[2] != BLOB_USER ||
	    g[0] != BLOB_USER || g[1] != BLOB_USER || g[2] != BLOB_USER)
		return "it is somebody else";
	if (getgroups(0, NULL))
		return "it is in groups";
	if (has_capabilities())
		return "it has capabilities";
	if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
		return "it may get new privileges";
	if (has_more_descriptors())
		return "it has other descriptors";
	if (!access("/proc", F_OK) || !access("/../proc", F_OK))
		return "it sees more than its directory";
	return NULL;
}

/* with all that this process has open */
static void leave_child(void)
{
	if (fork())
		return;
	for (;;)
		pause();
}

/* the images' names say what is to be done */
int convert_tarball(const char *tarball, const char *image,
		    const struct convert_options *opts,
		    struct convert_result *res, struct error *e)
{
	const char *why = what_it_has();
	char buf[64];

	while (read(STDIN_FILENO, buf, sizeof(buf)) > 0)
		;
	memset(res, 0, sizeof(*res));
	memset(res->root_hash, 7, sizeof(res->root_hash));
	res->data_blocks = 8;
	if (strcmp(image, "looks"))
		leave_child();
	while (!strcmp(image, "stays"))
		pause();
	return why ? error_set(e, -EPERM, "%s", why) : 0;
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

	ok(!try_child(directory, "looks", true, &made, &e) &&
	   made.root[0] == 7 && made.data_blocks == 8,
	   "a child has a socket, a pipe, a directory and no rights: %s", e.text);
	ok(try_child(directory, "stays", false, &made, &e) == -EBADMSG &&
	   strstr(e.text, "disk: the digest of its first 6 bytes is"),
	   "with other bytes than the blob's a child that never ends is ended");
	ok(is_alone(), "... and what it has started, too");

	ok(try_child(directory, "leaves", false, &made, &e) == -EBADMSG &&
	   is_alone(), "so it is if it ends by itself");
	ok(!try_child(directory, "leaves", true, &made, &e) && is_alone(),
	   "and if the blob is the right one");
}

static int run_tests(void)
{
	char directory[] = "/tmp/test_blob.XXXXXX";
	int status;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (!mkdtemp(directory) || chown(directory, BLOB_USER, BLOB_USER))
		abort();
	test_children(directory);
	rmdir(directory);
	status = tap_done();
	fflush(stdout);
	return status;
}

/*
 * What this needs is what the agent has.  _exit(2), for the leak sanitizer cannot
 * look at a process whose children are in another namespace.
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
