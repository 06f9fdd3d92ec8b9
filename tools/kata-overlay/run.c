// SPDX-License-Identifier: GPL-2.0
/*
 * Mount a layer by mount(8), so that the kernel or a helper serves it.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/kata.h"
#include "overlay.h"

/*
 * Start it with no signal blocked, as it may become a server, and in a process group
 * of its own, as a signal that interrupts it in the middle leaves half of its work.
 */
static int start(pid_t *child, char *const *args)
{
	posix_spawnattr_t attr;
	sigset_t none;
	int err;

	err = posix_spawnattr_init(&attr);
	if (err)
		return err;
	sigemptyset(&none);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setpgroup(&attr, 0);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK |
				 POSIX_SPAWN_SETPGROUP);
	err = posix_spawnp(child, args[0], NULL, &attr, args, environ);
	posix_spawnattr_destroy(&attr);
	return err;
}

static int run(char *const *args, const char *source, struct error *e)
{
	pid_t child;
	int err, status;

	err = start(&child, args);
	if (err)
		return error_set(e, -err, "cannot run mount: %s", strerror(err));
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return error_errno(e, "mount");
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		return error_set(e, -EIO, "mount of layer %s failed", source);
	return 0;
}

int run_mount(const struct layers *l, const struct layer *layer,
	      const char *dir, struct error *e)
{
	bool is_joined = l->prefix && *layer->source != '/';
	char *source = NULL, *options = NULL;
	int err;

	if (asprintf(&source, "%s%s%s", is_joined ? l->prefix : "",
		     is_joined ? "/" : "", layer->source) < 0 ||
	    asprintf(&options, "ro%s%s", *layer->options ? "," : "",
		     layer->options) < 0) {
		err = error_set(e, -ENOMEM, "out of memory");
	} else {
		char *const args[] = {
			"mount", "-t", KATA_LAYER_FSTYPE, "-o", options, "--",
			source, (char *)dir, NULL
		};

		err = run(args, source, e);
	}
	free(options);
	free(source);
	return err;
}
