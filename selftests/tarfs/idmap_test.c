// SPDX-License-Identifier: GPL-2.0
/*
 * Idmapped mounts: owners and ACLs are shifted, and access is that of the
 * shifted owners.
 *
 *	idmap_test
 *
 * Needs the disk features.2.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "acl.h"
#include "guest.h"

#define MAPPED		"/tmp/mapped"
#define SHIFT		100000
#define RANGE		65536
#define OVERFLOW	65534		/* an owner without a mapping */

static void write_map(pid_t pid, const char *which)
{
	char path[64], map[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, which);
	snprintf(map, sizeof(map), "0 %d %d", SHIFT, RANGE);
	write_file(path, map);
}

/* a user namespace that maps 0 to SHIFT, made by a child that is killed then */
static int shifted_namespace(void)
{
	int ready[2], fd;
	char path[64], byte;
	pid_t pid;

	if (pipe(ready))
		give_up("no pipe");
	pid = fork();
	if (!pid) {
		if (unshare(CLONE_NEWUSER) || write(ready[1], "", 1) != 1)
			_exit(1);
		pause();
	}
	if (pid < 0 || read(ready[0], &byte, 1) != 1)
		give_up("no user namespace");
	write_map(pid, "uid_map");
	write_map(pid, "gid_map");
	snprintf(path, sizeof(path), "/proc/%d/ns/user", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		give_up("cannot open the user namespace");
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close(ready[0]);
	close(ready[1]);
	return fd;
}

/* clone /mnt with all owners shifted; false if that is not supported */
static bool mount_shifted(void)
{
	struct mount_attr attr = {
		.attr_set = MOUNT_ATTR_IDMAP,
		.userns_fd = shifted_namespace(),
	};
	int tree = open_tree(AT_FDCWD, "/mnt", OPEN_TREE_CLONE |
			     OPEN_TREE_CLOEXEC);

	if (tree < 0)
		give_up("cannot clone the mount");
	if (mount_setattr(tree, "", AT_EMPTY_PATH, &attr, sizeof(attr)))
		return false;
	mkdir(MAPPED, 0755);
	if (move_mount(tree, "", AT_FDCWD, MAPPED, MOVE_MOUNT_F_EMPTY_PATH))
		give_up("cannot attach the mount");
	close(tree);
	close(attr.userns_fd);
	return true;
}

static bool is_owned(const char *path, unsigned int uid, unsigned int gid)
{
	struct stat st;

	return !lstat(path, &st) && st.st_uid == uid && st.st_gid == gid;
}

static void test_owners(void)
{
	ok(is_owned(MAPPED "/sizes/513", SHIFT, SHIFT), "root is shifted");
	ok(is_owned(MAPPED "/private", SHIFT + 1000, SHIFT + 1000),
	   "a user is");
	ok(is_owned(MAPPED "/setgid", SHIFT, SHIFT + 4321), "a group is");
	ok(is_owned(MAPPED "/short", SHIFT, SHIFT), "a link's owner is");
	ok(is_owned(MAPPED "/owned", OVERFLOW, OVERFLOW),
	   "who is not in the map is nobody");
	ok(is_owned("/mnt/private", 1000, 1000),
	   "the other mount is as it was");
}

static void test_access(void)
{
	const char *path = MAPPED "/private";

	ok(!open_as(SHIFT + 1000, path, O_RDONLY), "the owner is let in");
	ok(open_as(1000, path, O_RDONLY) == EACCES,
	   "who has the number on the disk is kept out");
	ok(!open_as(SHIFT + 1000, MAPPED "/acls/user", O_RDONLY) &&
	   open_as(1000, MAPPED "/acls/user", O_RDONLY) == EACCES,
	   "an ACL lets the shifted user in");
	ok(open_as(SHIFT + 1000, MAPPED "/acls/not-user", O_RDONLY) == EACCES &&
	   !open_as(1000, MAPPED "/acls/not-user", O_RDONLY),
	   "another keeps the shifted user out");
	ok(!open_as(1000, "/mnt/private", O_RDONLY) &&
	   open_as(SHIFT + 1000, "/mnt/private", O_RDONLY) == EACCES,
	   "in the other mount it is as it was");
}

static void test_acl(void)
{
	struct acl acl;

	ok(getxattr(MAPPED "/acls/user", "system.posix_acl_access", &acl,
		    sizeof(acl)) == ACL_SIZE(5) &&
	   acl.entries[1].e_tag == ACL_USER &&
	   acl.entries[1].e_id == SHIFT + 1000, "an ACL is shown shifted");
}

static void test_exec(void)
{
	char *const argv[] = { "setuid", NULL };

	ok(run_program(MAPPED "/bin/setuid", argv, 1000) ==
	   ((SHIFT + 1234) & 0xff), "setuid gives the shifted user");
	ok(run_program("/mnt/bin/setuid", argv, 1000) == (1234 & 0xff),
	   "in the other mount it gives the user");
}

int main(void)
{
	setlinebuf(stdout);
	mark_log();
	must_mount(disk("features.2"), "/mnt");
	if (ok(mount_shifted(), "a mount is idmapped")) {
		test_owners();
		test_access();
		test_acl();
		test_exec();
		drop_caches();
		test_owners();
		test_access();
		ok(!unmount(MAPPED), "unmounts");
		rmdir(MAPPED);
	}
	ok(!unmount("/mnt"), "unmounts");
	ok(!log_lines("tarfs ("), "the kernel's log has no complaint");
	return tap_done();
}
