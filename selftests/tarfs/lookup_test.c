// SPDX-License-Identifier: GPL-2.0
/*
 * A lookup among a million names costs at most three requests, hit or miss, and
 * none when it is repeated.
 *
 *	lookup_test
 *
 * Needs the disk million, whose directory "many" has name-0000000 to
 * name-0999999.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "guest.h"
#include "trace.h"

#define ENTRIES		1000000
#define TRIES		50
#define BLOCK		4096
/* a block of buckets, a block of entries, and a cluster of inodes */
#define HIT_BYTES	(2 * BLOCK + 64 * 1024)

static int folder, device;

/* is name @number found or not, as it should be? */
static bool looks_up_well(unsigned int number)
{
	struct stat st;
	char name[32];
	int err = 0;

	snprintf(name, sizeof(name), "name-%07u", number);
	if (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW))
		err = errno;
	return err == (number < ENTRIES ? 0 : ENOENT);
}

/* requests of @count lookups, each with the device's page cache empty */
static struct requests cost_of(const unsigned int *numbers, unsigned int count,
			       struct requests *worst)
{
	struct requests sum = { 0 }, r;
	unsigned int i;

	*worst = sum;
	for (i = 0; i < count; i++) {
		drop_pages(device);
		new_requests();
		if (!looks_up_well(numbers[i]))
			give_up("name %u is not as it should be", numbers[i]);
		r = new_requests();
		sum.count += r.count;
		sum.bytes += r.bytes;
		if (r.count > worst->count)
			worst->count = r.count;
		if (r.bytes > worst->bytes)
			worst->bytes = r.bytes;
	}
	return sum;
}

static void test_hits(void)
{
	unsigned int numbers[TRIES], seed = 1, i;
	struct requests sum, worst;

	for (i = 0; i < TRIES; i++)
		numbers[i] = rand_r(&seed) % ENTRIES;
	sum = cost_of(numbers, TRIES, &worst);
	ok(worst.count <= 3 && worst.bytes <= HIT_BYTES,
	   "a hit costs %u requests and %llu bytes at most", worst.count,
	   (unsigned long long)worst.bytes);
	ok(sum.count >= TRIES, "the cache was cold: %u requests", sum.count);
	sum = cost_of(numbers, TRIES, &worst);
	ok(!sum.count, "the second time it costs none");
}

static void test_misses(void)
{
	unsigned int numbers[TRIES], seed = 2, i;
	struct requests sum, worst;

	for (i = 0; i < TRIES; i++)
		numbers[i] = ENTRIES + rand_r(&seed) % ENTRIES;
	sum = cost_of(numbers, TRIES, &worst);
	ok(worst.count <= 2 && worst.bytes <= 2 * BLOCK,
	   "a miss costs %u requests and %llu bytes at most", worst.count,
	   (unsigned long long)worst.bytes);
	ok(sum.count >= TRIES && sum.count < TRIES + TRIES / 10,
	   "most of them cost one: %u requests for %u", sum.count, TRIES);
	sum = cost_of(numbers, TRIES, &worst);
	ok(!sum.count, "the second time it costs none");
}

int main(void)
{
	setlinebuf(stdout);
	mark_log();
	must_mount(disk("million"), "/mnt");
	/* pin the directory and its dentries */
	folder = open("/mnt/many", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	device = open(disk("million"), O_RDONLY | O_CLOEXEC);
	if (folder < 0 || device < 0)
		give_up("cannot open the directory and the device");
	watch_requests(disk("million"));
	test_hits();
	test_misses();
	close(folder);
	close(device);
	ok(!unmount("/mnt"), "unmounts");
	ok(!log_lines("tarfs ("), "the kernel's log has no complaint");
	return tap_done();
}
