// SPDX-License-Identifier: GPL-2.0
/*
 * Superblocks and trailers inside a device are found, and nothing else,
 * whatever the size of the pieces in which the device is scanned.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "base/tarfs_host.h"
#include "image/embedded.h"
#include "tap.h"

#define BLOCKS		8
#define SIZE		(BLOCKS * TARFS_BLOCK_SIZE)
#define ROOT_AT		1000	/* of the root inode of format 1: any byte */

static uint8_t device[SIZE];

/* the last 512 bytes of block @i: 16 zeros, the others @rest */
static void *super(int i, uint8_t rest)
{
	uint8_t *at = device + (i + 1) * TARFS_BLOCK_SIZE - TARFS_SUPER_SIZE;

	memset(at, rest, TARFS_SUPER_SIZE);
	memset(at, 0, sizeof(struct tarfs1_super));
	return at;
}

static void put_root(uint16_t mode, uint64_t size, uint64_t offset)
{
	const struct tarfs1_inode root = {
		.mode = htole16(mode),
		.size = htole64(size),
		.offset = htole64(offset),
	};

	memcpy(device + ROOT_AT, &root, sizeof(root));
}

static void put_super1(int i, uint64_t table, uint64_t inodes, uint8_t rest)
{
	const struct tarfs1_super ds = { htole64(table), htole64(inodes) };

	memcpy(super(i, rest), &ds, sizeof(ds));
}

static void put_super2(int i, uint64_t data_size)
{
	const struct tarfs2_super ds = {
		.magic = htole64(TARFS2_MAGIC),
		.data_size = htole64(data_size),
	};

	memcpy(super(i, 0), &ds, sizeof(ds));
}

static void put_trailer(int i, uint32_t data, uint32_t hash, uint64_t blocks,
			uint8_t rest)
{
	const struct tarfs_trailer t = {
		htole32(data), htole32(hash), htole64(blocks),
	};

	memcpy(super(i, rest), &t, sizeof(t));
}

static void scan(struct embedded *em, size_t step)
{
	struct error e;
	size_t pos, n;

	for (pos = 0; pos < SIZE; pos += n) {
		n = SIZE - pos < step ? SIZE - pos : step;
		if (embedded_scan(em, device + pos, n, &e) < 0)
			abort();
	}
}

/* scan in pieces of @step bytes; return the number found, the first offset */
static uint64_t found(size_t step, uint64_t *first)
{
	struct warnings w = { 0 };
	struct embedded *em;
	uint64_t count = 0;
	struct error e;
	int fd = memfd_create("device", 0);

	if (file_write_at(fd, "device", device, SIZE, 0, &e) ||
	    embedded_new(&em, fd, "device", &e))
		abort();
	scan(em, step);
	if (embedded_resolve(em, SIZE, &e) || embedded_warn(em, &w, &e))
		abort();
	*first = 0;
	if (w.count) {
		count = w.list[0].count;
		*first = strtoull(w.list[0].first + strlen("offset "), NULL,
				  10);
	}
	warnings_free(&w);
	embedded_free(em);
	close(fd);
	return count;
}

/* expect @count, the first in block @i, then clear the device */
static void expect(const char *claim, uint64_t count, int i)
{
	static const size_t steps[] = { SIZE, TARFS_BLOCK_SIZE, 512, 4095, 7 };
	uint64_t first, want = 0;
	bool holds = true;
	size_t s;

	if (count)
		want = (i + 1) * TARFS_BLOCK_SIZE - TARFS_SUPER_SIZE;
	for (s = 0; s < sizeof(steps) / sizeof(steps[0]); s++)
		holds &= found(steps[s], &first) == count && first == want;
	ok(holds, "%s: %d", claim, (int)count);
	memset(device, 0, sizeof(device));
}

static uint64_t end_of(int i)
{
	return (i + 1) * TARFS_BLOCK_SIZE;
}

static void test_format2(void)
{
	put_super2(0, end_of(0));
	expect("a superblock of format 2", 1, 0);
	put_super2(3, end_of(3));
	put_super2(5, end_of(5));
	put_super2(BLOCKS - 1, end_of(BLOCKS - 1));
	expect("two, and the device's own", 2, 3);
	put_super2(3, end_of(4));
	expect("one of another place", 0, 0);
}

static void test_format1(void)
{
	put_root(S_IFDIR | 0555, 64, 2000);
	put_super1(2, ROOT_AT, 5, 0);
	expect("a superblock of format 1", 1, 2);
	put_root(S_IFDIR, 0, UINT64_MAX);
	put_super1(2, ROOT_AT, (end_of(2) - ROOT_AT) / 32, 0xaa);
	expect("one that only the first driver takes", 1, 2);
	put_root(S_IFDIR | 0555, 64, 2000);
	put_super1(BLOCKS - 1, ROOT_AT, 5, 0);
	expect("the device's own", 0, 0);
	put_root(S_IFDIR | 0555, 64, 2000);
	put_super1(2, ROOT_AT, 0, 0);
	put_super1(3, ROOT_AT, (end_of(3) - ROOT_AT) / 32 + 1, 0);
	put_super1(4, end_of(4), 1, 0);
	put_super1(5, UINT64_MAX - 31, 1, 0);
	expect("tables of nothing, or beyond the end", 0, 0);
	put_root(S_IFREG | 0555, 64, 2000);
	put_super1(2, ROOT_AT, 5, 0);
	expect("a root that is a file", 0, 0);
	put_root(S_IFDIR | 01777, 64, 2000);
	put_super1(2, ROOT_AT, 5, 0);
	expect("a mode that no driver takes", 0, 0);
	put_root(S_IFDIR | 0555, 32, end_of(2) - 31);
	put_super1(2, ROOT_AT, 5, 0);
	expect("a root whose entries are beyond the end", 0, 0);
}

static void test_trailer(void)
{
	put_trailer(4, 4096, 4096, 4, 0);
	expect("a trailer", 1, 4);
	put_trailer(1, 4096, 4096, 2, 0);
	put_trailer(2, 4096, 4096, 0, 0);
	put_trailer(3, 4096, 512, 1, 0);
	put_trailer(4, 512, 4096, 1, 0);
	put_trailer(5, 4096, 4096, 1, 1);
	expect("numbers that are no trailer", 0, 0);
	expect("zeros", 0, 0);
}

/* write entry @i of a directory at 2000; its name is behind the entries */
static void put_entry(int i, uint64_t ino, char name)
{
	const struct tarfs1_dirent de = {
		.ino = htole64(ino),
		.name = htole64(2000 + 200 * sizeof(de)),
		.name_len = htole64(1),
	};

	memcpy(device + 2000 + i * sizeof(de), &de, sizeof(de));
	device[2000 + 200 * sizeof(de)] = name;
}

/* sizes that this driver refuses, and the original does not check */
static void put_lax(int i, uint64_t ino, char name, uint16_t mode)
{
	put_root(S_IFDIR | 0555, UINT64_MAX / 2, 2000);
	put_entry(i, ino, name);
	device[ROOT_AT + 32] = mode;
	device[ROOT_AT + 33] = mode >> 8;
	put_super1(5, ROOT_AT, 2, 0xaa);
}

static void test_lax(void)
{
	put_lax(0, 2, 'a', S_IFREG);
	expect("a directory that is too large, with a file", 1, 5);
	put_lax(127, 2, 'a', S_IFREG);
	expect("the file is entry 128", 1, 5);
	put_lax(128, 2, 'a', S_IFREG);
	expect("entries behind are not looked at", 0, 0);
	put_lax(0, 2, '/', S_IFREG);
	expect("a name that cannot be looked up", 0, 0);
	put_lax(0, 2, 'a', 0);
	expect("an inode of no type", 0, 0);
	put_lax(0, 1, 'a', S_IFREG);
	expect("a name of the root", 0, 0);
	put_lax(0, 3, 'a', S_IFREG);
	expect("a name of no inode", 0, 0);
	put_lax(0, 2, 'a', S_IFREG);
	put_root(S_IFDIR | 0555, 33, 2000);
	expect("a size that is no multiple of 32", 1, 5);
}

/* candidates are resolved once their root is written, and not before */
static void test_resolve(void)
{
	struct warnings w = { 0 };
	struct embedded *em;
	struct error e;
	int fd = memfd_create("device", 0);

	put_root(S_IFDIR | 0555, 64, 2000);
	put_super1(2, ROOT_AT, 5, 0);
	if (embedded_new(&em, fd, "device", &e))
		abort();
	scan(em, SIZE);
	ok(!embedded_resolve(em, ROOT_AT, &e), "nothing is written yet");
	if (file_write_at(fd, "device", device, SIZE, 0, &e))
		abort();
	ok(!embedded_resolve(em, SIZE, &e) && !embedded_warn(em, &w, &e) &&
	   w.count == 1 && w.list[0].count == 1, "then it is found");
	ok(!embedded_resolve(em, SIZE, &e) && !embedded_warn(em, &w, &e) &&
	   w.list[0].count == 2, "it is not found again after a retry");
	warnings_free(&w);
	embedded_free(em);
	close(fd);
}

/* 70,000 candidates, whose root is a directory, or none of whose is */
static void test_many(bool root)
{
	struct warnings w = { 0 };
	uint64_t i, due = 0;
	struct embedded *em;
	struct error e;
	int fd = memfd_create("device", 0), ret;

	memset(device, 0, sizeof(device));
	if (root)
		put_root(S_IFDIR | 0555, 64, 2000);
	put_super1(0, ROOT_AT, 1, 0);
	if (embedded_new(&em, fd, "device", &e) ||
	    file_write_at(fd, "device", device, SIZE, 0, &e))
		abort();
	for (i = 0; i <= 70000; i++) {
		ret = embedded_scan(em, device, TARFS_BLOCK_SIZE, &e);
		if (ret > 0 && !embedded_resolve(em, UINT64_MAX, &e))
			due++;
	}
	ok(due == 1 && !embedded_resolve(em, UINT64_MAX, &e) &&
	   !embedded_warn(em, &w, &e) && (root ? w.list[0].count == 70000 : !w.count),
	   "70000 candidates, %s: resolved in between", root ? "all real" :
	   "none real");
	warnings_free(&w);
	embedded_free(em);
	close(fd);
}

int main(void)
{
	test_format2();
	test_format1();
	test_lax();
	test_trailer();
	test_resolve();
	test_many(true);
	test_many(false);
	return tap_done();
}
