// SPDX-License-Identifier: GPL-2.0
/*
 * setuid, setgid and file capabilities take effect on exec, except on a nosuid
 * mount; a noexec mount starts nothing.
 *
 *	exec_test
 *
 * Needs the disk features.2, which has the program probe with such modes and
 * attributes; its exit status says what it was given.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <sys/mount.h>

#include "guest.h"

#define NOBODY		1000
#define GIVEN		(1234 & 0xff)
#define OWN		(NOBODY & 0xff)
#define NOT_STARTED	127

static int probe(const char *path, const char *question)
{
	char *const argv[] = { (char *)path, (char *)question, NULL };

	return run_program(path, argv, NOBODY);
}

static void mount_with(unsigned long flags)
{
	if (mount(disk("features.2"), "/mnt", "tar", MS_RDONLY | flags, ""))
		give_up("cannot mount features.2");
}

static void test_given(const char *when)
{
	ok(probe("/mnt/bin/setuid", NULL) == GIVEN, "setuid is honoured%s",
	   when);
	ok(probe("/mnt/bin/setgid", "group") == GIVEN, "setgid is honoured%s",
	   when);
	ok(probe("/mnt/bin/capable", "net_raw") == 1,
	   "the capability is had, and no other%s", when);
}

static void test_not_given(void)
{
	ok(probe("/mnt/bin/setuid", NULL) == OWN, "nosuid: no setuid");
	ok(probe("/mnt/bin/setgid", "group") == OWN, "nosuid: no setgid");
	ok(!probe("/mnt/bin/capable", "net_raw"), "nosuid: no capability");
}

int main(void)
{
	setlinebuf(stdout);
	mark_log();
	mount_with(0);
	ok(probe("/mnt/bin/program", NULL) == OWN &&
	   probe("/mnt/bin/program", "group") == OWN &&
	   !probe("/mnt/bin/program", "net_raw"),
	   "a program without attributes gives nothing");
	ok(probe("/mnt/bin/setgid", NULL) == OWN &&
	   !probe("/mnt/bin/setuid", "net_raw"), "others give what they say");
	test_given("");
	drop_caches();
	test_given(", with cold caches");
	ok(!unmount("/mnt"), "unmounts");
	mount_with(MS_NOSUID);
	test_not_given();
	ok(!unmount("/mnt"), "unmounts");
	mount_with(MS_NOEXEC);
	ok(probe("/mnt/bin/program", NULL) == NOT_STARTED,
	   "noexec: nothing is started");
	ok(!unmount("/mnt"), "unmounts");
	ok(!log_lines("tarfs ("), "the kernel's log has no complaint");
	return tap_done();
}
