// SPDX-License-Identifier: GPL-2.0
/*
 * The agent, PID 1 of the guest: run the pod that the kernel command line
 * names, or refuse it as a whole, and power off.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "disks/devices.h"
#include "layers/layers.h"
#include "layers/pull.h"
#include "machine/machine.h"
#include "machine/stop.h"
#include "pod/cmdline.h"
#include "pod/podspec.h"
#include "report.h"
#include "run/mountpoints.h"
#include "run/rootfs.h"
#include "run/runtime.h"
#include "run/supervise.h"
#include "scratch/scratch.h"
#include "show.h"

#define STATUS_AGENT	125	/* the agent failed; as in container engines */

struct agent {
	struct cmdline cmdline;
	struct stop stop;
	struct podspec *spec;
	struct disks disks;
	double deadline;		/* when to stop waiting for disks */
	struct scratch scratch;
	struct pull pull;
	struct layers layers;
	struct rootfs_stack rootfs;
	struct running running[PODSPEC_CONTAINERS_MAX];
	bool started;
};

/* parse the command line, then find and parse the pod spec */
static int find_pod(struct agent *a, struct error *e)
{
	char *text;
	size_t len;
	int err;

	err = cmdline_read(&a->cmdline, e);
	if (err)
		return err;
	a->deadline = disks_deadline(a->cmdline.timeout);
	err = devices_find_pod(&a->disks, a->cmdline.pod, a->deadline, &text,
			       &len, e);
	if (err)
		return err;
	err = podspec_parse(text, len, &a->spec, e);
	free(text);
	return err;
}

static void tell_end(const struct running *r)
{
	report_status(r->container->id, r->status, r->signal);
}

static int create_containers(struct agent *a, struct error *e)
{
	const struct podspec *spec = a->spec;
	size_t i;
	int err = 0;

	for (i = 0; !err && i < spec->container_count; i++)
		err = mountpoints_check(&spec->containers[i], e);
	for (i = 0; !err && i < spec->container_count; i++)
		err = runtime_create(&a->running[i], &spec->containers[i], e);
	return err;
}

/* create all containers before starting any */
static int run_containers(struct agent *a, struct error *e)
{
	const struct supervisor s = {
		.r = a->running, .count = a->spec->container_count,
		.stop = &a->stop, .grace = a->cmdline.grace,
		.show_output = a->cmdline.show_output,
		.ended = tell_end,
	};
	const char *who;
	size_t i;
	int err;

	err = create_containers(a, e);
	if (err)
		return err;
	who = stop_asked(&a->stop);
	if (who)
		return error_set(e, -ECANCELED,
			"asked to end by %s before anything ran", who);
	a->started = true;
	for (i = 0; i < s.count; i++) {
		err = runtime_start(&a->running[i], e);
		if (err)
			return err;
	}
	if (a->cmdline.verbose)
		show_memory();
	return supervise(&s, e);
}

static int run_pod(struct agent *a, struct error *e)
{
	int err;

	err = stop_open(&a->stop, e);
	if (err)
		return err;
	err = find_pod(a, e);
	if (err)
		return err;
	err = scratch_setup(&a->scratch, a->spec, &a->disks, a->deadline, e);
	if (err)
		return err;
	err = pull_layers(&a->pull, a->spec, &a->disks, a->deadline, e);
	if (!err)
		err = layers_mount(&a->layers, a->spec, &a->pull, &a->disks,
				   a->deadline, e);
	pull_release(&a->pull);
	if (err)
		return err;
	err = rootfs_setup(&a->rootfs, a->spec, e);
	if (err)
		return err;
	if (a->cmdline.verbose)
		show_pod(&a->layers);
	return run_containers(a, e);
}

static void report_failure(int err, const struct error *e, bool *failed)
{
	if (!err)
		return;
	report_error(e);
	*failed = true;
}

/* tear down the pod, the containers' processes first */
static void end_pod(struct agent *a, bool *failed)
{
	struct error e;

	machine_kill_all();
	report_failure(rootfs_teardown(&a->rootfs, &e), &e, failed);
	report_failure(layers_unmount(&a->layers, &e), &e, failed);
	report_failure(scratch_teardown(&a->scratch, &e), &e, failed);
}

/* return the status of the first container that failed, or 0 */
static int pod_status(const struct agent *a)
{
	size_t i;

	for (i = 0; i < a->spec->container_count; i++)
		if (a->running[i].status)
			return a->running[i].status;
	return 0;
}

/* report the end to the host; return the status for the emulator */
static int report_pod_end(const struct agent *a, bool failed)
{
	int status = STATUS_AGENT;

	if (a->started && !failed)
		status = pod_status(a);
	report_end(!a->started ? REPORT_REFUSED :
		   failed ? REPORT_FAILED : REPORT_ENDED, status);
	return status;
}

int main(void)
{
	static struct agent agent;
	bool failed = false;
	struct error e;

	/* there is no udev: let libdevmapper create the nodes */
	setenv("DM_DISABLE_UDEV", "1", 1);
	report_failure(run_pod(&agent, &e), &e, &failed);
	end_pod(&agent, &failed);
	machine_end(report_pod_end(&agent, failed), agent.cmdline.debug_exit);
	return 1;	/* reached only if powering off failed */
}
