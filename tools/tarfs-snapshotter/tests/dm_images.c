// SPDX-License-Identifier: GPL-2.0
/*
 * Damaged images, trailers that lie, and records of other images.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dm_kit.h"
#include "verity/verity.h"

#define COPY	STATE "/copy"
#define TARGET	STATE "/target"
#define FILE_SIZE	100000
#define BLOCK	4096
#define COUNT(rows)	(sizeof(rows) / sizeof((rows)[0]))

static struct record_image image;
static char *original;

static int try_mount(const struct record_image *claimed)
{
	const struct mounting m = {
		.image		= claimed,
		.path		= COPY,
		.target		= TARGET,
		.dir		= STATE "/mounts",
	};

	return mounter_dm.mount(&m, &e);
}

/* return how many blocks cannot be read, or -1 if one has wrong bytes */
static int read_file(const char *path)
{
	char found[BLOCK], want[BLOCK];
	int fd = open(path, O_RDONLY | O_CLOEXEC), failed = 0;
	ssize_t len, full;
	off_t at;

	if (fd < 0)
		return errno == EIO ? FILE_SIZE / BLOCK + 1 : -1;
	memset(want, 'x', sizeof(want));
	for (at = 0; at < FILE_SIZE; at += BLOCK) {
		full = FILE_SIZE - at < BLOCK ? FILE_SIZE - at : BLOCK;
		len = pread(fd, found, BLOCK, at);
		if (len < 0 && errno == EIO)
			failed++;
		else if (len != full || memcmp(found, want, len))
			break;
	}
	close(fd);
	return at < FILE_SIZE ? -1 : failed;
}

static void write_at(off_t at, const void *data, size_t len)
{
	int fd = open(COPY, O_WRONLY | O_CLOEXEC);

	must(fd < 0 || pwrite(fd, data, len, at) != len);
	close(fd);
}

static void flip_bit(off_t at)
{
	int fd = open(COPY, O_RDWR | O_CLOEXEC);
	char byte;

	must(fd < 0 || pread(fd, &byte, 1, at) != 1);
	byte ^= 0x10;
	must(pwrite(fd, &byte, 1, at) != 1);
	close(fd);
}

/*
 * Wait until all is gone: some kernels log a fault of theirs if the last user of a
 * slab cache goes while another comes.
 */
static int unmount(void)
{
	return umount(TARGET) || !settles(0, 0);
}

static void test_bits(void)
{
	int refused = 0, failed = 0, wrong = 0, good = 0, bad;
	off_t at;

	for (at = 0; at < image.size; at += BLOCK) {
		flip_bit(at + 100);
		if (try_mount(&image)) {
			refused++;
		} else {
			bad = read_file(TARGET "/f");
			wrong += bad < 0;
			failed += bad > 0;
			good += !bad;
			unmount();
		}
		flip_bit(at + 100);
	}
	claim(!wrong, "a flipped bit in any of %llu blocks: never wrong bytes",
	      (unsigned long long)image.size / BLOCK);
	claim(refused >= 2 && failed >= FILE_SIZE / BLOCK,
	      "but %d refused, %d unreadable, %d not needed", refused, failed,
	      good);
	claim(settles(0, 0), "and nothing is left");
}

static void test_trailers(void)
{
	uint8_t was[512], trailer[512];
	const uint64_t lies[] = { 0, 1, image.data_blocks - 1,
				  image.data_blocks + 1, 1ULL << 52,
				  UINT64_MAX };
	int fd = open(COPY, O_RDONLY | O_CLOEXEC);
	size_t i;

	must(pread(fd, was, sizeof(was), image.size - sizeof(was)) !=
	     sizeof(was));
	close(fd);
	for (i = 0; i < COUNT(lies); i++) {
		verity_trailer_fill(trailer, lies[i]);
		write_at(image.size - sizeof(trailer), trailer,
			 sizeof(trailer));
		claim(!try_mount(&image) && !read_file(TARGET "/f") &&
		      !unmount(), "a trailer that says %llu blocks is harmless",
		      (unsigned long long)lies[i]);
	}
	write_at(image.size - sizeof(was), was, sizeof(was));
}

static void test_records(void)
{
	const uint64_t lies[] = { 0, 1, image.data_blocks - 1,
				  image.data_blocks + 1, image.size / BLOCK,
				  1ULL << 52, UINT64_MAX };
	struct record_image other = image;
	size_t i;

	for (i = 0; i < COUNT(lies); i++) {
		other.data_blocks = lies[i];
		claim(try_mount(&other) == -EIO && settles(0, 0),
		      "a record of %llu blocks: %s", (unsigned long long)lies[i],
		      e.text);
	}
	other = image;
	other.root_hash[5] = other.root_hash[5] == '0' ? '1' : '0';
	claim(try_mount(&other) == -EIO && settles(0, 0),
	      "a record of another root hash: %s", e.text);
}

/* a block of data that is no file system, and its root hash */
static void test_other_data(void)
{
	const struct verity_geometry g = { 1, 1, 0 };
	struct record_image other = image;
	uint8_t root[SHA256_SIZE];
	int fd;

	must(sh("head -c 8192 /dev/zero | tr '\\0' y > " COPY));
	fd = open(COPY, O_RDONLY | O_CLOEXEC);
	must(verity_root_read(fd, COPY, &g, root, &e));
	close(fd);
	sha256_to_hex(root, other.root_hash);
	other.data_blocks = 1;
	claim(try_mount(&other) == -EIO && settles(0, 0),
	      "what the driver refuses: %s", e.text);
	unlink(COPY);
	claim(try_mount(&other) == -EIO && settles(0, 0), "no image: %s", e.text);
}

void test_images(void)
{
	make_layer("i1", "", "head -c 100000 /dev/zero | tr '\\0' x > f");
	must(view("iv", "i1", NULL));
	image = image_of("i1");
	original = path_of("i1");
	must(sh("cp %s " COPY, original));
	drop("iv");
	drop("i1");
	must(!settles(0, 0) || mkdir(TARGET, 0755));
	claim(!try_mount(&image) && mounter_dm.is_alive(TARGET) &&
	      !read_file(TARGET "/f") && !unmount() &&
	      !mounter_dm.is_alive(TARGET), "an image that is as it was");
	test_bits();
	test_trailers();
	test_records();
	test_other_data();
	free(original);
}
