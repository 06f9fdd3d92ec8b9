// SPDX-License-Identifier: GPL-2.0
/*
 * Block devices for images: parts of the disk, with or without dm-verity.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/dm-ioctl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "bench.h"

#define DISK		"/dev/ubda"
#define BLOCK_SECTORS	8
#define MAX_IMAGES	256

/* an ioctl of device-mapper with room for a table */
struct dm_request {
	struct dm_ioctl io;
	char room[1024];
};

const char *const medium_names[MEDIA] = {
	[RAW]		= "raw",
	[VERITY]	= "verity",
};

static struct image images[MAX_IMAGES];
static unsigned int image_count;

/* parse a line for each image: name, type, start, sectors, blocks, root hash */
void read_images(const char *file)
{
	FILE *f = fopen(file, "r");
	struct image *i;

	if (!f)
		give_up("cannot open %s", file);
	for (i = images; i < images + MAX_IMAGES; i++) {
		if (fscanf(f, "%31s %15s %" SCNu64 " %" SCNu64 " %" SCNu64
			   " %64s", i->name, i->fs, &i->start, &i->sectors,
			   &i->blocks, i->root) != 6)
			break;
	}
	if (!feof(f))
		give_up("too many images in %s", file);
	image_count = i - images;
	fclose(f);
}

const struct image *find_image(const char *name, const char *fs)
{
	unsigned int i;

	for (i = 0; i < image_count; i++) {
		if (!strcmp(images[i].name, name) &&
		    !strcmp(images[i].fs, fs))
			return &images[i];
	}
	return NULL;
}

static void dm_call(struct dm_request *request, unsigned long command)
{
	static int fd = -1;

	if (fd < 0)
		fd = open("/dev/mapper/control", O_RDWR | O_CLOEXEC);
	request->io.version[0] = DM_VERSION_MAJOR;
	request->io.data_size = sizeof(*request);
	request->io.data_start = sizeof(request->io);
	if (fd < 0 || ioctl(fd, command, request))
		give_up("device-mapper, %s", request->io.name);
}

static void dm_name(struct dm_request *request, enum medium medium,
		    unsigned int slot)
{
	memset(request, 0, sizeof(*request));
	snprintf(request->io.name, sizeof(request->io.name), "%s%u",
		 medium_names[medium], slot);
}

/* make a device of @sectors sectors: the target @type with @parameters */
static void dm_create(enum medium medium, unsigned int slot, uint64_t sectors,
		      const char *type, const char *parameters, char path[32])
{
	struct dm_request request;
	struct dm_target_spec *spec = (void *)request.room;

	dm_name(&request, medium, slot);
	request.io.flags = DM_READONLY_FLAG;
	dm_call(&request, DM_DEV_CREATE);
	snprintf(path, 32, "/dev/dm-%u", minor(request.io.dev));

	dm_name(&request, medium, slot);
	request.io.flags = DM_READONLY_FLAG;
	request.io.target_count = 1;
	spec->length = sectors;
	strcpy(spec->target_type, type);
	strcpy((char *)(spec + 1), parameters);
	dm_call(&request, DM_TABLE_LOAD);

	dm_name(&request, medium, slot);
	dm_call(&request, DM_DEV_SUSPEND);
}

void attach(const struct image *image, enum medium medium, unsigned int slot,
	    char path[32])
{
	char parameters[512];

	snprintf(parameters, sizeof(parameters), DISK " %" PRIu64,
		 image->start);
	dm_create(RAW, slot, image->sectors, "linear", parameters, path);
	if (medium == RAW)
		return;
	snprintf(parameters, sizeof(parameters), "1 %s %s 4096 4096 %" PRIu64
		 " %" PRIu64 " sha256 %s %064d", path, path, image->blocks,
		 image->blocks, image->root, 0);
	dm_create(VERITY, slot, image->blocks * BLOCK_SECTORS, "verity",
		  parameters, path);
}

void detach(enum medium medium, unsigned int slot)
{
	struct dm_request request;

	if (medium == VERITY) {
		dm_name(&request, VERITY, slot);
		dm_call(&request, DM_DEV_REMOVE);
	}
	dm_name(&request, RAW, slot);
	dm_call(&request, DM_DEV_REMOVE);
}
