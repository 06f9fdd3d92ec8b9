// SPDX-License-Identifier: GPL-2.0
/*
 * When the first, second, ... allocation, read or digest fails, the tar readers
 * and the hash tree return the right error and, as sanitizers see, leak nothing.
 *
 * The linker redirects calls of the library to the wrappers, see the Makefile.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <openssl/sha.h>
#include <string.h>

#include "format1/tar1.h"
#include "make_image.h"
#include "make_tar.h"
#include "tap.h"
#include "tar/tar.h"
#include "verity/merkle.h"
#include "verity/verity.h"

#define BLOCKS		130	/* of an image */
#define SMALL_BLOCKS	4200	/* of a tree over small blocks */

#define BLOCK	512	/* bytes of a read, so that each block can fail */

/* calls of a kind before the one to fail; none fails if below 0 */
static int before_fault = -1;
static bool failed;

/* the kind that fails, set by a scenario */
static enum kind { MEMORY, READING, DIGEST, KINDS } faulty;

static bool fails(enum kind kind)
{
	if (kind != faulty || before_fault < 0 || before_fault--)
		return false;
	failed = true;
	errno = kind == MEMORY ? ENOMEM : EIO;
	return true;
}

#define WRAP(kind, type, nothing, name, parameters, arguments)		\
	type __real_##name parameters;					\
	type __wrap_##name parameters;					\
	type __wrap_##name parameters					\
	{								\
		return fails(kind) ? nothing : __real_##name arguments;	\
	}

WRAP(MEMORY, void *, NULL, malloc, (size_t size), (size))
WRAP(MEMORY, void *, NULL, calloc, (size_t n, size_t size), (n, size))
WRAP(MEMORY, void *, NULL, realloc, (void *p, size_t size), (p, size))
WRAP(MEMORY, void *, NULL, reallocarray, (void *p, size_t n, size_t size),
     (p, n, size))
WRAP(READING, ssize_t, -1, read, (int fd, void *buf, size_t len),
     (fd, buf, faulty == READING && len > BLOCK ? BLOCK : len))
WRAP(READING, ssize_t, -1, pread64,
     (int fd, void *buf, size_t len, off_t pos), (fd, buf, len, pos))
WRAP(DIGEST, int, 0, SHA256_Init, (SHA256_CTX *c), (c))
WRAP(DIGEST, int, 0, SHA256_Update,
     (SHA256_CTX *c, const void *buf, size_t len), (c, buf, len))
WRAP(DIGEST, int, 0, SHA256_Final, (unsigned char *to, SHA256_CTX *c),
     (to, c))

/* ---- scenarios ---- */

static struct make_tar tar;
static int image;

#define PIECES	40

/* a sparse file with more pieces than a map has room for initially */
static void make_sparse(void)
{
	static const char size[] = "GNU.sparse.size=40448";
	static const char count[] = "GNU.sparse.numblocks=40";
	char map[1024] = "GNU.sparse.map=", *end = map + strlen(map);
	char records[2048];
	size_t len;
	int i;

	for (i = 0; i < PIECES; i++)
		end += sprintf(end, "%s%d,512", i ? "," : "", i * 1024);
	len = make_record(records, size, strlen(size));
	len += make_record(records + len, count, strlen(count));
	len += make_record(records + len, map, strlen(map));
	make_extended(&tar, 'x', records, len);
	make_header(&tar, &(struct make_member){
		.type = '0', .name = "sparse", .size = PIECES * 512 });
	make_room(&tar, PIECES * 512);
}

/* all that a reader copies, growing from member to member */
static void make_archive(void)
{
	char long_name[300];

	memset(long_name, 'n', sizeof(long_name) - 1);
	long_name[sizeof(long_name) - 1] = '\0';
	make_header(&tar, &(struct make_member){
		.type = 'V', .name = "label", .size = 3 * BLOCK });
	make_room(&tar, 3 * BLOCK);
	make_pax(&tar, 'g', "SCHILY.xattr.user.everywhere=1");
	make_pax(&tar, 'x', "path=short");
	make_header(&tar, &(struct make_member){ .type = '0' });
	make_extended(&tar, 'L', long_name, sizeof(long_name));
	make_extended(&tar, 'K', long_name, sizeof(long_name));
	make_header(&tar, &(struct make_member){ .type = '2' });
	make_pax(&tar, 'x',
		 "SCHILY.acl.access=user::rw-,user:7:r--,group::r--,mask::r--,other::---");
	make_header(&tar, &(struct make_member){ .type = '0', .name = "acl" });
	make_pax(&tar, 'x',
		 "SCHILY.acl.access=user::rw-,user:nobody:r--,group::r--,mask::r--,other::---");
	make_header(&tar, &(struct make_member){ .type = '0', .name = "no" });
	make_pax(&tar, 'x', "LIBARCHIVE.xattr.user.a%2fb=YWJj");
	make_header(&tar, &(struct make_member){ .type = 'w', .name = "?" });

	make_sparse();
	make_header(&tar, &(struct make_member){
		.type = '0', .name = "last", .size = 5 });
	make_data(&tar, "12345", 5);
	make_end(&tar);
}

static int read_members(struct tar_reader *r, struct error *e)
{
	const struct tar_member *m;
	int got;

	while ((got = tar_reader_next(r, &m, e)) > 0)
		;
	return got;
}

static int read_tar(struct error *e)
{
	struct warnings warnings = { };
	struct tar_reader *r;
	struct make_input mi;
	int err;

	err = make_input_open(&mi, &tar, e);
	if (err)
		goto close_file;
	err = tar_reader_open(&r, mi.in, &warnings, e);
	if (err)
		goto close_input;
	err = read_members(r, e);
	tar_reader_close(r);
	warnings_free(&warnings);
close_input:
	input_close(mi.in);
close_file:
	close(mi.fd);
	return err;
}

static int read_tar1(struct error *e)
{
	struct tar1_member m;
	struct make_input mi;
	struct tar1 *t;
	int err;

	err = make_input_open(&mi, &tar, e);
	if (err)
		goto close_file;
	err = tar1_new(&t, mi.in, e);
	if (err)
		goto close_input;
	do {
		err = tar1_next(t, &m, e);
	} while (err > 0);
	tar1_free(t);
close_input:
	input_close(mi.in);
close_file:
	close(mi.fd);
	return err;
}

static int forget(void *ctx, const void *buf, size_t len, struct error *e)
{
	return 0;
}

/* a tree with more blocks than it has room for initially */
static int make_tree(struct error *e)
{
	static const struct merkle_params params = {
		.hash = "sha256", .data_block = 512, .hash_block = 512,
	};
	static uint8_t data[SMALL_BLOCKS * 512];
	uint8_t root[MERKLE_DIGEST_SIZE];
	struct merkle *m;
	int err;

	err = merkle_new(&m, &params, e);
	if (err)
		return err;
	err = merkle_add(m, 0, data, SMALL_BLOCKS, e);
	if (!err)
		err = merkle_final(m, SMALL_BLOCKS, root, e);
	if (!err)
		err = merkle_write(m, forget, NULL, e);
	merkle_free(m);
	return err;
}

static int verify_image(struct error *e)
{
	uint8_t root[MERKLE_DIGEST_SIZE];
	struct verity_geometry g;
	int err;

	err = verity_geometry_read(image, "image", &g, e);
	if (!err)
		err = verity_root_read(image, "image", &g, root, e);
	return err ? err : verity_verify(image, "image", &g, root, e);
}

/* ---- every scenario with each fault ---- */

static const char *const names[KINDS] = { "allocation", "read", "digest" };
static const int errors[KINDS] = { -ENOMEM, -EIO, -EIO };
static const char *const texts[KINDS] = {
	"out of memory", "Input/output error", "libcrypto failed",
};

static void try_faults(const char *what, int (*work)(struct error *e),
		       enum kind kind)
{
	struct error e;
	int n, err, bad = -1, count = 0;

	faulty = kind;
	for (n = 0; ; n += 1 + n / 16) {
		memset(&e, 0, sizeof(e));
		failed = false;
		before_fault = n;
		err = work(&e);
		before_fault = -1;
		if (!failed)
			break;
		count++;
		if (bad < 0 && (err != errors[kind] ||
				!strstr(e.text, texts[kind])))
			bad = n;
	}
	if (!ok(!err && bad < 0 && count,
		"%s: %d times a failed %s is an error", what, count,
		names[kind]))
		printf("# number %d; without a fault: %d %s\n", bad, err,
		       e.text);
}

int main(void)
{
	uint8_t root[MERKLE_DIGEST_SIZE];

	make_archive();
	image = make_image(BLOCKS, root);
	try_faults("tar reader", read_tar, MEMORY);
	try_faults("tar reader", read_tar, READING);
	try_faults("format 1's", read_tar1, MEMORY);
	try_faults("format 1's", read_tar1, READING);
	try_faults("hash tree", make_tree, MEMORY);
	try_faults("hash tree", make_tree, DIGEST);
	try_faults("verify", verify_image, MEMORY);
	try_faults("verify", verify_image, READING);
	try_faults("verify", verify_image, DIGEST);
	close(image);
	make_free(&tar);
	return tap_done();
}
