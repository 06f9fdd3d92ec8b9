// SPDX-License-Identifier: GPL-2.0
/*
 * Positions in a directory: reading from a position returns each following
 * entry once, also while other processes read the directory.
 *
 *	position_test FORMAT
 *
 * Needs the disk plain.FORMAT; big/ has entry-00000 to entry-04999.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest.h"

#define FOLDER		"/mnt/big"
#define ENTRIES		5002		/* with "." and ".." */
#define ONE		40		/* bytes: room for one entry */
#define READERS		4
#define STRIDE		1811		/* coprime to ENTRIES */

/* entry i is between positions i and i + 1 */
static long long positions[ENTRIES + 1];
static char names[ENTRIES][16];

static int open_folder(void)
{
	int fd = open(FOLDER, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		give_up("cannot open the directory");
	return fd;
}

static long read_entries(int fd, void *buf, size_t size)
{
	return syscall(SYS_getdents64, fd, buf, size);
}

/* the number of an entry, 0 and 1 for "." and ".."; -1 if there is none */
static int number_of(const char *name)
{
	int i, len;

	if (!strcmp(name, ".") || !strcmp(name, ".."))
		return !!name[1];
	if (sscanf(name, "entry-%5d%n", &i, &len) != 1 || name[len] ||
	    i < 0 || i >= ENTRIES - 2)
		return -1;
	return i + 2;
}

/* fill positions and names, entry by entry */
static bool list(void)
{
	_Alignas(8) char buf[ONE];
	struct entry *de = (void *)buf;
	int fd = open_folder(), i;

	for (i = 0; i < ENTRIES; i++) {
		if (read_entries(fd, buf, sizeof(buf)) <= 0)
			break;
		snprintf(names[i], sizeof(*names), "%s", de->name);
		positions[i + 1] = de->off;
	}
	i += read_entries(fd, buf, sizeof(buf)) != 0;
	close(fd);
	return i == ENTRIES;
}

static bool is_entry(int i, const struct entry *de)
{
	return i < ENTRIES && !strcmp(de->name, names[i]) &&
	       de->off == positions[i + 1];
}

/* read one entry at each position, in an order that @first determines */
static int wrong_positions(unsigned int first)
{
	_Alignas(8) char buf[ONE];
	int fd = open_folder(), i, wrong = 0;
	unsigned int n;
	long len;

	for (n = 0; n < ENTRIES; n++) {
		i = (first + n * STRIDE) % ENTRIES;
		if (lseek(fd, positions[i], SEEK_SET) != positions[i])
			wrong++;
		len = read_entries(fd, buf, sizeof(buf));
		wrong += len <= 0 || !is_entry(i, (void *)buf);
	}
	close(fd);
	return wrong;
}

/* read all entries from position @i on; false unless they are the right ones */
static bool rest_is_right(int fd, int i)
{
	static _Alignas(8) char buf[32768];
	struct entry *de;
	long len, at;

	if (lseek(fd, positions[i], SEEK_SET) < 0)
		return false;
	while ((len = read_entries(fd, buf, sizeof(buf))) > 0)
		for (at = 0; at < len; at += de->reclen, i++) {
			de = (void *)(buf + at);
			if (!is_entry(i, de))
				return false;
		}
	return !len && i == ENTRIES;
}

static void test_one_reader(void)
{
	int fd = open_folder(), i, wrong = 0;

	ok(!wrong_positions(0), "from each position on its entry comes first");
	for (i = 0; i <= ENTRIES; i += 97)
		wrong += !rest_is_right(fd, i);
	wrong += !rest_is_right(fd, ENTRIES);
	ok(!wrong, "from a position on all the others come once");
	close(fd);
}

/* wait for all children; Return: how many did not exit with 0 */
static int failures(void)
{
	int status, failed = 0;

	while (wait(&status) > 0)
		failed += !!status;
	return failed;
}

static void test_readers(void)
{
	unsigned int i;

	for (i = 0; i < READERS; i++)
		if (!fork())
			_exit(!!wrong_positions(i * ENTRIES / READERS));
	for (i = 0; i < 10; i++)
		drop_caches();
	ok(!failures(), "also when %d read, and the caches are dropped",
	   READERS);
}

/* count the entries read through a descriptor that other processes share */
static bool count_share(int fd, int *seen)
{
	_Alignas(8) char buf[256];
	struct entry *de;
	long len, at;
	int i;

	while ((len = read_entries(fd, buf, sizeof(buf))) > 0)
		for (at = 0; at < len; at += de->reclen) {
			de = (void *)(buf + at);
			i = number_of(de->name);
			if (i < 0)
				return false;
			__atomic_fetch_add(&seen[i], 1, __ATOMIC_RELAXED);
		}
	return !len;
}

static void test_shared(void)
{
	int *seen = mmap(NULL, ENTRIES * sizeof(*seen), PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int fd = open_folder(), i, wrong = 0;

	if (seen == MAP_FAILED)
		give_up("no memory to count in");
	drop_caches();
	for (i = 0; i < READERS; i++)
		if (!fork())
			_exit(!count_share(fd, seen));
	wrong = failures();
	for (i = 0; i < ENTRIES; i++)
		wrong += seen[i] != 1;
	ok(!wrong, "%d that share an open directory get every entry once",
	   READERS);
	munmap(seen, ENTRIES * sizeof(*seen));
	close(fd);
}

/* is a forged position harmless: one of the entries behind it, or the end? */
static bool is_harmless(int fd, long long position)
{
	_Alignas(8) char buf[ONE];
	struct entry *de = (void *)buf;
	long len;
	int i;

	if (lseek(fd, position, SEEK_SET) != position)
		return false;
	len = read_entries(fd, buf, sizeof(buf));
	if (len <= 0)
		return !len;
	for (i = 0; i < ENTRIES; i++)
		if (is_entry(i, de))
			return positions[i + 1] > position;
	return false;
}

static void test_made_up(void)
{
	long long end = positions[ENTRIES];
	int fd = open_folder(), i, wrong = 0;
	unsigned int seed = 1;

	for (i = 0; i < 2000; i++)
		wrong += !is_harmless(fd, rand_r(&seed) % (2 * end));
	ok(!wrong, "made-up positions lead to entries or to the end");
	for (wrong = 0, i = 20; i <= 63; i++)
		wrong += !is_harmless(fd, (1ULL << i) - 1);
	ok(!wrong, "so do those far away");
	ok(lseek(fd, -1, SEEK_SET) < 0 && errno == EINVAL,
	   "there are none below zero");
	close(fd);
}

int main(int argc, char **argv)
{
	char image[32];

	if (argc != 2)
		return 2;
	setlinebuf(stdout);
	snprintf(image, sizeof(image), "plain.%s", argv[1]);
	mark_log();
	must_mount(disk(image), "/mnt");
	if (ok(list(), "a buffer for one entry lists all")) {
		test_one_reader();
		test_readers();
		test_shared();
		test_made_up();
	}
	ok(!unmount("/mnt"), "unmounts");
	ok(!log_lines("tarfs ("), "the kernel's log has no complaint");
	return tap_done();
}
