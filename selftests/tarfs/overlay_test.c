// SPDX-License-Identifier: GPL-2.0
/*
 * Layers under overlayfs: whiteouts and opaque directories take effect, and
 * files are copied up without a change of the layer.
 *
 *	overlay_test FORMAT
 *
 * Needs the disks base.FORMAT and upper.FORMAT, the layer on top of it.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "guest.h"

#define WRITABLE \
	"lowerdir=/tmp/upper:/tmp/base,upperdir=/tmp/rw/up,workdir=/tmp/rw/work,index=on"

/* does the directory list just @names, each of which a blank follows? */
static bool lists(const char *path, const char *names)
{
	DIR *dir = opendir(path);
	size_t left = strlen(names);
	bool good = dir;
	struct dirent *de;
	char name[260];

	while (good && (de = readdir(dir))) {
		if (!strcmp(de->d_name, ".") || !strcmp(de->d_name, ".."))
			continue;
		snprintf(name, sizeof(name), "%s ", de->d_name);
		good = strstr(names, name) && left >= strlen(name);
		left -= strlen(name);
	}
	if (dir)
		closedir(dir);
	return good && !left;
}

static bool is_absent(const char *path)
{
	struct stat st;

	return lstat(path, &st) && errno == ENOENT;
}

static void test_layers(void)
{
	struct stat st;
	char value[8];

	ok(!lstat("/tmp/upper/removed", &st) && S_ISCHR(st.st_mode) &&
	   !st.st_rdev, "a whiteout is a character device 0:0");
	ok(getxattr("/tmp/upper/opaque", "trusted.overlay.opaque", value,
		    sizeof(value)) == 1 && value[0] == 'y',
	   "an opaque directory says so");
	ok(getxattr("/tmp/upper/merged", "trusted.overlay.opaque", value,
		    sizeof(value)) < 0 && errno == ENODATA,
	   "another one does not");
	ok(lists("/tmp/upper/opaque", "both "),
	   "the mark of an opaque directory is not listed");
}

static void test_merged(const char *how)
{
	ok(file_is("/mnt/kept", "base"), "%s: a file of the base", how);
	ok(file_is("/mnt/replaced", "upper"), "%s: a replaced file", how);
	ok(is_absent("/mnt/removed"), "%s: a removed file", how);
	ok(is_absent("/mnt/gone"), "%s: a removed directory", how);
	ok(is_absent("/mnt/gone/base"), "%s: nothing is below it", how);
	ok(file_is("/mnt/merged/base", "base") &&
	   file_is("/mnt/merged/both", "upper") &&
	   file_is("/mnt/merged/upper", "upper") &&
	   file_is("/mnt/merged/inner/both", "base"),
	   "%s: a merged directory", how);
	ok(is_absent("/mnt/opaque/base") &&
	   file_is("/mnt/opaque/both", "upper"),
	   "%s: an opaque directory", how);
	ok(lists("/mnt", "kept replaced merged opaque "),
	   "%s: the root lists what is left", how);
	ok(lists("/mnt/merged", "base both upper inner "),
	   "%s: a merged directory lists all", how);
	ok(lists("/mnt/opaque", "both "), "%s: an opaque one its own", how);
}

static void test_copying_up(void)
{
	struct stat before, after;

	stat("/mnt/kept", &before);
	ok(append("/mnt/kept", 0, "+more"), "a file is written to");
	ok(file_is("/mnt/kept", "base+more"), "it has both");
	ok(!stat("/mnt/kept", &after) && after.st_mode == before.st_mode &&
	   after.st_uid == before.st_uid, "mode and owner are copied up");
	ok(after.st_ino == before.st_ino, "the inode number stays");
	ok(append("/mnt/removed", O_CREAT, "new"), "a removed file is made anew");
	ok(!unlink("/mnt/merged/base") && is_absent("/mnt/merged/base"),
	   "a file is removed");
	ok(!rename("/mnt/merged/upper", "/mnt/moved") &&
	   file_is("/mnt/moved", "upper"), "a file is renamed");
	ok(!mkdir("/mnt/gone", 0755) && lists("/mnt/gone", ""),
	   "a removed directory is made anew, and is empty");
	drop_caches();
	ok(file_is("/mnt/kept", "base+more") &&
	   is_absent("/mnt/merged/base"), "it all stays");
	ok(file_is("/tmp/base/kept", "base"), "the layer is as it was");
}

static void test_read_only(void)
{
	if (!ok(!mount("overlay", "/mnt", "overlay", MS_RDONLY,
		       "lowerdir=/tmp/upper:/tmp/base"), "two layers mount"))
		return;
	test_merged("read-only");
	drop_caches();
	test_merged("read-only, cold");
	ok(!unmount("/mnt"), "unmounts");
}

static void test_writable(const char *format)
{
	mark_log();
	if (!ok(!mount("overlay", "/mnt", "overlay", 0,
		       WRITABLE),
		"two layers and a writable one mount"))
		return;
	if (format[0] == '2')
		ok(!log_lines("overlay"),
		   "overlayfs has handles and a uuid, and does not complain");
	test_merged("writable");
	test_copying_up();
	ok(!unmount("/mnt"), "unmounts");
}

static void mount_layer(const char *name, const char *format, const char *where)
{
	char image[32];

	snprintf(image, sizeof(image), "%s.%s", name, format);
	if (mkdir(where, 0755) || try_mount(disk(image), where, ""))
		give_up("cannot mount %s", image);
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	setlinebuf(stdout);
	mount_layer("base", argv[1], "/tmp/base");
	mount_layer("upper", argv[1], "/tmp/upper");
	if (mkdir("/tmp/rw", 0755) || mount("rw", "/tmp/rw", "tmpfs", 0, "") ||
	    mkdir("/tmp/rw/up", 0755) || mkdir("/tmp/rw/work", 0755))
		give_up("cannot make the writable layer");
	mark_log();
	test_layers();
	test_read_only();
	test_writable(argv[1]);
	ok(!unmount("/tmp/upper") && !unmount("/tmp/base") &&
	   !unmount("/tmp/rw"), "the layers unmount");
	rmdir("/tmp/upper");
	rmdir("/tmp/base");
	rmdir("/tmp/rw");
	ok(!log_lines("tarfs ("), "the kernel's log has no complaint");
	return tap_done();
}
