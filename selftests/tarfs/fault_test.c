// SPDX-License-Identifier: GPL-2.0
/*
 * Out of memory: each allocation of a mount, a lookup or a read fails once.
 * The call fails with ENOMEM or is right; the next try succeeds.
 *
 *	fault_test IMAGE
 *
 * Needs the disk IMAGE and a kernel with fault injection, such as the one that
 * scripts/debug-kernel builds.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "guest.h"

#define FAIL_NTH	"/proc/thread-self/fail-nth"
#define TRIES_MAX	2000
#define PATHS_MAX	200
#define ENOUGH		(256 * 1024)	/* bytes that are compared of a file */

/* struct answer - number of bytes that system calls returned, and a checksum */
struct answer {
	uint64_t len;
	uint64_t sum;
};

typedef int (*operation)(const char *path, struct answer *answer);

static struct answer due, got;
static char *paths[PATHS_MAX];
static unsigned int path_count;
static const char *device;
static int fail_nth;

/* include allocations that may sleep, and do not log each failure */
static void prepare_faults(void)
{
	static const char *const kinds[] = { "failslab", "fail_page_alloc" };
	char file[96];
	size_t i;

	mkdir("/debug", 0700);
	if (mount("debugfs", "/debug", "debugfs", 0, NULL) && errno != EBUSY)
		give_up("no debugfs");
	for (i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		snprintf(file, sizeof(file), "/debug/%s/ignore-gfp-wait",
			 kinds[i]);
		write_file(file, "N");
		snprintf(file, sizeof(file), "/debug/%s/verbose", kinds[i]);
		write_file(file, "0");
	}
	write_file("/debug/fail_page_alloc/min-order", "0");
}

/* open it once: opening can fail, too */
static void open_fail_nth(void)
{
	fail_nth = open(FAIL_NTH, O_RDWR | O_CLOEXEC);
	if (fail_nth < 0)
		give_up("cannot open " FAIL_NTH);
}

static void arm(unsigned int nth)
{
	char number[16];
	int len = snprintf(number, sizeof(number), "%u", nth);

	if (pwrite(fail_nth, number, len, 0) != len)
		give_up("cannot write to " FAIL_NTH);
}

/* end fault injection; Return: whether an allocation failed */
static bool disarm(void)
{
	char left[16] = "";

	if (pread(fail_nth, left, sizeof(left) - 1, 0) <= 0)
		give_up("cannot read " FAIL_NTH);
	arm(0);
	return !atoi(left);
}

static void keep(struct answer *answer, const void *bytes, size_t len)
{
	const unsigned char *p = bytes;
	size_t i;

	for (i = 0; i < len; i++)
		answer->sum = (answer->sum ^ p[i]) * 0x100000001b3;
	answer->len += len;
}

static int ask_mount(const char *path, struct answer *answer)
{
	answer->len = 0;
	return mount(device, path, "tar", MS_RDONLY, NULL) ? -errno : 0;
}

static int ask_stat(const char *path, struct answer *answer)
{
	struct stat st;

	if (lstat(path, &st))
		return -errno;
	keep(answer, &st, sizeof(st));
	return 0;
}

static int ask_xattrs(const char *path, struct answer *answer)
{
	static char list[65536], value[65536];
	ssize_t total = llistxattr(path, list, sizeof(list)), len;
	char *name;

	if (total < 0)
		return -errno;
	keep(answer, list, total);
	for (name = list; name < list + total; name += strlen(name) + 1) {
		len = lgetxattr(path, name, value, sizeof(value));
		if (len < 0)
			return -errno;
		keep(answer, value, len);
	}
	return 0;
}

static int ask_link(const char *path, struct answer *answer)
{
	static char target[4096];
	ssize_t len = readlink(path, target, sizeof(target));

	if (len < 0)
		return -errno;
	keep(answer, target, len);
	return 0;
}

/* read a file or directory by @next up to its end, or up to ENOUGH bytes */
static int ask_all(const char *path, struct answer *answer,
		   ssize_t (*next)(int fd, void *buf, size_t size))
{
	static char buf[65536];
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	ssize_t len = 0;

	if (fd < 0)
		return -errno;
	while (answer->len < ENOUGH && (len = next(fd, buf, sizeof(buf))) > 0)
		keep(answer, buf, len);
	len = len < 0 ? -errno : 0;
	close(fd);
	return len;
}

/* zero the buffer: the kernel does not write the padding of entries */
static ssize_t next_entries(int fd, void *buf, size_t size)
{
	memset(buf, 0, size);
	return syscall(SYS_getdents64, fd, buf, size);
}

static int ask_list(const char *path, struct answer *answer)
{
	return ask_all(path, answer, next_entries);
}

static int ask_data(const char *path, struct answer *answer)
{
	return ask_all(path, answer, read);
}

static bool same_answer(void)
{
	return got.len == due.len && got.sum == due.sum;
}

/* try with allocation @nth failing; false if the outcome is wrong */
static bool try_fault(operation ask, const char *path, unsigned int nth,
		      bool *failed)
{
	int err;

	drop_caches();
	got = (struct answer) {};
	arm(nth);
	err = ask(path, &got);
	*failed = disarm();
	if (err && (err != -ENOMEM || !*failed)) {
		printf("# %s: %s at allocation %u\n", path, strerror(-err), nth);
		return false;
	}
	if (!err && !same_answer()) {
		printf("# %s: wrong answer at allocation %u: %" PRIu64 " bytes, not %" PRIu64 "\n",
		       path, nth, got.len, due.len);
		return false;
	}
	return true;
}

/* fail each allocation once; Return: how many, or 0 after a wrong outcome */
static unsigned int try_all(operation ask, const char *path)
{
	unsigned int nth;
	bool failed = true;

	for (nth = 1; failed && nth < TRIES_MAX; nth++) {
		if (!try_fault(ask, path, nth, &failed))
			return 0;
		if (ask == ask_mount)
			umount(path);
	}
	return failed ? 0 : nth - 1;
}

static void collect(const char *dir)
{
	DIR *stream = opendir(dir);
	struct dirent *de;
	char path[8192];

	if (!stream)
		give_up("cannot open %s", dir);
	while ((de = readdir(stream)) && path_count < PATHS_MAX) {
		if (!strcmp(de->d_name, ".") || !strcmp(de->d_name, ".."))
			continue;
		snprintf(path, sizeof(path), "%s/%s", dir, de->d_name);
		paths[path_count++] = strdup(path);
		if (de->d_type == DT_DIR)
			collect(path);
	}
	closedir(stream);
}

static const struct question {
	const char *what;
	operation ask;
	mode_t type;			/* of files it applies to; 0: any */
} questions[] = {
	{ "lstat",		ask_stat,	0 },
	{ "extended attributes", ask_xattrs,	0 },
	{ "link targets",	ask_link,	S_IFLNK },
	{ "listings",		ask_list,	S_IFDIR },
	{ "contents",		ask_data,	S_IFREG },
};

static bool asked_of(const struct question *q, const char *path)
{
	struct stat st;

	if (lstat(path, &st))
		give_up("cannot stat %s", path);
	return !q->type || (st.st_mode & S_IFMT) == q->type;
}

static void test_question(const struct question *q)
{
	unsigned int i, count, files = 0, faults = 0, bad = 0;

	for (i = 0; i < path_count; i++) {
		if (!asked_of(q, paths[i]))
			continue;
		due = (struct answer) {};
		if (q->ask(paths[i], &due))
			give_up("cannot read %s", paths[i]);
		count = try_all(q->ask, paths[i]);
		faults += count;
		bad += !count;
		files++;
	}
	if (files)
		ok(!bad && faults > files,
		   "%s: memory fails %u times in %u files", q->what, faults,
		   files);
}

static void test_mount(void)
{
	unsigned int count;

	due = (struct answer) {};
	count = try_all(ask_mount, "/mnt");
	ok(count > 10, "mount: memory fails %u times", count);
}

int main(int argc, char **argv)
{
	size_t i;

	if (argc != 2)
		return 2;
	setlinebuf(stdout);
	if (access(FAIL_NTH, F_OK)) {
		skip("the kernel has no fault injection");
		return tap_done();
	}
	prepare_faults();
	open_fail_nth();
	device = disk(argv[1]);
	test_mount();
	ok(!try_mount(device, "/mnt", ""), "mount, with memory");
	collect("/mnt");
	for (i = 0; i < sizeof(questions) / sizeof(*questions); i++)
		test_question(&questions[i]);
	ok(!unmount("/mnt"), "unmount");
	return tap_done();
}
