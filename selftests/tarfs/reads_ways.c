// SPDX-License-Identifier: GPL-2.0
/*
 * Ways to read bytes of a file.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "guest.h"
#include "mapped.h"
#include "reads.h"

#define VECTORS		6
#define PIPE_SIZE	(1 << 20)
#define EAGER		(8 << 20)	/* bytes; limit of MAP_POPULATE */

#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ	22
#endif

static int memory = -1;			/* a memfd */
static bool populating_ends;		/* at a page that cannot be read */
static int ends[2];			/* of a pipe */
static unsigned char *aligned;

static ssize_t result(ssize_t n)
{
	return n < 0 ? -errno : n;
}

static ssize_t by_pread(struct reads_open *o, uint64_t at, size_t len,
			unsigned char *buf)
{
	return result(pread(o->fd, buf, len, at));
}

static ssize_t by_read(struct reads_open *o, uint64_t at, size_t len,
		       unsigned char *buf)
{
	if (lseek(o->fd, at, SEEK_SET) != (off_t)at)
		return -errno;
	return result(read(o->fd, buf, len));
}

static ssize_t by_vectors(struct reads_open *o, uint64_t at, size_t len,
			  unsigned char *buf)
{
	struct iovec v[VECTORS];
	size_t done = 0;
	int i;

	for (i = 0; i < VECTORS; i++) {
		v[i].iov_base = buf + done;
		v[i].iov_len = i + 1 < VECTORS ?
			       below(&o->chance, len - done + 1) : len - done;
		done += v[i].iov_len;
	}
	return result(preadv(o->fd, v, VECTORS, at));
}

/* read from the page cache first, then the rest */
static ssize_t by_cache_first(struct reads_open *o, uint64_t at, size_t len,
			      unsigned char *buf)
{
	struct iovec v = { buf, len };
	ssize_t got = preadv2(o->fd, &v, 1, at, RWF_NOWAIT), more;

	if (got < 0 && errno != EAGAIN && errno != EOPNOTSUPP)
		return -errno;
	if (got < 0)
		got = 0;
	if ((size_t)got == len)
		return got;
	more = by_pread(o, at + got, len - got, buf + got);
	return more < 0 ? (got ? got : more) : got + more;
}

/* a kernel may refuse to open with O_DIRECT, but must not get it wrong */
static ssize_t by_direct(struct reads_open *o, uint64_t at, size_t len,
			 unsigned char *buf)
{
	size_t skip = at % PAGE;
	size_t all = (skip + len + PAGE - 1) / PAGE * PAGE;
	ssize_t got;

	if (o->direct < 0)
		return by_pread(o, at, len, buf);
	got = pread(o->direct, aligned, all, at - skip);
	if (got < 0)
		return -errno;
	if ((size_t)got < skip)
		return 0;
	got -= skip;
	if ((size_t)got > len)
		got = len;
	memcpy(buf, aligned + skip, got);
	return got;
}

/* copy page by page, up to one that cannot be read */
static ssize_t copy_mapping(struct reads_open *o, uint64_t at, size_t len,
			    unsigned char *buf)
{
	size_t done, n;

	len = reads_due(o->file, at, len);
	for (done = 0; done < len; done += n) {
		n = PAGE - (at + done) % PAGE;
		if (n > len - done)
			n = len - done;
		if (!copy_mapped(buf + done, o->map + at + done, n))
			return done ? (ssize_t)done : -EIO;
	}
	return done;
}

static ssize_t advised(struct reads_open *o, uint64_t at, size_t len,
		       unsigned char *buf, int advice)
{
	uint64_t start = at / PAGE * PAGE;
	size_t due = reads_due(o->file, at, len);

	/* advice is optional: ignore errors */
	if (due)
		madvise(o->map + start, at + due - start, advice);
	return copy_mapping(o, at, len, buf);
}

/*
 * Before 6.9, stable 6.1 included, the kernel retries an unreadable page
 * forever: 631426ba1d45 ("mm/madvise: make MADV_POPULATE_(READ|WRITE) handle
 * VM_FAULT_RETRY properly").
 */
static bool kernel_ends_populating(void)
{
	struct utsname name;
	int major, minor;

	if (uname(&name) || sscanf(name.release, "%d.%d", &major, &minor) != 2)
		give_up("cannot tell the kernel's release");
	return major > 6 || (major == 6 && minor >= 9);
}

static ssize_t by_populating(struct reads_open *o, uint64_t at, size_t len,
			     unsigned char *buf)
{
	if (o->bad && !populating_ends)
		return copy_mapping(o, at, len, buf);
	return advised(o, at, len, buf, MADV_POPULATE_READ);
}

static ssize_t by_willneed(struct reads_open *o, uint64_t at, size_t len,
			   unsigned char *buf)
{
	return advised(o, at, len, buf, MADV_WILLNEED);
}

/* zap the mapping first, so that pages are faulted in from the page cache */
static ssize_t by_dontneed(struct reads_open *o, uint64_t at, size_t len,
			   unsigned char *buf)
{
	return advised(o, at, len, buf, MADV_DONTNEED);
}

/* write(2) from the mapping: the kernel faults the pages in */
static ssize_t by_writing_mapping(struct reads_open *o, uint64_t at, size_t len,
				  unsigned char *buf)
{
	size_t due = reads_due(o->file, at, len);
	ssize_t put;

	if (!due)
		return 0;
	put = pwrite(memory, o->map + at, due, 0);
	if (put < 0)
		return errno == EFAULT ? -EIO : -errno;
	return result(pread(memory, buf, put, 0));
}

static ssize_t by_sendfile(struct reads_open *o, uint64_t at, size_t len,
			   unsigned char *buf)
{
	off_t offset = at;
	size_t done = 0;
	ssize_t put = 0;

	if (lseek(memory, 0, SEEK_SET))
		return -errno;
	while (done < len) {
		put = sendfile(memory, o->fd, &offset, len - done);
		if (put <= 0)
			break;
		done += put;
	}
	if (!done)
		return result(put);
	return result(pread(memory, buf, done, 0));
}

static ssize_t by_splice(struct reads_open *o, uint64_t at, size_t len,
			 unsigned char *buf)
{
	off_t offset = at;
	ssize_t put = 0, got;
	size_t done = 0;

	while (done < len) {
		put = splice(o->fd, &offset, ends[1], NULL, len - done, 0);
		if (put <= 0)
			break;
		while (put) {
			got = read(ends[0], buf + done, put);
			if (got <= 0)
				give_up("cannot read a pipe");
			done += got;
			put -= got;
		}
	}
	return done ? (ssize_t)done : result(put);
}

const struct reads_way reads_ways[READS_WAYS] = {
	{ by_pread,		"pread",			true },
	{ by_read,		"read",				true },
	{ by_vectors,		"preadv",			true },
	{ by_cache_first,	"preadv2 without waiting",	true },
	{ by_direct,		"O_DIRECT",			true },
	{ copy_mapping,		"a mapping",			true },
	{ by_populating,	"a mapping, MADV_POPULATE_READ", true },
	{ by_willneed,		"a mapping, MADV_WILLNEED",	true },
	{ by_dontneed,		"a mapping, MADV_DONTNEED",	true },
	{ by_writing_mapping,	"write from a mapping",		false },
	{ by_sendfile,		"sendfile",			true },
	{ by_splice,		"splice",			true },
};

/* open this process's own memfd and pipe */
void prepare_ways(void)
{
	if (memory >= 0) {
		close(memory);
		close(ends[0]);
		close(ends[1]);
		free(aligned);
	}
	populating_ends = kernel_ends_populating();
	memory = memfd_create("reads", MFD_CLOEXEC);
	if (memory < 0 || pipe2(ends, O_CLOEXEC) ||
	    fcntl(ends[1], F_SETPIPE_SZ, PIPE_SIZE) < 0 ||
	    posix_memalign((void **)&aligned, PAGE,
			   READS_MAX + 2 * PAGE))
		give_up("cannot prepare to read");
	catch_bus_errors();
}

static const int advice[] = {
	MADV_NORMAL, MADV_SEQUENTIAL, MADV_RANDOM, MADV_WILLNEED, MADV_HUGEPAGE,
};

static void map_file(struct reads_open *o, struct chance *c)
{
	int flags = below(c, 2) ? MAP_SHARED : MAP_PRIVATE;
	uint64_t size = o->file->size;

	o->map = NULL;
	if (!size)
		return;
	if (size < EAGER && !below(c, 8) && (!o->bad || populating_ends))
		flags |= MAP_POPULATE;
	o->map = mmap(NULL, size, PROT_READ, flags, o->fd, 0);
	if (o->map == MAP_FAILED)
		give_up("cannot map %s", o->file->path);
	/* the kernel may not know this advice */
	madvise(o->map, size, advice[below(c, sizeof(advice) / sizeof(*advice))]);
}

void open_reads(struct reads_open *o, const struct reads_file *file, bool bad,
		struct chance *c)
{
	char path[96];

	snprintf(path, sizeof(path), "/mnt/%s", file->path);
	o->file = file;
	o->bad = bad;
	o->chance = *c;
	o->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (o->fd < 0)
		give_up("cannot open %s", path);
	o->direct = open(path, O_RDONLY | O_CLOEXEC | O_DIRECT);
	if (o->direct < 0 && errno != EINVAL)
		give_up("cannot open %s with O_DIRECT", path);
	map_file(o, c);
}

void close_reads(struct reads_open *o)
{
	if (o->map)
		munmap(o->map, o->file->size);
	if (o->direct >= 0)
		close(o->direct);
	close(o->fd);
}

bool reads_tail_is_zero(struct reads_open *o)
{
	static const unsigned char zeros[PAGE];
	static unsigned char tail[PAGE];
	uint64_t size = o->file->size;
	size_t len = -size % PAGE;

	if (!o->map || !copy_mapped(tail, o->map + size, len))
		return true;
	return !memcmp(tail, zeros, len);
}
