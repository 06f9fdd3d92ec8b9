// SPDX-License-Identifier: GPL-2.0
/*
 * Write the bundle of a container for an OCI runtime: the pod spec's process,
 * with the defaults of container engines.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "run/bundle.h"

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))

static const char *const capabilities[] = {
	"CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FSETID", "CAP_FOWNER",
	"CAP_MKNOD", "CAP_NET_RAW", "CAP_SETGID", "CAP_SETUID",
	"CAP_SETFCAP", "CAP_SETPCAP", "CAP_NET_BIND_SERVICE",
	"CAP_SYS_CHROOT", "CAP_KILL", "CAP_AUDIT_WRITE",
};

static const char *const capability_sets[] = {
	"bounding", "effective", "permitted",
};

static const char *const namespaces[] = {
	"pid", "network", "ipc", "uts", "mount", "cgroup",
};

static const struct {
	const char *destination, *type, *source;
	const char *options[7];
} mounts[] = {
	{ "/proc", "proc", "proc", { "nosuid", "noexec", "nodev" } },
	{ "/dev", "tmpfs", "tmpfs",
	  { "nosuid", "strictatime", "mode=755", "size=65536k" } },
	{ "/dev/pts", "devpts", "devpts",
	  { "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620",
	    "gid=5" } },
	{ "/dev/shm", "tmpfs", "shm",
	  { "nosuid", "noexec", "nodev", "mode=1777", "size=65536k" } },
	{ "/dev/mqueue", "mqueue", "mqueue", { "nosuid", "noexec", "nodev" } },
	{ "/sys", "sysfs", "sysfs", { "nosuid", "noexec", "nodev", "ro" } },
	{ "/sys/fs/cgroup", "cgroup", "cgroup",
	  { "nosuid", "noexec", "nodev", "relatime", "ro" } },
};

static const char *const masked_paths[] = {
	"/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys",
	"/proc/latency_stats", "/proc/sched_debug", "/proc/scsi",
	"/proc/timer_list", "/proc/timer_stats",
	"/sys/devices/virtual/powercap", "/sys/firmware",
};

static const char *const readonly_paths[] = {
	"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys",
	"/proc/sysrq-trigger",
};

/* jansson's setters refuse NULL, so one check at the end finds any failure */
static json_t *string_list(const char *const *strings, size_t count)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < count && strings[i]; i++)
		if (json_array_append_new(list, json_string(strings[i])))
			goto free_list;
	return list;

free_list:
	json_decref(list);
	return NULL;
}

static json_t *make_capabilities(void)
{
	json_t *sets = json_object();
	size_t i;

	for (i = 0; i < COUNT(capability_sets); i++)
		if (json_object_set_new(sets, capability_sets[i],
					string_list(capabilities,
						    COUNT(capabilities))))
			goto free_sets;
	return sets;

free_sets:
	json_decref(sets);
	return NULL;
}

/* the kernel's own limit, 4096, is too low for databases and their like */
static json_t *make_rlimits(void)
{
	return json_pack("[{s:s, s:i, s:i}]", "type", "RLIMIT_NOFILE",
			 "soft", 1024, "hard", 524288);
}

static json_t *make_process(const struct container *c)
{
	json_t *process = json_copy(c->process);

	if (!process ||
	    json_object_set_new(process, "capabilities",
				make_capabilities()) ||
	    json_object_set_new(process, "rlimits", make_rlimits())) {
		json_decref(process);
		return NULL;
	}
	return process;
}

static json_t *make_standard_mount(size_t i)
{
	return json_pack("{s:s, s:s, s:s, s:o}",
			 "destination", mounts[i].destination,
			 "type", mounts[i].type, "source", mounts[i].source,
			 "options", string_list(mounts[i].options,
						COUNT(mounts[i].options)));
}

static json_t *make_volume_mount(const struct container_mount *m)
{
	return json_pack("{s:s, s:s, s:s+, s:[s, s, s, s]}",
			 "destination", m->destination, "type", "bind",
			 "source", SCRATCH_VOLUMES_DIR, m->volume->name,
			 "options", "bind", "nosuid", "nodev",
			 m->readonly ? "ro" : "rw");
}

static json_t *make_mounts(const struct container *c)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < COUNT(mounts); i++)
		if (json_array_append_new(list, make_standard_mount(i)))
			goto free_list;
	for (i = 0; i < c->mount_count; i++)
		if (json_array_append_new(list,
					  make_volume_mount(&c->mounts[i])))
			goto free_list;
	return list;

free_list:
	json_decref(list);
	return NULL;
}

static json_t *make_namespaces(void)
{
	json_t *list = json_array(), *namespace;
	size_t i;

	for (i = 0; i < COUNT(namespaces); i++) {
		namespace = json_pack("{s:s}", "type", namespaces[i]);
		if (json_array_append_new(list, namespace))
			goto free_list;
	}
	return list;

free_list:
	json_decref(list);
	return NULL;
}

/* allow no device but those that the runtime always allows */
static json_t *make_linux(const struct container *c)
{
	return json_pack("{s:o, s:s++, s:{s:[{s:b, s:s}]}, s:o, s:o}",
			 "namespaces", make_namespaces(),
			 "cgroupsPath", "/", "pod/", c->id,
			 "resources", "devices", "allow", 0, "access", "rwm",
			 "maskedPaths",
			 string_list(masked_paths, COUNT(masked_paths)),
			 "readonlyPaths",
			 string_list(readonly_paths, COUNT(readonly_paths)));
}

int bundle_write(const struct container *c, const char *dir, struct error *e)
{
	char path[256];
	json_t *config;
	int err = 0;

	config = json_pack("{s:s, s:o, s:{s:s, s:b}, s:s, s:o, s:o}",
			   "ociVersion", "1.0.2",
			   "process", make_process(c),
			   "root", "path", c->rootfs, "readonly", 0,
			   "hostname", c->hostname,
			   "mounts", make_mounts(c),
			   "linux", make_linux(c));
	if (!config)
		return error_set(e, -ENOMEM, "%s: cannot make a bundle", c->id);
	snprintf(path, sizeof(path), "%s/config.json", dir);
	if (json_dump_file(config, path, JSON_INDENT(1)))
		err = error_set(e, -EIO, "cannot write %s", path);
	json_decref(config);
	return err;
}
