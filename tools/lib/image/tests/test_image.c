// SPDX-License-Identifier: GPL-2.0
/*
 * Images are written whole or not at all, and their layout and hashes do not
 * depend on pieces or threads.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "image/image.h"
#include "image/inplace.h"
#include "stream/output.h"
#include "tap.h"
#include "tarfs_fs.h"
#include "verity/merkle.h"
#include "verity/verity.h"

#define DATA_SIZE	(1000 * TARFS_BLOCK_SIZE)

static uint8_t data[DATA_SIZE], file[2 * DATA_SIZE];

static void put_file(const char *name, const void *buf, size_t len)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (write(fd, buf, len) != len)
		abort();
	close(fd);
}

/* read a file into file[]; return its size, or -1 if there is none */
static ssize_t get_file(const char *name)
{
	int fd = open(name, O_RDONLY);
	ssize_t n = fd < 0 ? -1 : read(fd, file, sizeof(file));

	if (fd >= 0)
		close(fd);
	return n;
}

static int holds(const char *name, const char *text)
{
	ssize_t n = get_file(name);

	return n == strlen(text) && !memcmp(file, text, n);
}

/* count the files in the current directory */
static int count_files(void)
{
	DIR *dir = opendir(".");
	struct dirent *d;
	int n = 0;

	while ((d = readdir(dir)))
		n += strcmp(d->d_name, ".") && strcmp(d->d_name, "..");
	closedir(dir);
	return n;
}

static void test_create(void)
{
	struct error e = { "" };
	struct output *out;
	struct stat st;

	umask(027);
	ok(!output_create(&out, "new", &e) && !output_write(out, "abc", 3, &e) &&
	   !output_write(out, "def", 3, &e) && !output_sync(out, &e) &&
	   get_file("new") < 0 && count_files() == 1,
	   "a new file has no name before it is published (%s)", e.text);
	ok(!output_publish(out, &e) && holds("new", "abcdef") &&
	   count_files() == 1, "then it is there, alone (%s)", e.text);
	output_free(out);
	ok(!stat("new", &st) && (st.st_mode & 07777) == 0640,
	   "its mode is 0644 less the umask");

	ok(!output_create(&out, "./new", &e) && !output_write(out, "x", 1, &e) &&
	   holds("new", "abcdef"), "a file to be replaced stays until then");
	output_free(out);
	ok(holds("new", "abcdef") && count_files() == 1,
	   "what is not published leaves nothing behind");
	if (output_create(&out, "new", &e) || output_write(out, "x", 1, &e) ||
	    output_sync(out, &e) || output_publish(out, &e))
		abort();
	output_free(out);
	ok(holds("new", "x") && count_files() == 1, "a file is replaced");
	unlink("new");
}

static void test_create_refused(void)
{
	static const struct {
		const char *path;
		int err;
	} rows[] = {
		{ "", -EISDIR }, { ".", -EISDIR }, { "..", -EISDIR },
		{ "dir/", -EISDIR }, { "dir", -EEXIST }, { "fifo", -EEXIST },
		{ "/dev/null", -EEXIST }, { "none/new", -ENOENT },
		{ "fifo/new", -ENOTDIR },
	};
	struct output *out;
	struct error e;
	size_t i;
	int err;

	mkdir("dir", 0700);
	mkfifo("fifo", 0600);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		err = output_create(&out, rows[i].path, &e);
		ok(err == rows[i].err && count_files() == 2,
		   "\"%s\" is refused (%s)", rows[i].path, e.text);
	}
	rmdir("dir");
	unlink("fifo");
}

static void test_long_name(void)
{
	char name[256];
	struct error e = { "" };
	struct output *out;

	memset(name, 'n', 255);
	name[255] = '\0';
	ok(!output_create(&out, name, &e) && !output_sync(out, &e) &&
	   !output_publish(out, &e) && get_file(name) == 0,
	   "a name of 255 bytes is possible (%s)", e.text);
	output_free(out);
	unlink(name);
}

/* begin to append to "tar", which holds "old" */
static struct output *begin_append(int *fd)
{
	struct error e = { "" };
	struct output *out;
	uint64_t size;

	put_file("tar", "old", 3);
	*fd = inplace_open("tar", &size, &e);
	if (*fd < 0 || size != 3 || output_append(&out, *fd, "tar", size, &e))
		abort();
	return out;
}

static void test_append(void)
{
	struct error e = { "" };
	struct output *out;
	uint64_t size;
	int fd;

	out = begin_append(&fd);
	ok(inplace_open("tar", &size, &e) == -EWOULDBLOCK,
	   "the file is locked (%s)", e.text);
	ok(!output_write(out, "new", 3, &e) && holds("tar", "oldnew"),
	   "it grows");
	output_free(out);
	ok(holds("tar", "old"), "and is cut back if that is not published");
	close(fd);

	out = begin_append(&fd);
	ok(!output_write(out, "new", 3, &e) && !output_sync(out, &e) &&
	   !output_publish(out, &e), "what is published (%s)", e.text);
	output_free(out);
	ok(holds("tar", "oldnew"), "stays");
	close(fd);

	out = begin_append(&fd);
	if (pwrite(fd, "other", 5, 3) != 5)
		abort();
	output_free(out);
	ok(holds("tar", "oldother"),
	   "bytes of others are not cut off when nothing was written");
	close(fd);
	unlink("tar");
}

/* kill a process with two unfinished outputs */
static void test_signal(int sig, const char *name)
{
	struct error e = { "" };
	struct output *created, *appended;
	int status, fd;
	pid_t pid;

	put_file("tar", "old", 3);
	fflush(stdout);
	pid = fork();
	if (!pid) {
		signal(sig, SIG_DFL);	/* it may be ignored in the background */
		output_catch_signals();
		appended = begin_append(&fd);
		if (output_create(&created, "new", &e) ||
		    output_write(created, "x", 1, &e) ||
		    output_write(appended, "x", 1, &e) || count_files() != 2)
			_exit(1);
		raise(sig);
		_exit(2);
	}
	waitpid(pid, &status, 0);
	ok(WIFSIGNALED(status) && WTERMSIG(status) == sig &&
	   count_files() == 1 && holds("tar", "old"),
	   "%s ends the program and undoes both outputs", name);
	unlink("tar");
}

static int signal_in_undo;

/* replaces the libc function, to raise a signal at the worst moment */
int unlinkat(int dirfd, const char *path, int flags)
{
	if (signal_in_undo)
		raise(signal_in_undo);
	return syscall(SYS_unlinkat, dirfd, path, flags);
}

static void test_signal_in_undo(void)
{
	struct error e = { "" };
	struct output *out;
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		output_catch_signals();
		if (output_create(&out, "new", &e) || count_files() != 1)
			_exit(1);
		signal_in_undo = SIGTERM;
		output_free(out);
		_exit(2);
	}
	waitpid(pid, &status, 0);
	ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM &&
	   count_files() == 0,
	   "a signal while an output is undone finds it undone");
	unlink("new");
}

static void test_ignored_signals(void)
{
	const struct rlimit small = { 100, 100 };
	struct error e = { "" };
	struct output *out;
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		signal(SIGHUP, SIG_IGN);
		output_catch_signals();
		setrlimit(RLIMIT_FSIZE, &small);
		raise(SIGHUP);
		if (output_create(&out, "new", &e) ||
		    output_write(out, data, 200, &e) != -EFBIG)
			_exit(1);
		output_free(out);
		_exit(count_files());
	}
	waitpid(pid, &status, 0);
	ok(WIFEXITED(status) && WEXITSTATUS(status) == 0,
	   "an ignored signal stays ignored, a file too large is an error");
}

/* write an image of data[] in pieces, and read it back into file[] */
static ssize_t make_image(size_t present, size_t step, bool verity,
			  struct image_layout *layout)
{
	const struct image_options opts = {
		.present	= present,
		.verity		= verity ? &verity_default : NULL,
	};
	struct error e = { "" };
	struct output *out;
	struct image *img;
	size_t pos, n;
	int err;

	if (output_create(&out, "img", &e) ||
	    image_new(&img, out, &opts, &e))
		abort();
	for (pos = 0, err = 0; pos < DATA_SIZE && !err; pos += n) {
		n = step < DATA_SIZE - pos ? step : DATA_SIZE - pos;
		err = image_write(img, data + pos, n, &e);
	}
	if (!err)
		err = image_finish(img, layout, &e);
	if (err || output_sync(out, &e) || output_publish(out, &e))
		printf("# %s\n", e.text);
	image_free(img);
	output_free(out);
	return get_file("img");
}

static void test_layout(void)
{
	uint64_t blocks = DATA_SIZE / TARFS_BLOCK_SIZE;
	uint64_t size = DATA_SIZE + TARFS_BLOCK_SIZE +
			merkle_tree_size(&merkle_layer, blocks);
	struct verity_geometry g;
	struct image_layout l;
	struct error e = { "" };
	ssize_t n = make_image(0, DATA_SIZE, true, &l);
	int fd;

	ok(n == size && l.image_size == size && l.data_size == DATA_SIZE &&
	   !memcmp(file, data, DATA_SIZE), "data, tree and trailer");
	fd = open("img", O_RDONLY);
	ok(!verity_geometry_read(fd, "img", &g, &e) && g.data_blocks == blocks &&
	   g.hash_start == blocks, "the trailer tells where (%s)", e.text);
	ok(!verity_edge_check(fd, "img", &g, l.root_hash, &e),
	   "the root hash is of this tree (%s)", e.text);
	close(fd);

	ok(make_image(0, 1, false, &l) == DATA_SIZE &&
	   !memcmp(file, data, DATA_SIZE) && l.image_size == DATA_SIZE &&
	   l.root_size == 0,
	   "without verity there are the data only, and no root hash");
}

static void test_pieces(void)
{
	static const size_t steps[] = { 1, 511, 4096, 65535, 65536, 65537 };
	static uint8_t whole[2 * DATA_SIZE];
	struct image_layout l, m;
	ssize_t size = make_image(0, DATA_SIZE, true, &l), n;
	size_t i;

	memcpy(whole, file, size);
	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		n = make_image(0, steps[i], true, &m);
		ok(n == size && !memcmp(whole, file, size) &&
		   !memcmp(&l, &m, sizeof(l)),
		   "pieces of %zu bytes make the same image", steps[i]);
	}
	n = make_image(70001, 4096, true, &m);
	ok(n == size - 70001 && !memcmp(whole + 70001, file, n) &&
	   !memcmp(&l, &m, sizeof(l)),
	   "what is present is hashed, and not written");
}

/* make an image of a tar of @tar bytes with @threads threads */
static void make_tar_image(size_t tar, unsigned int threads, uint8_t *diff_id,
			   struct image_layout *layout)
{
	const struct image_options opts = {
		.tar		= true,
		.verity		= &verity_default,
		.threads	= threads,
	};
	struct output *out;
	struct image *img;
	struct error e;

	if (output_create(&out, "img", &e) ||
	    image_new(&img, out, &opts, &e) ||
	    image_write(img, data, tar, &e) ||
	    image_end_tar(img, diff_id, &e) ||
	    image_write(img, data + tar, DATA_SIZE - tar, &e) ||
	    image_finish(img, layout, &e))
		abort();
	image_free(img);
	output_free(out);
}

static void test_threads(void)
{
	static const size_t tars[] = { 0, 1, 1 << 20, (1 << 20) + 512,
		DATA_SIZE - TARFS_BLOCK_SIZE };
	uint8_t want[SHA256_SIZE], diff_id[SHA256_SIZE];
	struct image_layout one, many;
	struct error e;
	unsigned int threads;
	size_t i;

	for (i = 0; i < sizeof(tars) / sizeof(tars[0]); i++) {
		if (sha256_buffer(data, tars[i], want, &e))
			abort();
		make_tar_image(tars[i], 1, diff_id, &one);
		ok(!memcmp(diff_id, want, sizeof(want)),
		   "the digest of a tar of %zu bytes", tars[i]);
		for (threads = 0; threads < 6; threads++) {
			make_tar_image(tars[i], threads, diff_id, &many);
			ok(!memcmp(diff_id, want, sizeof(want)) &&
			   !memcmp(&one, &many, sizeof(one)),
			   "... and the same by %u threads", threads);
		}
	}
}

static void test_bad_size(size_t size)
{
	const struct image_options opts = { .verity = &verity_default };
	struct image_layout l;
	struct error e = { "" };
	struct output *out;
	struct image *img;

	if (output_create(&out, "img", &e) ||
	    image_new(&img, out, &opts, &e) ||
	    image_write(img, data, size, &e))
		abort();
	ok(image_finish(img, &l, &e) == -EINVAL,
	   "%zu bytes are no data device (%s)", size, e.text);
	image_free(img);
	output_free(out);
}

/* does inplace_open() take the end of a file for an index? */
static void test_indexed(const char *what, const void *end, size_t len,
			 size_t size, int want)
{
	struct error e = { "" };
	uint64_t ignored;
	int fd;

	memset(file, 0, size);
	memcpy(file + size - len, end, len);
	put_file("tar", file, size);
	fd = inplace_open("tar", &ignored, &e);
	ok(want ? fd == want : fd >= 0, "%s (%s)", what, e.text);
	if (fd >= 0)
		close(fd);
	unlink("tar");
}

static void test_inplace(void)
{
	struct tarfs1_super one[32] = { { htole64(1024), htole64(7) } };
	struct tarfs2_super two = { .magic = htole64(TARFS2_MAGIC) };
	uint8_t trailer[TARFS_SUPER_SIZE];
	struct error e = { "" };
	uint64_t size;

	verity_trailer_fill(trailer, 2);
	test_indexed("an empty file has no index", "", 0, 0, 0);
	test_indexed("zeros are no index", "", 0, 20480, 0);
	test_indexed("format 1 is one", one, sizeof(one), 8192, -EEXIST);
	one->inodes = htole64(4096);
	test_indexed("more inodes than fit are none", one, sizeof(one), 8192, 0);
	one->inodes = htole64(UINT64_MAX);
	test_indexed("nor is it with so many", one, sizeof(one), 8192, 0);
	test_indexed("format 2 is one", &two, sizeof(two), 8192, -EEXIST);
	test_indexed("a trailer is one", trailer, sizeof(trailer),
		     4 * TARFS_BLOCK_SIZE, -EEXIST);
	test_indexed("one for another size is none", trailer, sizeof(trailer),
		     3 * TARFS_BLOCK_SIZE, 0);
	ok(inplace_open("/dev/null", &size, &e) == -EINVAL,
	   "a device is refused (%s)", e.text);
	ok(inplace_open("none", &size, &e) == -ENOENT,
	   "no file is refused (%s)", e.text);
}

int main(void)
{
	char dir[] = "/tmp/test_image.XXXXXX";
	size_t i;

	if (!mkdtemp(dir) || chdir(dir))
		abort();
	for (i = 0; i < DATA_SIZE; i++)
		data[i] = i ^ i >> 8 ^ i >> 16;
	test_create();
	test_create_refused();
	test_long_name();
	test_append();
	test_signal(SIGINT, "SIGINT");
	test_signal(SIGTERM, "SIGTERM");
	test_signal(SIGHUP, "SIGHUP");
	test_signal_in_undo();
	test_ignored_signals();
	test_layout();
	test_pieces();
	test_threads();
	test_bad_size(0);
	test_bad_size(4095);
	test_bad_size(4097);
	unlink("img");
	test_inplace();
	ok(chdir("/") == 0 && rmdir(dir) == 0, "nothing is left over");
	return tap_done();
}
