// SPDX-License-Identifier: GPL-2.0
/*
 * Create and start containers with an OCI runtime, crun.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "machine/machine.h"
#include "machine/stop.h"
#include "run/bundle.h"
#include "run/rootfs.h"
#include "run/runtime.h"

#define CRUN		"/usr/bin/crun"
#define CRUN_ROOT	"/run/crun"
#define BUNDLES		"/run/tarfs/"

/*
 * Run crun with @output as its standard output and error, and without other
 * descriptors.  Return its exit status.
 */
static int run_crun(const char *const argv[], const int output[2])
{
	pid_t pid = fork();
	int status, null;

	if (pid < 0)
		return -1;
	if (!pid) {
		null = open("/dev/null", O_RDONLY);
		if (null < 0 || dup2(null, 0) < 0 ||
		    dup2(output[0], 1) < 0 || dup2(output[1], 2) < 0 ||
		    close_range(3, ~0U, 0) || stop_forget())
			_exit(127);
		execv(CRUN, (char *const *)argv);
		_exit(127);
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

/* return the last line of crun's output, in @buf */
static const char *last_words(int fd, char *buf, size_t size)
{
	ssize_t len = read(fd, buf, size - 1);
	char *line;

	if (len <= 0)
		return "it did not say why";
	buf[len] = '\0';
	while (len && buf[len - 1] == '\n')
		buf[--len] = '\0';
	line = strrchr(buf, '\n');
	return line ? line + 1 : buf;
}

static int read_pid(const char *path, pid_t *pid, struct error *e)
{
	FILE *file = fopen(path, "re");
	int ok;

	if (!file)
		return error_errno(e, "cannot open %s", path);
	ok = fscanf(file, "%d", pid) == 1 && *pid > 1;
	fclose(file);
	return ok ? 0 : error_set(e, -EINVAL, "%s has no process id", path);
}

static int watch_process(struct running *r, const char *pid_file,
			 struct error *e)
{
	int err = read_pid(pid_file, &r->pid, e);

	if (err)
		return err;
	r->pidfd = pidfd_open(r->pid, 0);
	if (r->pidfd < 0)
		return error_errno(e, "%s: cannot watch the container",
				   r->container->id);
	return 0;
}

static int create_container(struct running *r, const char *dir,
			    const int output[2], struct error *e)
{
	const struct container *c = r->container;
	char pid_file[160], said[1024];
	const char *const argv[] = {
		CRUN, "--root", CRUN_ROOT, "create", "--bundle", dir,
		"--pid-file", pid_file, c->id, NULL
	};

	snprintf(pid_file, sizeof(pid_file), "%s/pid", dir);
	if (run_crun(argv, output))
		return error_set(e, -EIO, "%s: cannot create the container: %s",
				 c->id, last_words(r->output[1], said,
						   sizeof(said)));
	return watch_process(r, pid_file, e);
}

int runtime_create(struct running *r, const struct container *c,
		   struct error *e)
{
	int out[2] = { -1, -1 }, err[2] = { -1, -1 }, write_ends[2], ret;
	char dir[128];

	*r = (struct running){ .container = c, .pidfd = -1,
			       .output = { -1, -1 } };
	snprintf(dir, sizeof(dir), BUNDLES "%s", c->id);
	ret = machine_make_directories(dir, e);
	if (!ret)
		ret = bundle_write(c, dir, e);
	if (ret)
		return ret;
	if (pipe2(out, O_CLOEXEC) || pipe2(err, O_CLOEXEC) ||
	    fcntl(out[0], F_SETFL, O_NONBLOCK) ||
	    fcntl(err[0], F_SETFL, O_NONBLOCK)) {
		ret = error_errno(e, "%s: cannot make a pipe", c->id);
	} else {
		r->output[0] = out[0];
		r->output[1] = err[0];
		write_ends[0] = out[1];
		write_ends[1] = err[1];
		ret = create_container(r, dir, write_ends, e);
	}
	close(out[1]);
	close(err[1]);
	return ret;
}

int runtime_start(struct running *r, struct error *e)
{
	const char *const argv[] = {
		CRUN, "--root", CRUN_ROOT, "start", r->container->id, NULL
	};
	char said[1024];
	int pipes[2], output[2], status;

	if (pipe2(pipes, O_CLOEXEC | O_NONBLOCK))
		return error_errno(e, "%s: cannot make a pipe",
				   r->container->id);
	output[0] = pipes[1];
	output[1] = pipes[1];
	status = run_crun(argv, output);
	if (status)
		error_set(e, -EIO, "%s: cannot start the container: %s",
			  r->container->id,
			  last_words(pipes[0], said, sizeof(said)));
	close(pipes[0]);
	close(pipes[1]);
	return status ? -EIO : 0;
}
