// SPDX-License-Identifier: GPL-2.0
/*
 * Measure time, requests to the disk, and memory used by caches.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"

/* struct disk_stat - the disk's counters since the boot */
struct disk_stat {
	uint64_t requests;
	uint64_t sectors;
	uint64_t waiting;		/* requests in flight */
};

/*
 * struct memory - memory used by caches, KiB
 * @cache: page cache, that of block devices included
 * @slab: kernel objects, mostly inodes and dentries
 */
struct memory {
	uint64_t cache;
	uint64_t slab;
};

struct context context;

static int stat_fd, meminfo_fd;
static struct timespec start_time;
static struct disk_stat start_stat;
static struct memory start_memory;
static uint64_t start_cpu;

static int open_or_give_up(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		give_up("cannot open %s", path);
	return fd;
}

void measure_init(void)
{
	stat_fd = open_or_give_up("/sys/block/ubda/stat");
	meminfo_fd = open_or_give_up("/proc/meminfo");
}

static void read_text(int fd, char *text, size_t size)
{
	ssize_t len = pread(fd, text, size - 1, 0);

	if (len <= 0)
		give_up("cannot read counters");
	text[len] = '\0';
}

/* parse: reads, merged ones, sectors, time; the same of writes; in flight */
static struct disk_stat read_disk(void)
{
	struct disk_stat stat;
	char text[512];

	read_text(stat_fd, text, sizeof(text));
	if (sscanf(text, "%" SCNu64 " %*u %" SCNu64 " %*u %*u %*u %*u %*u %"
		   SCNu64, &stat.requests, &stat.sectors, &stat.waiting) != 3)
		give_up("cannot understand the disk's counters");
	return stat;
}

/* wait for readahead in flight */
static struct disk_stat wait_for_disk(void)
{
	struct disk_stat stat = read_disk();

	while (stat.waiting) {
		usleep(1000);
		stat = read_disk();
	}
	return stat;
}

static uint64_t memory_field(const char *text, const char *field)
{
	const char *at = strstr(text, field);

	if (!at)
		give_up("no%s in meminfo", field);
	return strtoull(at + strlen(field), NULL, 10);
}

static struct memory read_memory(void)
{
	struct memory memory;
	char text[4096];

	read_text(meminfo_fd, text, sizeof(text));
	memory.cache = memory_field(text, "\nCached:") +
		       memory_field(text, "\nBuffers:");
	memory.slab = memory_field(text, "\nSlab:");
	return memory;
}

void forget_all(void)
{
	write_file("/proc/sys/vm/drop_caches", "3");
	wait_for_disk();
	start_memory = read_memory();
}

void forget_names(void)
{
	write_file("/proc/sys/vm/drop_caches", "2");
}

void start(void)
{
	start_stat = read_disk();
	start_cpu = cpu_clock();
	clock_gettime(CLOCK_MONOTONIC, &start_time);
}

void stop(const char *row, uint64_t count)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	stop_after(row, (now.tv_sec - start_time.tv_sec) * 1000000000LL +
		   now.tv_nsec - start_time.tv_nsec, cpu_clock() - start_cpu,
		   count);
}

void stop_after(const char *row, uint64_t ns, uint64_t cpu_ns, uint64_t count)
{
	struct disk_stat stat = wait_for_disk();
	struct memory memory = read_memory();

	printf("result\t%u\t%s\t%s\t%s\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64
	       "\t%" PRIu64 "\t%lld\t%lld\t%" PRIu64 "\n", context.rep,
	       context.medium, context.fs, row, ns, cpu_ns,
	       stat.requests - start_stat.requests,
	       (stat.sectors - start_stat.sectors) / 2,
	       (long long)(memory.cache - start_memory.cache),
	       (long long)(memory.slab - start_memory.slab), count);
	fflush(stdout);
}
