// SPDX-License-Identifier: GPL-2.0
/*
 * Print the layers, mappings and mounts that are in use, for tarfs.verbose.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <inttypes.h>
#include <libdevmapper.h>
#include <mntent.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "show.h"
#include "stream/tar_header.h"
#include "stream/tar_number.h"

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

/* print the table of a mapping, as "dmsetup table" does */
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

/* replace bytes that could control a terminal by '?' */
static void show_name(const char *name, size_t size)
{
	size_t i;

	for (i = 0; i < size && name[i]; i++)
		putchar(name[i] < ' ' || name[i] > '~' ? '?' : name[i]);
}

/* read a header and skip the member's data; false at the end of the tar */
static bool next_member(FILE *tar, struct tar_header *h)
{
	int64_t size;

	return fread(h, sizeof(*h), 1, tar) == 1 &&
	       (tar_header_is_ustar(h) || tar_header_is_gnu(h)) &&
	       !tar_number(h->size, sizeof(h->size), &size) && size >= 0 &&
	       !fseeko(tar, size + tar_padding(size), SEEK_CUR);
}

/* list members of the tar that the mapping begins with */
static void show_tar(const char *name)
{
	struct tar_header h;
	char device[128];
	FILE *tar;
	int shown = 0;

	snprintf(device, sizeof(device), LAYERS_MAPPER "%s", name);
	tar = fopen(device, "re");
	if (!tar)
		return;
	printf("== the tar on %s\n", device);
	while (shown < TAR_LINES && next_member(tar, &h)) {
		if (h.type == TAR_PAX || h.type == TAR_PAX_GLOBAL)
			continue;
		show_name(h.name, sizeof(h.name));
		printf("\n");
		shown++;
	}
	if (next_member(tar, &h))
		printf("...\n");
	fclose(tar);
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
	dm_lib_release();	/* keep its descriptor from children */
	for (i = 0; i < spec->layer_count; i++)
		show_tar(spec->layers[i].name);
	show_mounts();
	printf("== pod\n");
	fflush(stdout);
}

void show_memory(void)
{
	FILE *status = fopen("/proc/self/status", "re");
	char line[128];

	if (!status)
		return;
	printf("== memory of the agent\n");
	while (fgets(line, sizeof(line), status))
		if (!strncmp(line, "VmHWM:", 6) || !strncmp(line, "VmRSS:", 6))
			printf("%s", line);
	fclose(status);
	fflush(stdout);
}
