// SPDX-License-Identifier: GPL-2.0
/*
 * What is missing, taken or in the way when layers are mounted: nothing is left.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dm_kit.h"
#include "layers/dm_device.h"

#define THREADS	8
#define KEPT	STATE "/kept"

static void ignore(const char *text)
{
	printf("# %s\n", text);
}

static int check_dm(void)
{
	const struct mounter *dm = &mounter_dm;

	return mounter_choose(&dm, ignore, &e);
}

static void test_choice(void)
{
	const struct mounter *best = NULL;

	claim(!mounter_choose(&best, ignore, &e) && best == &mounter_dm,
	      "the best mounter here");
	must(rename("/dev/loop-control", "/dev/hidden"));
	claim(check_dm(), "no loop devices: %s", e.text);
	best = NULL;
	claim(!mounter_choose(&best, ignore, &e) && best == &mounter_fuse,
	      "then mount.tar is the best");
	must(rename("/dev/hidden", "/dev/loop-control"));
	must(rename("/dev/mapper/control", "/dev/hidden"));
	claim(check_dm(), "no device-mapper: %s", e.text);
	must(rename("/dev/hidden", "/dev/mapper/control"));
	claim(!check_dm(), "all is there again");
}

/* a view of both layers fails, with an error that names one, and leaves nothing */
static void fails(const char *what)
{
	struct record_image one = image_of("f1"), two = image_of("f2");
	int err = view("fv", "f2", NULL);

	claim(err == -EIO && (strstr(e.text, one.diff_id) ||
			      strstr(e.text, two.diff_id)), "%s: %s", what,
	      e.text);
	drop("fv");
	end_daemon();
	start_daemon();
	claim(settles(0, 0), "and nothing is left");
}

static void test_missing(void)
{
	must(rename("/dev/loop-control", "/dev/hidden"));
	claim(view("fv", "f2", NULL) == -EIO, "no loop device: %s", e.text);
	drop("fv");
	must(rename("/dev/hidden", "/dev/loop-control"));
	must(rename("/dev/mapper/control", "/dev/hidden"));
	claim(view("fv", "f2", NULL) == -EIO, "no device-mapper: %s", e.text);
	drop("fv");
	must(rename("/dev/hidden", "/dev/mapper/control"));
	claim(settles(0, 0), "and nothing is left");
}

static void test_in_the_way(void)
{
	struct record_image image = image_of("f1");
	char path[128];

	snprintf(path, sizeof(path), STATE "/mounts/%.12s%d", image.diff_id,
		 image.format);
	must(sh("echo > %s", path));
	fails("a target that is no directory");
	unlink(path);
}

static void test_changed(void)
{
	char *path = path_of("f1");
	off_t tree = image_of("f1").size / 4096 - 2;

	must(sh("cp %s " KEPT, path));
	must(sh("dd if=/dev/zero of=%s bs=4096 count=1 conv=notrunc seek=%jd 2>/dev/null",
		path, (intmax_t)tree));
	fails("an image with another tree");
	must(sh("cat " KEPT " > %s; rm " KEPT, path));
	free(path);
}

static void test_taken(void)
{
	struct record_image image = image_of("f1");
	struct dm_device other;
	char name[32];

	snprintf(name, sizeof(name), "tarfs-%.12s", image.diff_id);
	must(dm_device_create(&other, "STRANGER-", name, &e));
	must(dm_device_start(&other, "error", "", 8, &e));
	claim(!view("fv", "f2", "/mnt/fv") && file_is("/mnt/fv/a", "1\n") &&
	      !sh("grep -q '^/dev/mapper/%s-2 ' /proc/mounts", name),
	      "a name that is taken: another one");
	must(umount("/mnt/fv"));
	must(dm_device_remove(&other, &e));
}

struct job {
	pthread_t thread;
	const char *path;
	const struct record_image *image;
	char target[32];
	struct error e;
	int err;
};

static void *mount_one(void *ctx)
{
	struct job *job = ctx;
	const struct mounting m = {
		.image		= job->image,
		.path		= job->path,
		.target		= job->target,
		.dir		= STATE "/mounts",
	};

	job->err = mounter_dm.mount(&m, &job->e);
	return NULL;
}

/* the same image, so that they want the same name and the same loop device */
static void test_threads(void)
{
	struct record_image image = image_of("f1");
	static struct job jobs[THREADS];
	char *path = path_of("f1");
	int i, failed = 0;

	for (i = 0; i < THREADS; i++) {
		jobs[i].path = path;
		jobs[i].image = &image;
		sprintf(jobs[i].target, STATE "/job%d", i);
		mkdir(jobs[i].target, 0755);
		pthread_create(&jobs[i].thread, NULL, mount_one, &jobs[i]);
	}
	for (i = 0; i < THREADS; i++) {
		pthread_join(jobs[i].thread, NULL);
		failed += !!jobs[i].err;
		if (jobs[i].err)
			printf("# %s\n", jobs[i].e.text);
	}
	claim(!failed && settles(THREADS, THREADS), "%d threads at once", THREADS);
	for (i = 0; i < THREADS; i++)
		umount(jobs[i].target);
	claim(settles(0, 0), "and nothing is left");
	free(path);
}

void test_failures(void)
{
	test_choice();
	make_layer("f1", "", "echo 1 > a");
	make_layer("f2", "f1", "echo 2 > b");
	must(view("fv", "f2", NULL));
	drop("fv");
	end_daemon();
	start_daemon();
	test_missing();
	test_in_the_way();
	test_changed();
	test_threads();
	test_taken();
	drop("fv");
	drop("f2");
	drop("f1");
	claim(settles(0, 0), "at the end nothing is left");
}
