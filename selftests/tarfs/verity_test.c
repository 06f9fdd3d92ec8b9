// SPDX-License-Identifier: GPL-2.0
/*
 * Images with one flipped bit on dm-verity: data are right, or EIO.
 *
 *	verity_test IMAGE
 *
 * Needs the files IMAGE and IMAGE.manifest.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "corrupt.h"
#include "guest.h"
#include "tree.h"

#define FLIPS		64
#define BLOCK		4096

static char manifest[64];
static struct verity_image layer;

/* is all of the device readable? */
static bool reads_whole(const char *device)
{
	static char buf[1 << 16];
	int fd = open(device, O_RDONLY | O_CLOEXEC);
	ssize_t len;

	while ((len = read(fd, buf, sizeof(buf))) > 0)
		;
	close(fd);
	return !len;
}

/* Return: what is wrong, or NULL; *noticed: something was refused */
static const char *judge(const char *device, bool *noticed)
{
	static struct tree_result result;
	int err = try_mount(device, "/mnt", "");

	*noticed = true;
	if (err)
		return err == EIO ? NULL : "mount fails, but not with EIO";
	compare_tree("/mnt", manifest, &result);
	*noticed = result.errors;
	leave("/mnt");
	return tree_wrong(&result) ? "something else is read" : NULL;
}

/* flip a bit; Return: whether something was refused */
static bool test_flip(off_t offset, int bit)
{
	unsigned char byte;
	char loop[32], device[32];
	const char *fault = NULL;
	bool noticed = true;
	int fd = open(VICTIM, O_RDONLY | O_CLOEXEC);

	if (pread(fd, &byte, 1, offset) != 1)
		give_up("cannot read the image");
	close(fd);
	byte ^= 1 << bit;
	swap_bytes(offset, &byte, 1);
	attach_loop(VICTIM, 0, loop);
	errno = set_up_verity(loop, &layer, device);
	if (errno)
		give_up("cannot set up dm-verity");
	fault = judge(device, &noticed);
	if (!fault && reads_whole(device))
		fault = "dm-verity does not notice";
	remove_verity();
	detach_loop(loop);
	swap_bytes(offset, &byte, 1);
	if (!ok(!fault, "bit %d of byte %lld is flipped: %s", bit,
		(long long)offset, noticed ? "EIO" : "not read"))
		printf("# %s\n", fault);
	return noticed;
}

int main(int argc, char **argv)
{
	unsigned int seed = 1;
	int i, noticed = 0;
	off_t size;

	if (argc != 2)
		return 2;
	setlinebuf(stdout);
	snprintf(manifest, sizeof(manifest), "%s.manifest", argv[1]);
	find_image(argv[1], &layer);
	/* nothing protects the last block, the trailer */
	size = take_victim(argv[1]) - BLOCK;
	for (i = 0; i < FLIPS; i++)
		noticed += test_flip(size * i / FLIPS + rand_r(&seed) %
				     (size / FLIPS), rand_r(&seed) % 8);
	test_flip(layer.data_size - 512, 0);
	test_flip(layer.data_size, 0);
	ok(noticed > FLIPS / 4, "much of it is read: %d of %d are noticed",
	   noticed, FLIPS);
	return tap_done();
}
