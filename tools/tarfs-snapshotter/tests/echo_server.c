// SPDX-License-Identifier: GPL-2.0
/*
 * A service for rpc_test.py: methods that return what they get, fail, wait.
 *
 * Copyright (C) 2026 The tarfs authors
 *
 * usage: echo_server SOCKET
 */
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "rpc/rpc.h"
#include "snapshotter.pb-c.h"

static atomic_uint running, most;

/* return the key, the namespace and the labels of the request */
static enum rpc_code echo(struct rpc_call *call, void *service,
			  const void *message, struct error *e)
{
	const Tarfs__CreateRequest *request = message;
	Tarfs__Info info = TARFS__INFO__INIT;

	info.name = request->key;
	info.parent = (char *)rpc_namespace(call);
	info.labels = request->labels;
	info.n_labels = request->n_labels;
	return rpc_reply(call, &info.base, e);
}

/* fail with the code that the key says, and the parent as the text */
static enum rpc_code fail(struct rpc_call *call, void *service,
			  const void *message, struct error *e)
{
	const Tarfs__CreateRequest *request = message;

	snprintf(e->text, sizeof(e->text), "%s", request->parent);
	return atoi(request->key);
}

/* answer as often as the key says, with a text as long as the parent says */
static enum rpc_code repeat(struct rpc_call *call, void *service,
			    const void *message, struct error *e)
{
	const Tarfs__CreateRequest *request = message;
	size_t len = strtoul(request->parent, NULL, 10);
	int i, count = atoi(request->key);
	Tarfs__Info info = TARFS__INFO__INIT;
	enum rpc_code code = RPC_OK;

	info.name = malloc(len + 1);
	if (!info.name)
		return RPC_RESOURCE_EXHAUSTED;
	memset(info.name, 'x', len);
	info.name[len] = 0;
	for (i = 0; code == RPC_OK && i < count; i++)
		code = rpc_reply(call, &info.base, e);
	free(info.name);
	return code;
}

static void count_in(void)
{
	unsigned int now = atomic_fetch_add(&running, 1) + 1;
	unsigned int seen = atomic_load(&most);

	while (now > seen && !atomic_compare_exchange_weak(&most, &seen, now))
		;
}

/* wait for as many ms as the key says, or until cancelled */
static enum rpc_code wait_for(struct rpc_call *call, void *service,
			      const void *message, struct error *e)
{
	const Tarfs__CreateRequest *request = message;
	int ms = atoi(request->key);

	count_in();
	while (ms-- > 0 && !rpc_cancelled(call))
		usleep(1000);
	atomic_fetch_sub(&running, 1);
	if (!rpc_cancelled(call))
		return echo(call, service, message, e);
	error_set(e, -ECANCELED, "cancelled");
	return RPC_CANCELLED;
}

/* how many waited at once, and how many do */
static enum rpc_code count(struct rpc_call *call, void *service,
			   const void *message, struct error *e)
{
	Tarfs__UsageResponse reply = TARFS__USAGE_RESPONSE__INIT;

	reply.size = atomic_load(&most);
	reply.inodes = atomic_load(&running);
	return rpc_reply(call, &reply.base, e);
}

static const struct rpc_method methods[] = {
	{ "/test/Echo", &tarfs__create_request__descriptor, RPC_QUICK, echo },
	{ "/test/Fail", &tarfs__create_request__descriptor, RPC_QUICK, fail },
	{ "/test/Repeat", &tarfs__create_request__descriptor, RPC_QUICK,
	  repeat },
	{ "/test/Wait", &tarfs__create_request__descriptor, RPC_LONG,
	  wait_for },
	{ "/test/Count", &tarfs__create_request__descriptor, RPC_QUICK, count },
	{ }
};

static int block_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int main(int argc, char **argv)
{
	const struct rpc_options options = {
		.address = argv[1],
		.methods = methods,
		.workers = { [RPC_QUICK] = 4, [RPC_MOUNT] = 1, [RPC_LONG] = 8 },
	};
	struct rpc_server *server;
	struct error e;
	int signals = block_signals();
	int err;

	err = rpc_server_new(&server, &options, &e);
	if (!err) {
		rpc_notify("READY=1");
		err = rpc_server_run(server, signals, &e);
		if (err == -ETIMEDOUT)
			_exit(3);
		rpc_server_free(server);
	}
	if (err)
		fprintf(stderr, "echo_server: %s\n", e.text);
	close(signals);
	return err ? 1 : 0;
}
