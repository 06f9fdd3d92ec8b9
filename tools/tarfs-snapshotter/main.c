// SPDX-License-Identifier: GPL-2.0
/*
 * containerd's snapshots as layer images.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cli.h"
#include "config.h"
#include "service/service.h"

#define ROOT	"/var/lib/tarfs-snapshotter"
#define ADDRESS	"/run/tarfs-snapshotter/socket"

#define CONTENT	"/var/lib/containerd/io.containerd.content.v1.content"

/* what the command line says; NULL if it does not */
static const char *root, *address, *content, *mount_tar, *profile, *file;

static const struct mounter *mounter;

static const struct cli_option options[] = {
	{ 0, "root", "DIR", "state directory (default: " ROOT ")",
	  .text = &root },
	{ 0, "address", "SOCKET", "where to listen (default: " ADDRESS ")",
	  .text = &address },
	{ 0, "content", "DIR",
	  "containerd's content store (default: " CONTENT ")",
	  .text = &content },
	{ 0, "mount-tar", "FILE",
	  "what mounts layers without dm (default: mount.tar, in PATH)",
	  .text = &mount_tar },
	{ 0, "mounts", "HOW",
	  "dm: by the kernel's driver through dm-verity; fuse: by mount.tar (default: auto, dm if it is there)",
	  .parse = mounter_parse, .to = &mounter },
	{ 0, "profile", "PROFILE",
	  "of snapshots that no rule is for: host, or tardev for Kata Containers (default: host)",
	  .text = &profile },
	{ 0, "config", "FILE",
	  "configuration file, which other options override",
	  .text = &file },
	{ }
};

static struct cli cli = {
	.name		= "tarfs-snapshotter",
	.failed		= 1,
	.usage		= 2,
	.arguments	= "",
	.options	= options,
	.about		=
"Serve containerd's snapshots and diffs: keep layers as tarfs images.",
	.notes		=
"SIGTERM and SIGINT end it after the calls that run.",
};

static void note(const char *text)
{
	fprintf(stderr, "tarfs-snapshotter: %s\n", text);
}

/* all threads inherit the mask; a write to a closed pipe or beyond a limit fails */
static int open_signals(struct error *e)
{
	sigset_t set;
	int fd;

	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return fd < 0 ? error_errno(e, "cannot wait for signals") : fd;
}

/* struct settings - the command line and the file together */
struct settings {
	const char *root;
	const char *address;
	struct layers_options layers;
	struct profiles profiles;
};

static int set_all(struct settings *s, const struct config *c, struct error *e)
{
	const char *name = profile ?: c->profile ?: "host";

	s->root = root ?: c->root ?: ROOT;
	s->address = address ?: c->address ?: ADDRESS;
	s->layers.content = content ?: c->content ?: CONTENT;
	s->layers.mount_tar = mount_tar ?: c->mount_tar ?: "mount.tar";
	s->layers.mounter = mounter;
	s->layers.note = note;
	s->profiles.rules = c->rules;
	s->profiles.count = c->count;
	if (!record_profile_parse(name, &s->profiles.other))
		return 0;
	return error_set(e, -EINVAL,
			 "--profile must be host or tardev, not '%s'", name);
}

static int serve(struct service *service, const char *address, int signals,
		 struct error *e)
{
	const struct rpc_options rpc = {
		.address = address,
		.methods = service_methods,
		.service = service,
		.workers = {
			[RPC_QUICK] = 4,
			[RPC_MOUNT] = 8,
			[RPC_LONG] = 4,
		},
	};
	struct rpc_server *server;
	int err;

	err = rpc_server_new(&server, &rpc, e);
	if (err)
		return err;
	rpc_notify("READY=1");
	err = rpc_server_run(server, signals, e);
	rpc_notify("STOPPING=1");
	/* a worker that does not end uses everything; the state is safe as it is */
	if (err == -ETIMEDOUT)
		_exit(cli_fail(&cli, e));
	rpc_server_free(server);
	return err;
}

static int run(const struct settings *s, int signals, struct error *e)
{
	struct service service = { .profiles = &s->profiles };
	int err;

	err = store_open(&service.store, s->root, note, e);
	if (err)
		return err;
	err = layers_new(&service.layers, service.store, &s->layers, e);
	if (err)
		goto close_store;
	err = layers_restore(service.layers, note, e);
	if (!err)
		err = serve(&service, s->address, signals, e);
	layers_free(service.layers);
close_store:
	store_close(service.store);
	return err;
}

int main(int argc, char **argv)
{
	struct config config = { 0 };
	struct settings settings = { 0 };
	struct error e;
	int signals, err = 0;

	cli_begin(&cli);
	cli_parse(&cli, argc, argv);
	if (file)
		err = config_read(&config, file, &e);
	if (!err && set_all(&settings, &config, &e))
		cli_usage(&cli, "%s", e.text);
	umask(022);
	if (!err) {
		signals = open_signals(&e);
		err = signals < 0 ? signals : run(&settings, signals, &e);
	}
	config_free(&config);
	return cli_finish(&cli, err ? cli_fail(&cli, &e) : 0);
}
