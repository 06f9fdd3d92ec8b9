// SPDX-License-Identifier: GPL-2.0
/*
 * The agent: PID 1 of the guest.  Runs the pod that the kernel command line
 * names, or nothing of it, and switches the machine off.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/reboot.h>
#include <termios.h>
#include <unistd.h>

#include "cmdline.h"
#include "devices.h"
#include "layers.h"
#include "mountpoints.h"
#include "podspec.h"
#include "report.h"
#include "runtime.h"
#include "scratch.h"
#include "show.h"
#include "storage.h"

struct agent {
	struct cmdline cmdline;
	struct podspec *spec;
	struct disks disks;
	double deadline;		/* for disks to appear */
	struct scratch scratch;
	struct layers layers;
	struct storage storage;
	struct running running[PODSPEC_CONTAINERS_MAX];
};

/* what is to run */
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

static void report_end(const struct running *r)
{
	report_status(r->container->id, r->status);
}

/* no container is started before all are created */
static int run_containers(struct agent *a, struct error *e)
{
	size_t i, count = a->spec->container_count;
	int err;

	for (i = 0; i < count; i++) {
		err = mountpoints_check(&a->spec->containers[i], e);
		if (err)
			return err;
	}
	for (i = 0; i < count; i++) {
		err = runtime_create(&a->running[i], &a->spec->containers[i],
				     e);
		if (err)
			return err;
	}
	for (i = 0; i < count; i++) {
		err = runtime_start(&a->running[i], e);
		if (err)
			return err;
	}
	return runtime_wait(a->running, count, report_end, e);
}

static int run_pod(struct agent *a, struct error *e)
{
	int err;

	err = find_pod(a, e);
	if (err)
		return err;
	err = scratch_setup(&a->scratch, a->spec, &a->disks, a->deadline, e);
	if (err)
		return err;
	err = layers_mount(&a->layers, a->spec, &a->disks, a->deadline, e);
	if (err)
		return err;
	err = storage_setup(&a->storage, a->spec, e);
	if (err)
		return err;
	if (a->cmdline.verbose)
		show_pod(&a->layers);
	return run_containers(a, e);
}

static void switch_off(void)
{
	sync();
	fflush(NULL);
	tcdrain(STDOUT_FILENO);
	reboot(RB_POWER_OFF);
}

int main(void)
{
	static struct agent agent;
	struct error e;

	/* there is no udev here: libdevmapper makes the nodes itself */
	setenv("DM_DISABLE_UDEV", "1", 1);
	if (run_pod(&agent, &e))
		report_error(&e);
	runtime_kill_all();
	if (storage_teardown(&agent.storage, &e))
		report_error(&e);
	if (layers_unmount(&agent.layers, &e))
		report_error(&e);
	if (scratch_teardown(&agent.scratch, &e))
		report_error(&e);
	switch_off();
	return 1;	/* the machine should be off */
}
