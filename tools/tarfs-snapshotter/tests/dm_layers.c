// SPDX-License-Identifier: GPL-2.0
/*
 * In a guest with the driver: layers are mounted through dm-verity, and nothing is
 * left of them.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dm_kit.h"
#include "layers/dm_device.h"
#include "verity/dmctl.h"

#define DEEP	128

/* the table of the mapping of a layer, as "dmsetup table" shows it */
static bool has_table(const char *key, const char *name)
{
	struct record_image image = image_of(key);
	const struct dm_target_spec *spec;
	char device[32], want[512];
	struct dmctl r;

	dmctl_init(&r, name, DM_STATUS_TABLE_FLAG);
	if (dmctl_call(&r, DM_TABLE_STATUS) || r.io.target_count != 1 ||
	    !(r.io.flags & DM_READONLY_FLAG))
		return false;
	spec = (const void *)r.data;
	printf("# %s %s\n", spec->target_type, (const char *)(spec + 1));
	if (sscanf((const char *)(spec + 1), "1 %31s", device) != 1)
		return false;
	snprintf(want, sizeof(want),
		 "1 %s %s 4096 4096 %llu %llu sha256 %s %064d", device, device,
		 (unsigned long long)image.data_blocks,
		 (unsigned long long)image.data_blocks, image.root_hash, 0);
	return !strcmp(spec->target_type, "verity") && !spec->sector_start &&
	       spec->length == image.data_blocks * 8 &&
	       !strcmp((const char *)(spec + 1), want);
}

static void test_mapping(const char *key)
{
	struct record_image image = image_of(key);
	char name[32];

	snprintf(name, sizeof(name), "tarfs-%.12s", image.diff_id);
	claim(!sh("grep -q '^/dev/mapper/%s " STATE "/mounts/[^ ]* tar ro,relatime' /proc/mounts",
		  name), "layer %s is mounted by the driver from its mapping", key);
	claim(has_table(key, name),
	      "... with the record's root hash and number of blocks");
}

static void test_chain(void)
{
	make_layer("l1", "", "echo 1 > a; echo 1 > b; mkdir c; echo 1 > c/d; "
		   "mknod zero c 1 5");
	make_layer("l2", "l1", "echo 2 > a; rm -r c; echo 2 > e");
	make_layer("l3", "l2", "rm b; mkdir c; echo 3 > c/f");
	claim(!view("v", "l3", "/mnt/v"), "a view of three layers");
	claim(file_is("/mnt/v/a", "2\n") && file_is("/mnt/v/e", "2\n") &&
	      file_is("/mnt/v/c/f", "3\n") && access("/mnt/v/b", F_OK) &&
	      access("/mnt/v/c/d", F_OK), "shows what they are together");
	claim(number("head -c 100 /mnt/v/zero | wc -c") == 100,
	      "a device can be opened");
	claim(settles(3, 3), "three mappings, loop devices, mounts");
	test_mapping("l1");
	test_mapping("l2");
	test_mapping("l3");
	claim(number("cat /sys/block/loop*/loop/autoclear | grep -c 1") == 3 &&
	      number("cat /sys/block/loop*/ro | grep -c 1") == 3,
	      "the loop devices are read-only, and go with the mappings");
	claim(!number("ls /dev/mapper | grep -c tarfs"), "no node is left");
}

static void make_mapping(struct dm_device *d, const char *owner,
			 const char *stem)
{
	must(dm_device_create(d, owner, stem, &e));
	must(dm_device_start(d, "error", "", 8, &e));
}

/* as if a run had been killed before it has mounted a mapping */
static void test_leftovers(void)
{
	struct dm_device ours, other;
	char owner[64];
	struct dmctl r;
	struct stat st;

	must(stat(STATE "/mounts", &st));
	snprintf(owner, sizeof(owner), "TARFS-SNAPSHOTTER-%jx-%jx-",
		 (uintmax_t)st.st_dev, (uintmax_t)st.st_ino);
	make_mapping(&ours, owner, "tarfs-left");
	make_mapping(&other, "TARFS-SNAPSHOTTER-1-1-", "tarfs-left");
	claim(!strcmp(other.name, "tarfs-left-2"), "a name that is taken");
	start_daemon();
	dmctl_init(&r, ours.name, 0);
	claim(dmctl_call(&r, DM_DEV_STATUS), "a leftover is removed");
	dmctl_init(&r, other.name, 0);
	claim(!dmctl_call(&r, DM_DEV_STATUS), "but not that of another daemon");
	must(dm_device_remove(&other, &e));
}

static void start_and_die(void)
{
	pid_t pid = fork();

	if (pid) {
		waitpid(pid, NULL, 0);
		return;
	}
	start_daemon();
	kill(getpid(), SIGKILL);
}

static void test_restart(void)
{
	end_daemon();
	claim(settles(3, 3) && file_is("/mnt/v/a", "2\n"),
	      "without the daemon the overlay goes on");
	start_and_die();
	claim(settles(6, 3), "another run has mounted anew, and was killed");
	start_daemon();
	sh("echo 3 > /proc/sys/vm/drop_caches");
	claim(file_is("/mnt/v/a", "2\n") && file_is("/mnt/v/c/f", "3\n"),
	      "the overlay still goes on");
	claim(settles(6, 3), "its mappings stay, those of the killed run do not");
	claim(!view("w", "l3", "/mnt/w") && file_is("/mnt/w/a", "2\n") &&
	      settles(6, 3), "a new overlay uses the new mappings");
	must(umount("/mnt/v"));
	claim(settles(3, 3), "what only the old overlay has used goes with it");
	must(umount("/mnt/w"));
	end_daemon();
	test_leftovers();
}

static void test_removal(void)
{
	drop("v");
	drop("w");
	drop("l3");
	claim(settles(2, 2), "a layer that is removed is unmounted");
	drop("l2");
	drop("l1");
	claim(settles(0, 0), "nothing is left of the others");
}

static void make_deep(void)
{
	char key[16], parent[16] = "";
	char *dir;
	int i;

	for (i = 0; i < DEEP; i++) {
		dir = store_dir(store, create(RECORD_ACTIVE, "x", parent), "fs");
		must(sh("echo %d > %s/f%d", i, dir, i));
		free(dir);
		snprintf(key, sizeof(key), "d%d", i);
		commit("x", key);
		strcpy(parent, key);
	}
}

static void test_deep(void)
{
	char key[16];
	int i;

	make_deep();
	snprintf(key, sizeof(key), "d%d", DEEP - 1);
	claim(!view("deep", key, "/mnt/deep"), "%d layers", DEEP);
	claim(number("cat /mnt/deep/f* | sort -n | uniq | wc -l") == DEEP &&
	      settles(DEEP, DEEP), "are all there");
	must(umount("/mnt/deep"));
	drop("deep");
	for (i = DEEP; i--;) {
		snprintf(key, sizeof(key), "d%d", i);
		drop(key);
	}
	claim(settles(0, 0), "and leave nothing");
}

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	must(mkdir(STATE, 0755) ||
	     mount("tmpfs", STATE, "tmpfs", 0, "mode=755"));
	start_daemon();
	test_chain();
	test_restart();
	test_removal();
	test_images();
	test_failures();
	test_deep();
	end_daemon();
	return claims_done();
}
