// SPDX-License-Identifier: GPL-2.0
/*
 * The meaning of a tar: each sequence of members makes this tree, or is
 * refused.
 *
 * Copyright (C) 2026 The tarfs authors
 *
 * A script is members with '|' between them: type letter, name and, for links
 * and devices, target or "MAJOR,MINOR".  'n' is a regular file of type '0', 'd'
 * a directory, 'h' a hard link, 's' a symbolic one, 'c' a character device, 'p'
 * a
 * fifo.  The uid of the first member is 1, of the second 2, and so on: a tree
 * shows which member's metadata it has.
 *
 * A line of a tree is a name: inode number, mode, links, uid, path, and further
 * properties of the inode; warnings follow, "! KIND".
 */
#include <errno.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <tarfs_fs.h>

#include "format2/tree.h"
#include "make_tar.h"
#include "tap.h"

#define LONG_255 \
	"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" \
	"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" \
	"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" \
	"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define IMPLIED		"! implied-parent\n"
#define REPLACED	"! replaced-member\n"
#define DEVICE		"! device-as-whiteout\n"

static const struct {
	const char *claim;
	const char *script;
	const char *expected;	/* the tree, or a part of the message */
} rows[] = {
	/* names */
	{ "an empty tar is an empty root", "", "1 40755 2 0 /\n" },
	{ "the root's own member counts even if it comes last",
	  "n a|d ./", "1 40644 2 2 /\n2 100644 1 1 /a\n" },
	{ "absolute names are in the root, parts that mean nothing drop out",
	  "d /a//|n ./a/.//b",
	  "1 40755 3 0 /\n2 40644 2 1 /a\n3 100644 1 2 /a/b\n" },
	{ "'..' is refused, even if it stays inside", "d a|n a/../b",
	  "member \"a/../b\" at offset 512: its name contains \"..\"" },
	{ "a name that begins with '..' is a name", "n ..a",
	  "1 40755 2 0 /\n2 100644 1 1 /..a\n" },
	{ "255 bytes are a name", "n " LONG_255,
	  "1 40755 2 0 /\n2 100644 1 1 /" LONG_255 "\n" },
	{ "256 bytes are none", "n " LONG_255 "y",
	  "a part of its name has 256 bytes, more than 255" },
	{ "the root cannot be a file", "n ./", "its name ends in '/'" },
	{ "the root cannot be a link", "s . a",
	  "it would replace the root, but is no directory" },

	/* parents */
	{ "parents are made, just before what is in them", "n x|n a/b/c",
	  "1 40755 3 0 /\n2 100644 1 1 /x\n3 40755 3 0 /a\n"
	  "4 40755 2 0 /a/b\n5 100644 1 2 /a/b/c\n" IMPLIED },
	{ "a parent that comes later keeps its place", "n a/b|d a",
	  "1 40755 3 0 /\n2 40644 2 2 /a\n3 100644 1 1 /a/b\n" },
	{ "a file is no parent", "n a|n a/b",
	  "member \"a/b\" at offset 512: its parent \"a\" is a file, not a directory" },
	{ "a symbolic link is no parent", "d d|s a d|n a/b",
	  "its parent \"a\" is a symbolic link, not a directory" },
	{ "a hard link is no parent of itself", "n a|h a/b a",
	  "its parent \"a\" is a file, not a directory" },

	/* replacement */
	{ "a file over a file is a new inode", "n a|n b|n a",
	  "1 40755 2 0 /\n2 100644 1 2 /b\n3 100644 1 3 /a\n" REPLACED },
	{ "a directory over a directory keeps its entries",
	  "d a|n a/b|d a",
	  "1 40755 3 0 /\n2 40644 2 3 /a\n3 100644 1 2 /a/b\n" REPLACED },
	{ "a directory over a file", "n a|d a|n a/b",
	  "1 40755 3 0 /\n2 40644 2 2 /a\n3 100644 1 3 /a/b\n" REPLACED },
	{ "a file over an empty directory", "d a|n a",
	  "1 40755 2 0 /\n2 100644 1 2 /a\n" REPLACED },
	{ "a file over a directory that is not empty", "n a/b|n a",
	  "member \"a\" at offset 512: it would replace a directory that is not empty" },
	{ "a link over a directory that is not empty", "n f|n a/b|h a f",
	  "it would replace a directory that is not empty" },
	{ "other names of what is replaced keep it", "n a|h b a|n a",
	  "1 40755 2 0 /\n2 100644 1 1 /b\n3 100644 1 3 /a\n" REPLACED },

	/* hard links */
	{ "a hard link is one more name", "n a|d d|h d/b /a",
	  "1 40755 3 0 /\n2 100644 2 1 /a\n2 100644 2 1 /d/b\n"
	  "3 40644 2 2 /d\n" },
	{ "hard links may be chained", "n a|h b a|h c ./b",
	  "1 40755 2 0 /\n2 100644 3 1 /a\n2 100644 3 1 /b\n"
	  "2 100644 3 1 /c\n" },
	{ "a hard link to a symbolic link", "s a nowhere|h b a",
	  "1 40755 2 0 /\n2 120644 2 1 /a -> nowhere\n"
	  "2 120644 2 1 /b -> nowhere\n" },
	{ "the same hard link again", "n a|h b a|h b a",
	  "1 40755 2 0 /\n2 100644 2 1 /a\n2 100644 2 1 /b\n" },
	{ "a hard link over another file", "n a|n b|h b a",
	  "1 40755 2 0 /\n2 100644 2 1 /a\n2 100644 2 1 /b\n" REPLACED },
	{ "a hard link to what comes later", "h b a|n a",
	  "it is a hard link to \"a\", which no member before it has made" },
	{ "a hard link through a symbolic link",
	  "d d|n d/f|s l d|h b l/f", "it is a hard link to \"l/f\"" },
	{ "a hard link to itself", "n a|h ./a a",
	  "it is a hard link to itself" },
	{ "a hard link to a directory", "d a|h b a",
	  "it is a hard link to a directory" },
	{ "a hard link to the root", "h b /",
	  "it is a hard link to a directory" },
	{ "a hard link out of the tree", "n a|h b ../a",
	  "its target contains \"..\"" },
	{ "a hard link to a whiteout", "n .wh.a|h b a",
	  "it is a hard link to a whiteout" },
	{ "a hard link to a mark", "n .wh.a|h b .wh.a",
	  "it is a hard link to \".wh.a\", a whiteout or metadata of AUFS" },
	{ "a hard link into metadata of AUFS",
	  "n .wh..wh.plnk/1|h b .wh..wh.plnk/1",
	  "it is a hard link to \".wh..wh.plnk/1\", a whiteout or metadata" },
	{ "a hard link without a target", "h b ",
	  "it is a link without a target" },

	/* whiteouts */
	{ "a whiteout is a device", "n .wh.a",
	  "1 40755 2 0 /\n2 20000 1 1 /a (0)\n" },
	{ "a later file wins", "n .wh.a|n a",
	  "1 40755 2 0 /\n2 100644 1 2 /a\n" },
	{ "an earlier file wins", "n a|n .wh.a",
	  "1 40755 2 0 /\n2 100644 1 1 /a\n" },
	{ "a later directory is opaque", "n .wh.a|d a",
	  "1 40755 3 0 /\n2 40644 2 2 /a opaque\n" },
	{ "an earlier directory is opaque", "d a|n .wh.a",
	  "1 40755 3 0 /\n2 40644 2 1 /a opaque\n" },
	{ "an implied directory is opaque", "n .wh.a|n a/b",
	  "1 40755 3 0 /\n2 40755 2 0 /a opaque\n3 100644 1 2 /a/b\n" IMPLIED },
	{ "a directory that comes in the place of a file is opaque too",
	  "n .wh.a|n a|d a",
	  "1 40755 3 0 /\n2 40644 2 3 /a opaque\n" REPLACED },
	{ "of two whiteouts the later counts", "n .wh.a|n .wh.a",
	  "1 40755 2 0 /\n2 20000 1 2 /a (0)\n" },
	{ "an opaque marker before its directory", "n a/.wh..wh..opq|d a",
	  "1 40755 3 0 /\n2 40644 2 2 /a opaque\n" },
	{ "an opaque marker behind its directory", "d a|n a/.wh..wh..opq",
	  "1 40755 3 0 /\n2 40644 2 1 /a opaque\n" },
	{ "an opaque root", "n .wh..wh..opq", "1 40755 2 0 / opaque\n" },
	{ "metadata of AUFS are left out",
	  "n .wh..wh.aufs|d .wh..wh.plnk|n .wh..wh.plnk/1.2|n a",
	  "1 40755 2 0 /\n2 100644 1 4 /a\n! dropped-aufs-metadata\n" },
	{ "a whiteout of no name", "n a/.wh.",
	  "it is a whiteout of no name" },
	{ "a whiteout of '.'", "n a/.wh..", "it is a whiteout of no name" },
	{ "a whiteout of '..'", "n a/.wh...", "it is a whiteout of no name" },
	{ "a whiteout of '...'", "n .wh....",
	  "1 40755 2 0 /\n2 20000 1 1 /... (0)\n" },
	{ "a whiteout is no parent", "d .wh.a|n .wh.a/b",
	  "its parent \".wh.a\" is a whiteout" },
	{ "a device 0:0 is a whiteout, with its own mode", "c a 0,0",
	  "1 40755 2 0 /\n2 20644 1 1 /a (0)\n" DEVICE },
	{ "a later device 0:0 replaces a file", "n a|c a 0,0",
	  "1 40755 2 0 /\n2 20644 1 2 /a (0)\n" REPLACED DEVICE },
	{ "a later file replaces a device 0:0", "c a 0,0|n a",
	  "1 40755 2 0 /\n2 100644 1 2 /a\n" DEVICE REPLACED },
	{ "a directory over a device 0:0 is not opaque", "c a 0,0|d a",
	  "1 40755 3 0 /\n2 40644 2 2 /a\n" DEVICE REPLACED },
	{ "a device 0:0 over an empty directory", "d a|c a 0,0",
	  "1 40755 2 0 /\n2 20644 1 2 /a (0)\n" REPLACED DEVICE },
	{ "a device 0:0 over a directory that is not empty", "n a/b|c a 0,0",
	  "it would replace a directory that is not empty" },
	{ "a device 0:0 is no parent", "c a 0,0|n a/b",
	  "its parent \"a\" is a file, not a directory" },
	{ "a device 0:0 is the real one before its whiteout",
	  "c a 0,0|n .wh.a",
	  "1 40755 2 0 /\n2 20644 1 1 /a (0)\n" DEVICE },
	{ "a device 0:0 is the real one behind its whiteout",
	  "n .wh.a|c a 0,0",
	  "1 40755 2 0 /\n2 20644 1 2 /a (0)\n" DEVICE },
	{ "a hard link to a device 0:0", "c a 0,0|h b a",
	  "it is a hard link to a whiteout" },

	/* other kinds */
	{ "a device", "c a 1,3", "1 40755 2 0 /\n2 20644 1 1 /a (259)\n" },
	{ "the largest device", "c a 4095,1048575",
	  "1 40755 2 0 /\n2 20644 1 1 /a (4294967295)\n" },
	{ "a major number beyond 12 bits", "c a 4096,1",
	  "its devmajor is 4096, not from 0 to 4095" },
	{ "a minor number beyond 20 bits", "c a 1,1048576",
	  "its devminor is 1048576, not from 0 to 1048575" },
	{ "a fifo", "p a", "1 40755 2 0 /\n2 10644 1 1 /a\n" },
	{ "a symbolic link's target stays as it is", "s a /../b//./",
	  "1 40755 2 0 /\n2 120644 1 1 /a -> /../b//./\n" },
	{ "an unknown type is a regular file", "Q a",
	  "1 40755 2 0 /\n2 100644 1 1 /a\n! unknown-type\n" },
	{ "a contiguous file is a regular file", "7 a",
	  "1 40755 2 0 /\n2 100644 1 1 /a\n" },
	{ "a continued volume", "M a", "multi-volume" },
	{ "a volume label is nothing", "V a|n b",
	  "1 40755 2 0 /\n2 100644 1 2 /b\n" },
};

static const char letters[][2] = {
	{ 'n', TAR_REGULAR }, { 'd', TAR_DIRECTORY }, { 'h', TAR_HARD_LINK },
	{ 's', TAR_SYMLINK }, { 'c', TAR_CHAR }, { 'p', TAR_FIFO },
};

static char letter_type(char letter)
{
	size_t i;

	for (i = 0; i < sizeof(letters) / sizeof(letters[0]); i++) {
		if (letters[i][0] == letter)
			return letters[i][1];
	}
	return letter;
}

static void add_line(struct make_tar *tar, char *line, unsigned int number)
{
	char *name = line + 2, *more = strchr(name, ' ');
	struct make_member m = {
		.type = letter_type(line[0]), .name = name, .uid = number,
	};

	if (more)
		*more++ = 0;
	if (m.type == TAR_CHAR)
		sscanf(more, "%u,%u", &m.major, &m.minor);
	else
		m.target = more;
	if (strlen(name) > 100) {
		make_extended(tar, TAR_GNU_NAME, name, strlen(name));
		m.name = NULL;
	}
	make_header(tar, &m);
}

static void run_script(struct make_tar *tar, const char *script)
{
	char *copy = strdup(script), *line, *rest = copy;
	unsigned int number = 0;

	while ((line = strsep(&rest, "|"))) {
		if (*line)
			add_line(tar, line, ++number);
	}
	make_end(tar);
	free(copy);
}

static void put_path(FILE *f, const struct tree *t, const struct tree_name *n)
{
	if (n->parent != TREE_ROOT)
		put_path(f, t, &t->names[t->inodes[n->parent].dir.name]);
	fprintf(f, "/%.*s", n->len, n->bytes);
}

static void put_inode(FILE *f, const struct tree *t, uint32_t number,
		      uint32_t index, const struct tree_name *n)
{
	const struct tree_inode *inode = &t->inodes[index];
	bool dir = S_ISDIR(inode->mode);

	fprintf(f, "%" PRIu32 " %o %" PRIu32 " %" PRIu32 " ", number,
		inode->mode, dir ? 2 + inode->dir.subdirs : inode->names,
		inode->uid);
	if (n)
		put_path(f, t, n);
	else
		putc('/', f);
	if (S_ISLNK(inode->mode))
		fprintf(f, " -> %.*s", (int)inode->size, inode->target);
	if (S_ISCHR(inode->mode))
		fprintf(f, " (%" PRIu32 ")", inode->rdev);
	if (inode->flags & TARFS2_INODE_OPAQUE)
		fprintf(f, " opaque");
	putc('\n', f);
}

/* by inode, in order of creation; then by name, likewise */
static void put_tree(FILE *f, const struct tree *t)
{
	uint32_t i, n, number = 0;

	for (i = 0; i < t->inode_count; i++) {
		if (!t->inodes[i].names)
			continue;
		number++;
		if (i == TREE_ROOT)
			put_inode(f, t, number, i, NULL);
		for (n = 0; n < t->name_count; n++) {
			if (t->names[n].inode == i)
				put_inode(f, t, number, i, &t->names[n]);
		}
	}
	for (i = 0; i < t->warnings->count; i++)
		fprintf(f, "! %s\n", t->warnings->list[i].kind->name);
}

static int build(struct tree *t, struct make_tar *tar, struct error *e)
{
	const struct tar_member *m;
	struct make_input mi;
	struct tar_reader *r = NULL;
	int err;

	err = make_input_open(&mi, tar, e);
	if (!err)
		err = tar_reader_open(&r, mi.in, t->warnings, e);
	while (!err && (err = tar_reader_next(r, &m, e)) > 0) {
		err = tree_add(t, m, e);
		if (err)
			tar_member_blame(m, e);
	}
	if (!err)
		err = tree_finish(t, e);
	tar_reader_close(r);
	make_input_close(&mi);
	return err;
}

static void check(const char *claim, const char *script, const char *expected)
{
	struct warnings warnings = { };
	struct make_tar tar = { };
	struct error e = { "" };
	char result[4096];
	FILE *f = fmemopen(result, sizeof(result), "w");
	struct tree *t;
	bool holds;

	if (!f || tree_new(&t, 0, &warnings, &e))
		abort();
	run_script(&tar, script);
	if (build(t, &tar, &e)) {
		fputs(e.text, f);
		holds = expected[0] != '1' && strstr(e.text, expected);
	} else {
		put_tree(f, t);
		fflush(f);
		holds = !strcmp(result, expected);
	}
	fclose(f);
	if (!ok(holds, "%s", claim))
		printf("# got: %s\n# not: %s\n", result, expected);
	tree_free(t);
	warnings_free(&warnings);
	make_free(&tar);
}

/* a tree limited to two files, and a tar with three */
static void check_limit(void)
{
	struct tar_member m = { .type = TAR_REGULAR, .mode = 0644 };
	struct warnings w = {};
	struct error e = {};
	struct tree *t;
	char name[2] = "a";
	int err;

	err = tree_new(&t, 0, &w, &e);
	if (!ok(!err, "a tree is made"))
		return;
	t->limit = 2;
	m.path.bytes = name;
	m.path.len = 1;
	for (; !err && name[0] < 'z'; name[0]++)
		err = tree_add(t, &m, &e);
	ok(err == -EFBIG && t->inode_count == 3 && strstr(e.text, "more than 2"),
	   "a tar of more files than the limit is refused: %s", e.text);
	tree_free(t);
	warnings_free(&w);
}

int main(void)
{
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check(rows[i].claim, rows[i].script, rows[i].expected);
	check_limit();
	return tap_done();
}
