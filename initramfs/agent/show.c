// SPDX-License-Identifier: GPL-2.0
/*
 * What tarfs.verbose shows: layers, mappings and mounts as they are.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <fcntl.h>
#include <inttypes.h>
#include <libdevmapper.h>
#include <mntent.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "show.h"

#define BUSYBOX		"/bin/busybox"
#define TAR_LINES	8

static void show_layers(const struct layers *layers)
{
	const struct podspec *spec = layers->spec;
	char hex[SHA256_HEX_SIZE];
	size_t i;

	printf("== layers, found by their content\n");
	for (i = 0; i < spec->layer_count; i++) {
		sha256_to_hex(spec->layers[i].root, hex);
		printf("%s: root hash %s on %s, %" PRIu64 " blocks\n",
		       spec->layers[i].name, hex, layers->list[i].path,
		       layers->list[i].geometry.data_blocks);
	}
}

/* as "dmsetup table" does */
static void show_table(const char *name)
{
	struct dm_task *task = dm_task_create(DM_DEVICE_TABLE);
	char *type = NULL, *params = NULL;
	uint64_t start, length;

	if (!task)
		return;
	if (dm_task_set_name(task, name) && dm_task_run(task)) {
		dm_get_next_target(task, NULL, &start, &length, &type, &params);
		if (type && params)
			printf("%s: %" PRIu64 " %" PRIu64 " %s %s\n", name,
			       start, length, type, params);
	}
	dm_task_destroy(task);
}

/* standard output of "busybox tar tf <device>"; NULL if there is no busybox */
static FILE *open_tar(const char *device, pid_t *pid)
{
	int pipes[2];

	if (access(BUSYBOX, X_OK) || pipe2(pipes, O_CLOEXEC))
		return NULL;
	*pid = fork();
	if (!*pid) {
		dup2(pipes[1], STDOUT_FILENO);
		execl(BUSYBOX, "busybox", "tar", "tf", device, NULL);
		_exit(127);
	}
	close(pipes[1]);
	if (*pid > 0)
		return fdopen(pipes[0], "r");
	close(pipes[0]);
	return NULL;
}

/* the layer is a tar still, and any tar reads it from the mapping */
static void show_tar(const char *name)
{
	char device[128], line[1024];
	FILE *tar;
	pid_t pid;
	int i;

	snprintf(device, sizeof(device), LAYERS_MAPPER "%s", name);
	tar = open_tar(device, &pid);
	if (!tar)
		return;
	printf("== tar tf %s\n", device);
	for (i = 0; i < TAR_LINES && fgets(line, sizeof(line), tar); i++)
		printf("%s", line);
	if (fgets(line, sizeof(line), tar))
		printf("...\n");
	fclose(tar);
	waitpid(pid, NULL, 0);
}

static void show_mounts(void)
{
	FILE *mounts = setmntent("/proc/self/mounts", "re");
	struct mntent *m;

	if (!mounts)
		return;
	printf("== mounts\n");
	while ((m = getmntent(mounts)))
		if (!strcmp(m->mnt_type, "tar") ||
		    !strcmp(m->mnt_type, "overlay"))
			printf("%s on %s type %s (%s)\n", m->mnt_fsname,
			       m->mnt_dir, m->mnt_type, m->mnt_opts);
	endmntent(mounts);
}

void show_pod(const struct layers *layers)
{
	const struct podspec *spec = layers->spec;
	size_t i;

	show_layers(layers);
	printf("== dmsetup table\n");
	for (i = 0; i < spec->layer_count; i++)
		show_table(spec->layers[i].name);
	dm_lib_release();	/* its descriptor is not for children */
	for (i = 0; i < spec->layer_count; i++)
		show_tar(spec->layers[i].name);
	show_mounts();
	printf("== output of the pod\n");
	fflush(stdout);
}
