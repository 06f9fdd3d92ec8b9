// SPDX-License-Identifier: GPL-2.0
/*
 * Convert a blob, a layer as it is in a registry, to an image.
 *
 * Copyright (C) 2026 The tarfs authors
 *
 * The agent only reads and hashes the disk: decompressor and tar reader run in
 * a child without any rights, which gets the bytes through a socket.  A hostile
 * blob may take over the child, but does not have the digest: the child's
 * result is discarded.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "image/convert.h"
#include "layers/blob.h"
#include "layers/sandbox.h"
#include "machine/machine.h"

#define BUFFER_SIZE	(128 * 1024)

/* what the child writes to its pipe at its end */
struct outcome {
	int err;
	struct blob_image image;
	struct error why;
};

/* ---- the child ---- */

/* refuse trailing data: gzip(1) warns and ignores it, other unpackers do not */
static int refuse_junk(void *ctx, const struct convert_result *res,
		       struct error *e)
{
	size_t i;

	for (i = 0; i < res->warnings.count; i++)
		if (!strcmp(res->warnings.list[i].kind->name, "trailing-junk"))
			return error_set(e, -EINVAL,
					 "there is something else behind the compressed data");
	return 0;
}

static void convert(const struct blob *b, struct outcome *o)
{
	const struct convert_options opts = {
		.format		= 2,
		.verity		= &verity_default,
		.confirm	= refuse_junk,
	};
	struct convert_result res;

	o->err = convert_tarball("-", b->image, &opts, &res, &o->why);
	if (!o->err) {
		memcpy(o->image.root, res.root_hash, sizeof(o->image.root));
		o->image.data_blocks = res.data_blocks;
	}
	convert_result_free(&res);
}

/* AddressSanitizer would make a forbidden system call before _exit(2) */
__attribute__((noreturn, no_sanitize_address))
static void run_child(const struct blob *b, int in, int out)
{
	static struct outcome o;

	o.err = sandbox_limit(0);
	if (!o.err)
		o.err = sandbox_drop_rights(b->directory, in, out);
	if (!o.err)
		o.err = sandbox_filter();
	if (o.err)
		error_set(&o.why, o.err, "cannot give up its rights: %s",
			  strerror(-o.err));
	else
		convert(b, &o);
	if (write(SANDBOX_OUT, &o, sizeof(o)) != sizeof(o))
		_exit(1);
	_exit(0);
}

/* ---- the agent ---- */

/* read up to @len bytes, until the end or an error; return their number */
static size_t read_all(int fd, void *buf, size_t len)
{
	size_t done = 0;
	ssize_t n;

	while (done < len) {
		n = read(fd, (uint8_t *)buf + done, len - done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		done += n;
	}
	return done;
}

/* skip the child's name for its input: the caller knows the disk's */
static const char *reason(struct outcome *o)
{
	static const char prefix[] = "standard input: ";
	const size_t len = sizeof(prefix) - 1;

	o->why.text[sizeof(o->why.text) - 1] = '\0';
	return o->why.text + (strncmp(o->why.text, prefix, len) ? 0 : len);
}

static int end_child(pid_t pid, int from, struct outcome *o, struct error *e)
{
	size_t len = read_all(from, o, sizeof(*o));
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return error_errno(e, "its converter is lost");
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS)
		return error_set(e, -EIO,
			"its converter made a system call that it may not make");
	if (WIFSIGNALED(status))
		return error_set(e, -EIO, "its converter died of signal %d",
				 WTERMSIG(status));
	if (len != sizeof(*o) || WEXITSTATUS(status))
		return error_set(e, -EIO, "its converter did not say what it did");
	return o->err ? error_set(e, -EINVAL, "%s", reason(o)) : 0;
}

/* return -1 if the child has stopped reading: it failed, and will report why */
static int send_all(int to, const uint8_t *buf, size_t len)
{
	ssize_t n;

	for (; to >= 0 && len; buf += n, len -= n) {
		n = send(to, buf, len, MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			n = 0;
		else if (n < 0)
			return -1;
	}
	return to;
}

/* read the next bytes of the disk; its end is an error */
static ssize_t read_some(int fd, uint8_t *buf, uint64_t len, struct error *e)
{
	ssize_t n = read(fd, buf, len < BUFFER_SIZE ? len : BUFFER_SIZE);

	if (n < 0)
		error_errno(e, "cannot be read");
	else if (!n)
		error_set(e, -EBADMSG, "ends before the blob does");
	return n > 0 ? n : -EBADMSG;
}

/* hash the blob and send it to the child */
static int pass_blob(int fd, const struct blob *b, int to,
		     struct sha256 *hash, struct error *e)
{
	static uint8_t buf[BUFFER_SIZE];
	uint64_t left;
	ssize_t n;
	int err;

	for (left = b->size; left; left -= n) {
		n = read_some(fd, buf, left, e);
		if (n < 0)
			return n;
		err = sha256_update(hash, buf, n, e);
		if (err)
			return err;
		to = send_all(to, buf, n);
	}
	return 0;
}

static int check_digest(const struct blob *b, struct sha256 *hash,
			struct error *e)
{
	char is_hex[SHA256_HEX_SIZE], want_hex[SHA256_HEX_SIZE];
	uint8_t is[SHA256_SIZE];
	int err = sha256_final(hash, is, e);

	if (err || !memcmp(is, b->digest, sizeof(is)))
		return err;
	sha256_to_hex(is, is_hex);
	sha256_to_hex(b->digest, want_hex);
	return error_set(e, -EBADMSG,
			 "the digest of its first %" PRIu64
			 " bytes is sha256:%s, not sha256:%s",
			 b->size, is_hex, want_hex);
}

/* expect zeros after the blob, up to the end of the disk */
static int check_padding(int fd, struct error *e)
{
	uint8_t buf[4096];
	ssize_t n, i;

	while ((n = read(fd, buf, sizeof(buf))) > 0)
		for (i = 0; i < n; i++)
			if (buf[i])
				return error_set(e, -EBADMSG,
					"there are other bytes than zeros behind the blob");
	if (n < 0) {
		error_errno(e, "cannot be read");
		return -EBADMSG;
	}
	return 0;
}

static int judge(int fd, const struct blob *b, int to, struct error *e)
{
	struct sha256 *hash;
	int err = sha256_new(&hash, e);

	if (err)
		return err;
	err = pass_blob(fd, b, to, hash, e);
	if (!err)
		err = check_digest(b, hash, e);
	if (!err)
		err = check_padding(fd, e);
	sha256_free(hash);
	return err;
}

static pid_t start_child(const struct blob *b, int *to, int *from,
			 struct error *e)
{
	int in[2], out[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, in))
		return error_errno(e, "cannot make a socket");
	if (pipe2(out, O_CLOEXEC)) {
		error_errno(e, "cannot make a pipe");
		goto close_in;
	}
	pid = fork();
	if (!pid)
		run_child(b, in[1], out[1]);
	if (pid < 0) {
		error_errno(e, "cannot start a converter");
		goto close_out;
	}
	close(in[1]);
	close(out[1]);
	*to = in[0];
	*from = out[0];
	return pid;

close_out:
	close(out[0]);
	close(out[1]);
close_in:
	close(in[0]);
	close(in[1]);
	return -EAGAIN;
}

/*
 * Check the digest first: if it differs, the host may control the child, which
 * may never end, so kill it and ignore its result.  Always kill what the child
 * has started, too: later children and containers may have the same user.
 */
int blob_convert(int fd, const char *name, const struct blob *b,
		 struct blob_image *image, struct error *e)
{
	static struct outcome outcome;
	int to = -1, from = -1, err, made;
	struct error why;
	pid_t pid;

	pid = start_child(b, &to, &from, e);
	if (pid < 0)
		return pid;
	err = judge(fd, b, to, e);
	close(to);
	if (err)
		machine_kill_all();
	made = end_child(pid, from, &outcome, &why);
	close(from);
	machine_kill_all();
	if (!err && made) {
		err = made;
		*e = why;
	}
	if (!err)
		*image = outcome.image;
	else
		error_prefix(e, "%s", name);
	return err;
}
