// SPDX-License-Identifier: GPL-2.0
/*
 * Convert a tarball to an image, in one pass over its bytes.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sha256.h"
#include "base/size.h"
#include "convert.h"
#include "image.h"
#include "index.h"
#include "inplace.h"
#include "stream/content.h"
#include "stream/input.h"
#include "stream/output.h"
#include "stream/tar_header.h"
#include "tarfs_fs.h"

/*
 * @name: name of the tarball, for messages
 * @append: append the index to the tarball
 * @fd: descriptor of the tarball
 * @present: bytes of the tarball that the image has already, since the index is
 *	appended to it or the blocks are shared; else 0
 * @seen: bytes of the tar consumed so far
 * @head: the first @head_len bytes of the tar
 */
struct conversion {
	const struct convert_options *opts;
	struct convert_result *res;
	const struct index_format *format;
	const char *name;
	bool append;
	int fd;
	uint64_t present;
	uint64_t seen;
	uint8_t head[CONTENT_SIZE];
	size_t head_len;
	struct output *out;
	struct image *img;
	struct input *in;
	struct index_tree *tree;
};

static const struct warning_kind junk_warning = {
	.name	= "trailing-junk",
	.text	= "junk behind the compressed data is ignored",
};

static const struct index_format *const formats[] = {
	&index1_format,
	&index1_pax_ids_format,
	&index2_format,
};

static int find_format(struct conversion *c, struct error *e)
{
	size_t i;

	for (i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		c->format = formats[i];
		if (c->format->version == c->opts->format &&
		    c->format->pax_ids == c->opts->pax_ids)
			return 0;
	}
	return error_set(e, -EINVAL, "there is no format %d%s",
			 c->opts->format,
			 c->opts->pax_ids ? " with a choice of ids" : "");
}

/* refuse to replace the tarball by its image: most likely that is a mistake */
static int check_not_same(const struct conversion *c, const char *image,
			  struct error *e)
{
	struct stat from, to;

	if (fstat(c->fd, &from) < 0)
		return error_errno(e, "%s: cannot read", c->name);
	if (stat(image, &to) == 0 && from.st_dev == to.st_dev &&
	    from.st_ino == to.st_ino)
		return error_set(e, -EINVAL,
				 "%s: is the tarball itself; without an image's name the index is appended to it",
				 image);
	return 0;
}

static int open_tarball(struct conversion *c, const char *tarball,
			struct error *e)
{
	if (!strcmp(tarball, "-")) {
		c->name = "standard input";
		if (c->append)
			return error_set(e, -EINVAL,
					 "nothing can be appended to standard input; name an image to write");
		c->fd = STDIN_FILENO;
		return 0;
	}
	c->name = tarball;
	if (c->append)
		c->fd = inplace_open(tarball, &c->present, e);
	else
		c->fd = open(tarball, O_RDONLY | O_CLOEXEC);
	if (c->fd < 0)
		return c->append ? c->fd :
		       error_errno(e, "%s: cannot open", tarball);
	return 0;
}

static int open_output(struct conversion *c, const char *image,
		       struct error *e)
{
	int err;

	if (c->append)
		return output_append(&c->out, c->fd, c->name, c->present, e);
	if (c->opts->discard)
		return output_discard(&c->out, c->name, e);
	err = check_not_same(c, image, e);
	return err ? err : output_create(&c->out, image, e);
}

static void keep_head(struct conversion *c, const void *buf, size_t len)
{
	size_t room = sizeof(c->head) - c->head_len;

	if (len > room)
		len = room;
	memcpy(c->head + c->head_len, buf, len);
	c->head_len += len;
}

/* an input_tee: called with every byte of the tar */
static int take(void *ctx, const void *buf, size_t len, struct error *e)
{
	struct conversion *c = ctx;
	int err = 0;

	if (c->opts->progress)
		err = c->opts->progress(c->opts->progress_ctx, len,
					input_taken(c->in), e);
	if (err)
		return err;
	c->seen += len;
	keep_head(c, buf, len);
	if (c->append && c->seen > c->present)
		return error_set(e, -EBUSY, "%s: grows while it is read",
				 c->name);
	err = size_check(c->name, c->seen, c->opts->max_size, e);
	return err ? err : image_write(c->img, buf, len, e);
}

static int open_stream(struct conversion *c, int fd, struct error *e)
{
	if (c->opts->part)
		return input_open_part(&c->in, fd, c->name, c->opts->part,
				       take, c, e);
	return input_open(&c->in, fd, c->name, take, c, e);
}

/*
 * A plain tar is not copied if the image can share its blocks.  Read it through
 * the image, so that it cannot change meanwhile.  Restart if it is compressed.
 */
static int open_shared(struct conversion *c, struct error *e)
{
	int err;

	err = open_stream(c, output_fd(c->out), e);
	if (err || !input_compression(c->in))
		return err;
	input_close(c->in);
	c->in = NULL;
	c->present = 0;
	err = output_restart(c->out, e);
	return err ? err : open_stream(c, c->fd, e);
}

/* share blocks with the tarball; return 1 if possible, 0 if not, or an error */
static int share(struct conversion *c, struct error *e)
{
	if (c->append || c->opts->part || lseek(c->fd, 0, SEEK_CUR))
		return 0;
	return output_clone(c->out, c->fd, &c->present, e);
}

static int open_image(struct conversion *c, struct error *e)
{
	const struct image_options opts = {
		.present	= c->present,
		.tar		= true,
		.scan		= true,
		.verity		= c->opts->verity,
		.threads	= c->opts->threads,
	};

	return image_new(&c->img, c->out, &opts, e);
}

static int open_input(struct conversion *c, struct error *e)
{
	int err = share(c, e);

	if (err >= 0)
		err = err ? open_shared(c, e) : open_stream(c, c->fd, e);
	if (!err)
		err = open_image(c, e);
	if (err)
		return err;
	if (c->append && input_compression(c->in))
		return error_set(e, -EINVAL,
				 "%s: compressed by %s, nothing can be appended; name an image to write",
				 c->name, input_compression(c->in));
	return 0;
}

static int check_diff_id(const struct conversion *c, struct error *e)
{
	const uint8_t *want = c->opts->diff_id, *is = c->res->diff_id;
	char want_hex[SHA256_HEX_SIZE], is_hex[SHA256_HEX_SIZE];

	if (!want || !memcmp(want, is, SHA256_SIZE))
		return 0;
	sha256_to_hex(want, want_hex);
	sha256_to_hex(is, is_hex);
	return error_set(e, -EBADMSG,
			 "%s: its diff_id is sha256:%s, not sha256:%s as demanded",
			 c->name, is_hex, want_hex);
}

static bool begins_with_header(const struct conversion *c)
{
	return c->head_len >= TAR_BLOCK_SIZE &&
	       (tar_block_is_zero(c->head) ||
		tar_header_sum_is_right((const void *)c->head));
}

/* report why the tar cannot be read: the file, its content, or a member */
static void blame(const struct conversion *c, struct error *e)
{
	const struct error *why = input_failure(c->in);
	const char *name = content_name(c->head, c->head_len);

	if (why) {
		*e = *why;
		return;
	}
	if (input_ended(c->in))
		error_prefix(e, "the %s data end at byte %" PRIu64
			     ", what follows them begins no member",
			     input_compression(c->in), input_ended(c->in));
	if (begins_with_header(c))
		error_prefix(e, "%s", c->name);
	else if (name)
		error_set(e, -EINVAL, "%s: no tar at offset 0: it is %s",
			  c->name, name);
	else
		error_set(e, -EINVAL,
			  "%s: no tar at offset 0, or compressed by something that is not supported",
			  c->name);
}

/*
 * Ignore what follows the compressed data if they include the archive's end.
 * Otherwise it is most likely the rest of the archive, after corrupt data.
 */
static int check_ended(struct conversion *c, struct error *e)
{
	uint64_t end = input_ended(c->in);

	if (end && !c->format->saw_end(c->tree))
		return error_set(e, -EINVAL,
				 "%s: the %s data end at byte %" PRIu64
				 ", what follows them begins no member, and the archive has not ended: a part of it is lost",
				 c->name, input_compression(c->in), end);
	if (input_ignored(c->in) &&
	    warnings_add(&c->res->warnings, &junk_warning, c->name,
			 strlen(c->name)))
		return error_set(e, -ENOMEM, "out of memory");
	return 0;
}

static int read_tar(struct conversion *c, struct error *e)
{
	struct convert_result *res = c->res;
	int err;

	err = c->format->scan(&c->tree, c->in, c->opts->max_index,
			      &res->warnings, e);
	if (err) {
		blame(c, e);
		return err;
	}
	res->tar_size = input_offset(c->in);
	if (res->tar_size != c->seen ||
	    (c->append && res->tar_size != c->present))
		return error_set(e, -EBUSY, "%s: changes while it is read",
				 c->name);
	err = check_ended(c, e);
	if (!err)
		err = image_end_tar(c->img, res->diff_id, e);
	return err ? err : check_diff_id(c, e);
}

static int write_index(struct conversion *c, struct error *e)
{
	const struct index_sink sink = {
		.write	= image_write,
		.ctx	= c->img,
	};
	struct convert_result *res = c->res;
	struct image_layout layout;
	int err;

	err = c->format->emit(c->tree, res->tar_size, res->diff_id, &sink,
			      &res->inodes, e);
	if (!err)
		err = image_finish(c->img, &layout, e);
	if (!err)
		err = image_warn(c->img, &res->warnings, e);
	if (err)
		return err;
	res->data_size = layout.data_size;
	res->image_size = layout.image_size;
	res->data_blocks = layout.data_size / TARFS_BLOCK_SIZE;
	res->hash_start_block = res->verity ? res->data_blocks : 0;
	res->root_size = layout.root_size;
	memcpy(res->root_hash, layout.root_hash, sizeof(res->root_hash));
	return 0;
}

static int check_strict(const struct conversion *c, struct error *e)
{
	const struct warnings *w = &c->res->warnings;

	if (!c->opts->strict || !w->count)
		return 0;
	return error_set(e, -EINVAL, "%s: refused, for its warnings are errors",
			 c->name);
}

static int convert(struct conversion *c, const char *tarball,
		   const char *image, struct error *e)
{
	const struct convert_options *opts = c->opts;
	int err;

	err = find_format(c, e);
	if (!err)
		err = open_tarball(c, tarball, e);
	if (!err)
		err = open_output(c, image, e);
	if (!err)
		err = open_input(c, e);
	if (!err)
		err = read_tar(c, e);
	if (!err)
		err = check_strict(c, e);
	if (!err)
		err = write_index(c, e);
	if (!err)
		err = check_strict(c, e);
	if (!err)
		err = output_sync(c->out, e);
	if (!err && opts->confirm)
		err = opts->confirm(opts->confirm_ctx, c->res, e);
	if (!err)
		err = output_publish(c->out, e);
	return err;
}

/* free the output before closing the file that it may append to */
static void release(struct conversion *c)
{
	if (c->tree)
		c->format->free(c->tree);
	if (c->in)
		input_close(c->in);
	image_free(c->img);
	output_free(c->out);
	if (c->fd > STDIN_FILENO)
		close(c->fd);
}

int convert_tarball(const char *tarball, const char *image,
		    const struct convert_options *opts,
		    struct convert_result *res, struct error *e)
{
	struct conversion c = {
		.opts	= opts,
		.res	= res,
		.append	= !image && !opts->discard,
		.fd	= -1,
	};
	int err;

	*res = (struct convert_result){
		.format	= opts->format,
		.verity	= !!opts->verity,
	};
	err = convert(&c, tarball, image, e);
	release(&c);
	return err;
}

void convert_result_free(struct convert_result *res)
{
	warnings_free(&res->warnings);
}
