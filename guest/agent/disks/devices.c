// SPDX-License-Identifier: GPL-2.0
/*
 * Identify disks by their content, never by where they are plugged.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "disks/devices.h"

#define POD_FIRST	'{'	/* the first character of a pod spec */

/* read exactly @len bytes at @offset */
static bool read_all(int fd, char *buf, size_t len, uint64_t offset)
{
	ssize_t part;
	size_t done;

	for (done = 0; done < len; done += part) {
		part = pread(fd, buf + done, len - done, offset + done);
		if (part <= 0)
			return false;
	}
	return true;
}

/* read a disk that begins like a pod spec; NULL if it does not, or on error */
static char *read_pod(int fd, uint64_t size)
{
	char *text = malloc(size + 1);

	if (text && read_all(fd, text, DEVICES_POD_BLOCK, 0) &&
	    text[0] == POD_FIRST &&
	    read_all(fd, text + DEVICES_POD_BLOCK, size - DEVICES_POD_BLOCK,
		     DEVICES_POD_BLOCK)) {
		text[size] = '\0';
		return text;
	}
	free(text);
	return NULL;
}

/* 1 if the content of @disk has the digest, 0 if not, or a negative errno */
static int try_pod(const struct disk *disk, const uint8_t *digest,
		   char **text, struct error *e)
{
	uint8_t have[SHA256_SIZE];
	int fd, err;

	if (disk->size > DEVICES_POD_MAX || disk->size % DEVICES_POD_BLOCK)
		return 0;
	fd = disk_open(disk);
	if (fd < 0)
		return 0;
	*text = read_pod(fd, disk->size);
	close(fd);
	if (!*text)
		return 0;
	err = sha256_buffer(*text, disk->size, have, e);
	if (!err && !memcmp(have, digest, sizeof(have)))
		return 1;
	free(*text);
	return err;
}

int devices_find_pod(struct disks *d, const uint8_t digest[SHA256_SIZE],
		     double deadline, char **text, size_t *len,
		     struct error *e)
{
	char hex[SHA256_HEX_SIZE];
	size_t i = 0;
	int found;

	do {
		found = disks_look(d, e);
		for (; !found && i < d->count; i++) {
			found = try_pod(&d->list[i], digest, text, e);
			*len = d->list[i].size;
		}
		if (found)
			return found < 0 ? found : 0;
	} while (disks_wait(deadline));
	sha256_to_hex(digest, hex);
	return error_set(e, -ENOENT,
		"no disk holds the pod spec with the digest sha256:%s (%zu disks were looked at)",
		hex, d->count);
}

/* an error only means that the disk is no image */
void devices_read_claim(struct disk *disk)
{
	struct error ignored;
	int fd = disk_open(disk);

	if (fd < 0)
		return;
	disk->is_image =
		!verity_geometry_read(fd, disk->path, &disk->geometry,
				      &ignored) &&
		!verity_root_read(fd, disk->path, &disk->geometry, disk->root,
				  &ignored);
	close(fd);
}

const struct disk *devices_next_image(struct disks *d,
				      const uint8_t root[SHA256_SIZE],
				      size_t *next)
{
	const struct disk *disk;

	for (; d->judged < d->count; d->judged++)
		devices_read_claim(&d->list[d->judged]);
	while (*next < d->count) {
		disk = &d->list[(*next)++];
		if (disk->is_image &&
		    !memcmp(disk->root, root, sizeof(disk->root)))
			return disk;
	}
	return NULL;
}

int devices_check_geometry(int fd, const struct verity_geometry *g,
			   const uint8_t root[SHA256_SIZE],
			   uint64_t data_blocks, struct error *e)
{
	if (g->data_blocks != data_blocks)
		return error_set(e, -EBADMSG,
			"the trailer says %" PRIu64 " data blocks, there must be %"
			PRIu64, g->data_blocks, data_blocks);
	return verity_edge_check(fd, "hash tree", g, root, e);
}

int devices_check_image(const struct disk *disk,
			const uint8_t root[SHA256_SIZE], uint64_t data_blocks,
			struct error *e)
{
	int fd, err;

	if (!disk->is_image)
		return error_set(e, -EBADMSG, "is not an image with a hash tree");
	fd = disk_open(disk);
	if (fd < 0)
		return error_set(e, -EBADMSG, "has been taken away");
	err = devices_check_geometry(fd, &disk->geometry, root, data_blocks, e);
	close(fd);
	return err;
}
