// SPDX-License-Identifier: GPL-2.0
/*
 * The static verity-setup opens and closes images in a system without libraries
 * and udev, and reports each refusal with its reason.
 *
 *	verity_setup_test
 *
 * Needs the program, linked statically, the disk plain.2, the file base.2, and
 * "stranger", a signature of plain.2's root hash by a key that no kernel has;
 * also, where the kernel has the signer's key, "trusted" with another signature
 * of it, and "trusted-other" with one of another root hash.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "guest.h"
#include "mapper.h"

#define NAME	"layer"
#define NODE	"/dev/mapper/" NAME

/* run the program with these arguments; its output is in "said" */
__attribute__((format(printf, 1, 2)))
static int verity_setup(const char *fmt, ...)
{
	char command[512] = "exec ./verity-setup ";
	char *argv[] = { "sh", "-c", command, NULL };
	const size_t len = strlen(command);
	va_list args;

	va_start(args, fmt);
	vsnprintf(command + len, sizeof(command) - len, fmt, args);
	va_end(args);
	strncat(command, " > said 2>&1", sizeof(command) - strlen(command) - 1);
	return run_program("/bin/sh", argv, 0);
}

/* did it fail with exit status 1 and this message? */
static bool refuses(int status, const char *why)
{
	if (status == 1 && file_has("said", why))
		return true;
	printf("# status %d, not with: %s\n", status, why);
	return false;
}

static bool is_block(const char *path)
{
	struct stat st;

	return !lstat(path, &st) && S_ISBLK(st.st_mode);
}

static void check_mounted(const char *file, const char *what)
{
	must_mount(NODE, "/mnt");
	ok(!access(file, R_OK), "%s mounts and has its files", what);
	ok(refuses(verity_setup("close " NAME), "still in use; is it mounted?"),
	   "... and is not closed while it is mounted");
	if (unmount("/mnt"))
		give_up("cannot unmount");
}

static void check_image(const char *path, const char *root, const char *file,
			const char *what)
{
	ok(!verity_setup("open %s " NAME " %s", path, root), "%s is opened",
	   what);
	ok(is_block(NODE), "... with a node of its own");
	ok(refuses(verity_setup("open %s " NAME " %s", path, root),
		   "there is a mapping of this name already"),
	   "... and not again by the same name");
	check_mounted(file, what);
	ok(!verity_setup("close " NAME), "%s is closed", what);
	ok(access(NODE, F_OK) && errno == ENOENT, "... and the node is gone");
}

/* a node left by a mapping that another program removed */
static void test_old_node(const char *path, const char *root)
{
	struct stat st;

	if (mknod(NODE, S_IFBLK | 0600, makedev(1, 200)))
		give_up("cannot make a node");
	ok(!verity_setup("open %s " NAME " %s", path, root) &&
	   !stat(NODE, &st) && st.st_rdev != makedev(1, 200),
	   "an old node of that name is replaced");
	ok(!verity_setup("close " NAME), "... and goes when it is closed");
}

static void test_refusals(const char *path, const char *root)
{
	struct map_row row = { 8, "error", "" };
	char wrong[65], device[32];

	snprintf(wrong, sizeof(wrong), "%s", root);
	wrong[0] = wrong[0] == '0' ? '1' : '0';
	ok(refuses(verity_setup("open %s " NAME " %s", path, wrong),
		   "the tree's root hash is"), "another root hash is refused");
	ok(access(NODE, F_OK), "... and leaves nothing behind");
	ok(refuses(verity_setup("open %s a/b %s", path, root),
		   "not a name for a mapping"), "a name with a slash is refused");
	ok(refuses(verity_setup("close " NAME), "there is no such mapping"),
	   "what is not there cannot be closed");
	errno = map_device("other", &row, 1, device);
	if (errno)
		give_up("cannot make a device of errors");
	ok(refuses(verity_setup("close other"), "not a dm-verity mapping"),
	   "a mapping of another target is left alone");
	unmap_device("other");
}

static void test_policies(const char *path, const char *root)
{
	static const char *const policies[] = { "restart", "panic" };
	char what[32];
	size_t i;

	for (i = 0; i < 2; i++) {
		ok(!verity_setup("open --%s-on-corruption %s " NAME " %s",
				 policies[i], path, root),
		   "an image is opened with --%s-on-corruption", policies[i]);
		snprintf(what, sizeof(what), "an image with %s", policies[i]);
		check_mounted("/mnt/sizes/513", what);
		ok(!verity_setup("close " NAME), "%s is closed", what);
	}
}

static int open_signed(const char *signature, const char *path,
		       const char *root)
{
	return verity_setup("open --root-hash-signature=%s %s " NAME " %s",
			    signature, path, root);
}

static void test_signatures(const char *path, const char *root)
{
	ok(refuses(open_signed("stranger", path, root),
		   "Required key not available"),
	   "a signature by a key that the kernel does not know is refused");
	ok(access(NODE, F_OK), "... and leaves nothing behind");
	ok(refuses(open_signed("roots", path, root), "cannot load the table"),
	   "what is no signature is refused");
	if (access("trusted", R_OK)) {
		printf("# this kernel trusts no key of ours\n");
		return;
	}
	ok(!open_signed("trusted", path, root),
	   "a signature by a key that the kernel trusts is taken");
	check_mounted("/mnt/sizes/513", "a signed image");
	ok(!verity_setup("close " NAME), "a signed image is closed");
	ok(refuses(open_signed("trusted-other", path, root),
		   "cannot load the table"),
	   "a signature of another root hash is refused");
}

int main(void)
{
	struct verity_image plain, base;
	char *path = disk("plain.2");

	setlinebuf(stdout);
	find_image("plain.2", &plain);
	find_image("base.2", &base);
	check_image(path, plain.root, "/mnt/sizes/513", "an image on a disk");
	check_image("base.2", base.root, "/mnt/kept", "an image in a file");
	test_old_node(path, plain.root);
	test_refusals(path, plain.root);
	test_policies(path, plain.root);
	test_signatures(path, plain.root);
	return tap_done();
}
