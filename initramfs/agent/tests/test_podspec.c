// SPDX-License-Identifier: GPL-2.0
/*
 * Pod specs: a good one is understood; each row changes one thing in it, and
 * that is refused where it stands.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "podspec.h"
#include "tap.h"

#define OPT	"io.katacontainers.fs-opt."
#define ROOT_A	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define ROOT_B	"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define TOP	"1111111111111111111111111111111111111111111111111111111111111111"
#define BASE	"2222222222222222222222222222222222222222222222222222222222222222"
#define TEXT_MAX	16384

#define LAYER(name, root)						\
	"{\"driver\":\"blk\",\"driver_options\":[],\"source\":\"\","	\
	"\"fstype\":\"tar\",\"options\":[\"ro\","			\
	"\"" OPT "block_device=file\",\"" OPT "is-layer\","		\
	"\"" OPT "root-hash=" root "\"],\"mount_point\":"		\
	"\"/run/kata-containers/sandbox/layers/" name "\","		\
	"\"fs_group\":null}"

#define PROCESS								\
	"{\"terminal\":false,\"user\":{\"uid\":0,\"gid\":5},"		\
	"\"args\":[\"/bin/sh\",\"\"],\"env\":[\"A=b\",\"C=\"],"		\
	"\"cwd\":\"/a\"}"

/* two layers; %s: id, two options and the id again */
#define CONTAINER							\
	"{\"id\":\"%s\",\"storages\":[" LAYER(TOP, ROOT_B) ","		\
	LAYER(BASE, ROOT_A) ","					\
	"{\"driver\":\"overlayfs\",\"driver_options\":[],"		\
	"\"source\":\"none\",\"fstype\":\"fuse3.kata-overlay\","		\
	"\"options\":[\"" OPT "layer-src-prefix=/var/lib/containerd/"	\
	"io.containerd.snapshotter.v1.tardev/layers\","			\
	"\"%s\",\"%s\",\"" OPT "overlay-rw\",\"lowerdir=" TOP ":" BASE "\"],"	\
	"\"mount_point\":\"/run/kata-containers/shared/containers/%s\","	\
	"\"fs_group\":null}],\"hostname\":\"host-1\","			\
	"\"process\":" PROCESS "}"

/* "layer=" and the base64 of the layer's fields */
static const char *layer_option(const char *name, const char *root)
{
	static char text[2][1024];
	static int turn;
	char plain[512];
	char *out = text[turn++ % 2];
	int len;

	len = snprintf(plain, sizeof(plain), "%s,tar,ro," OPT
		       "block_device=file," OPT "is-layer," OPT "root-hash=%s",
		       name, root);
	strcpy(out, OPT "layer=");
	EVP_EncodeBlock((uint8_t *)out + strlen(out), (uint8_t *)plain, len);
	return out;
}

static void container(char *text, const char *id)
{
	sprintf(text, CONTAINER, id,
		layer_option(TOP, ROOT_B), layer_option(BASE, ROOT_A), id);
}

static void good_pod(char *text)
{
	char c[TEXT_MAX / 2];

	container(c, "one");
	sprintf(text, "{\"version\":1,\"containers\":[%s]}\n\n", c);
}

/* replace the first @from after the first @after; 0 if it is not there */
static int change(char *text, const char *after, const char *from,
		  const char *to)
{
	char *place = strstr(text, after);
	char rest[TEXT_MAX];

	place = place ? strstr(place, from) : NULL;
	if (!place)
		return 0;
	strcpy(rest, place + strlen(from));
	strcpy(place, to);
	strcat(place, rest);
	return 1;
}

/* @after: where to begin to look for @from */
static const struct {
	const char *claim;
	const char *after, *from, *to;
	const char *why;
} bad[] = {
	/* the JSON itself */
	{ "no JSON", "", "{\"version\"", "x", "line 1, column 1" },
	{ "cut short", "", "}\n\n", "", "expected near end of file" },
	{ "junk at the end", "", "}\n\n", "} x", "end of file expected" },
	{ "a key twice", "", "\"version\":1", "\"version\":1,\"version\":1",
	  "duplicate" },
	{ "a NUL in a string", "", "host-1", "host\\u0000", "is not allowed" },
	{ "bytes that are not UTF-8", "", "host-1", "\xff", "unable to decode" },
	{ "a comment", "", "\"version\"", "/**/\"version\"", "line 1" },
	/* the pod */
	{ "another version", "", "\"version\":1", "\"version\":2",
	  "version: must be 1 to 1, is 2" },
	{ "a version that is a string", "", ":1", ":\"1\"",
	  "version: must be an integer" },
	{ "a version that is no integer", "", ":1", ":1.0",
	  "version: must be an integer" },
	{ "no version", "", "\"version\":1,", "",
	  "top level: \"version\" is missing" },
	{ "an unknown key", "", "\"version\"", "\"v\":1,\"version\"",
	  "top level: \"v\" is not known" },
	{ "another key's case", "", "\"version\"", "\"Version\"",
	  "\"Version\" is not known" },
	{ "a container that is null", "", "[{\"id\"", "[null,{\"id\"",
	  "containers[0]: must be an object" },
	{ "containers that are an object", "", "[{\"id\"",
	  "{\"a\":1},\"b\":[{\"id\"", "not known" },
	/* a container */
	{ "an empty id", "", "\"one\"", "\"\"", "containers[0].id: must be" },
	{ "an id with a slash", "", "\"one\"", "\"o/e\"",
	  "containers[0].id: must be" },
	{ "an id that is ..", "", "\"one\"", "\"..\"",
	  "containers[0].id: must be" },
	{ "an id that reads as an option", "", "\"one\"", "\"-one\"",
	  "containers[0].id: must be" },
	{ "an id that ends in a dash", "", "\"one\"", "\"one-\"",
	  "containers[0].id: must be" },
	{ "an id in upper case", "", "\"one\"", "\"One\"",
	  "containers[0].id: must be" },
	{ "an id that is too long", "", "\"one\"",
	  "\"" ROOT_A "\"", "containers[0].id: must be" },
	{ "an id that is a number", "", "\"one\"", "1",
	  "containers[0].id: must be a string" },
	{ "an empty host name", "", "host-1", "", "containers[0].hostname" },
	{ "a host name with a blank", "", "host-1", "a b",
	  "containers[0].hostname" },
	{ "a host name in upper case", "", "host-1", "Host",
	  "containers[0].hostname" },
	{ "no process", "", ",\"process\":" PROCESS, "",
	  "containers[0]: \"process\" is missing" },
	{ "an unknown key of a container", "", "\"hostname\"",
	  "\"privileged\":true,\"hostname\"",
	  "containers[0]: \"privileged\" is not known" },
	/* the process */
	{ "a terminal", "", "\"terminal\":false", "\"terminal\":true",
	  "containers[0].process.terminal: must be false" },
	{ "a negative user", "", "\"uid\":0", "\"uid\":-1",
	  "containers[0].process.user.uid" },
	{ "the user that means none", "", "\"uid\":0", "\"uid\":4294967295",
	  "containers[0].process.user.uid" },
	{ "a group beyond 32 bits", "", "\"gid\":5", "\"gid\":4294967296",
	  "containers[0].process.user.gid" },
	{ "a group beyond 64 bits", "", "\"gid\":5",
	  "\"gid\":18446744073709551616", "too big integer" },
	{ "a group of more that is a string", "", "\"gid\":5",
	  "\"gid\":5,\"additionalGids\":[1,\"2\"]",
	  "containers[0].process.user.additionalGids[1]: must be an integer" },
	{ "a user by name", "", "\"gid\":5", "\"gid\":5,\"username\":\"a\"",
	  "containers[0].process.user: \"username\" is not known" },
	{ "no arguments", "", "[\"/bin/sh\",\"\"]", "[]",
	  "containers[0].process.args: must have" },
	{ "an empty program", "", "/bin/sh", "",
	  "containers[0].process.args[0]: must not be empty" },
	{ "an argument that is a number", "", "\"/bin/sh\",\"\"",
	  "\"/bin/sh\",1", "containers[0].process.args[1]: must be a string" },
	{ "arguments that are a string", "", "[\"/bin/sh\",\"\"]",
	  "\"/bin/sh\"", "containers[0].process.args: must be an array" },
	{ "an environment without a value", "", "C=", "C",
	  "containers[0].process.env[1]: must be NAME=value" },
	{ "an environment without a name", "", "C=", "=C",
	  "containers[0].process.env[1]: must be NAME=value" },
	{ "a relative directory", "", "\"/a\"", "\"a\"",
	  "containers[0].process.cwd: must be an absolute path" },
	{ "an empty directory", "", "\"/a\"", "\"\"",
	  "containers[0].process.cwd: must be an absolute path" },
	{ "a directory that goes up", "", "\"/a\"", "\"/a/../b\"",
	  "containers[0].process.cwd: must not go up" },
	{ "a directory that goes up at its end", "", "\"/a\"", "\"/a/..\"",
	  "containers[0].process.cwd: must not go up" },
	{ "capabilities", "", "\"terminal\"", "\"capabilities\":{},\"terminal\"",
	  "containers[0].process: \"capabilities\" is not known" },
	/* a layer */
	{ "another driver", "", "\"blk\"", "\"scsi\"",
	  "containers[0].storages[0].driver: must be \"blk\", is \"scsi\"" },
	{ "a driver's option", "", "\"driver_options\":[]",
	  "\"driver_options\":[\"a\"]",
	  "containers[0].storages[0].driver_options" },
	{ "a source", "", "\"source\":\"\"", "\"source\":\"/dev/vda\"",
	  "containers[0].storages[0].source" },
	{ "another file system", "", "\"tar\"", "\"ext4\"",
	  "containers[0].storages[0].fstype" },
	{ "a writable layer", "", "[\"ro\"", "[\"rw\"",
	  "containers[0].storages[0].options[0]" },
	{ "an option too few", "", "\"" OPT "is-layer\",", "",
	  "containers[0].storages[0].options: must have 4" },
	{ "an option too many", "", "\"ro\"", "\"ro\",\"nodev\"",
	  "containers[0].storages[0].options: must have 4" },
	{ "options in another order", "", "\"ro\",\"" OPT "block_device=file\"",
	  "\"" OPT "block_device=file\",\"ro\"",
	  "containers[0].storages[0].options[0]" },
	{ "a root hash cut short", "", "root-hash=b", "root-hash=",
	  "containers[0].storages[0].options[3]" },
	{ "a root hash too long", "", "root-hash=b", "root-hash=bb",
	  "containers[0].storages[0].options[3]" },
	{ "a root hash in upper case", "", "root-hash=b", "root-hash=B",
	  "containers[0].storages[0].options[3]" },
	{ "a root hash that is none", "", "root-hash=b", "root-hash=-",
	  "containers[0].storages[0].options[3]" },
	{ "no root hash", "", OPT "root-hash=", OPT "root-hush=",
	  "containers[0].storages[0].options[3]" },
	{ "a mount point elsewhere", "", "/run/kata-containers/sandbox/", "/",
	  "containers[0].storages[0].mount_point" },
	{ "a mount point that goes up", "", "layers/" TOP, "layers/..",
	  "containers[0].storages[0].mount_point" },
	{ "a mount point further down", "", "layers/" TOP, "layers/" TOP "/x",
	  "containers[0].storages[0].mount_point" },
	{ "a name in upper case", "", "layers/1", "layers/A",
	  "containers[0].storages[0].mount_point" },
	{ "a name that is too long", "", "layers/1", "layers/11",
	  "containers[0].storages[0].mount_point" },
	{ "no name in a mount point", "", "layers/" TOP, "layers/",
	  "containers[0].storages[0].mount_point" },
	{ "a group for the files", "", "\"fs_group\":null", "\"fs_group\":{}",
	  "containers[0].storages[0].fs_group: must be null" },
	{ "a layer twice", "", "layers/" BASE, "layers/" TOP,
	  "containers[0].storages[1]: mount_point is that of another" },
	{ "an unknown key of a storage", "", "\"fs_group\"",
	  "\"shared\":false,\"fs_group\"",
	  "containers[0].storages[0]: \"shared\" is not known" },
	/* the overlay */
	{ "no overlay", "", "\"overlayfs\"", "\"blk\"",
	  "containers[0].storages[2].driver" },
	{ "an overlay with a source", "", "\"none\"", "\"x\"",
	  "containers[0].storages[2].source" },
	{ "an overlay by its kernel name", "", "fuse3.kata-overlay", "overlay",
	  "containers[0].storages[2].fstype" },
	{ "another prefix", "", "tardev/layers", "tardev",
	  "containers[0].storages[2].options[0]" },
	{ "a layer of another name", "layer-src-prefix", "layer=M",
	  "layer=N", "containers[0].storages[2].options[1]" },
	{ "a read-only overlay", "layer-src-prefix", "overlay-rw",
	  "overlay-ro", "containers[0].storages[2].options[3]" },
	{ "layers stacked the other way", "", TOP ":" BASE, BASE ":" TOP,
	  "containers[0].storages[2].options[4]" },
	{ "an option for overlayfs", "", "\"lowerdir",
	  "\"metacopy=on\",\"lowerdir", "containers[0].storages[2].options" },
	{ "a layer more below", "", TOP ":" BASE, TOP ":" BASE ":/",
	  "containers[0].storages[2].options[4]" },
	{ "another container's root directory", "", "containers/one",
	  "containers/two", "containers[0].storages[2].mount_point" },
	{ "a group for the overlay's files", "containers/one",
	  "\"fs_group\":null", "\"fs_group\":1",
	  "containers[0].storages[2].fs_group" },
};

static void test_good(void)
{
	char text[TEXT_MAX];
	struct podspec *spec;
	struct container *c;
	struct error e = {};

	good_pod(text);
	if (!ok(!podspec_parse(text, strlen(text), &spec, &e),
		"a good pod spec is understood")) {
		printf("# said: %s\n", e.text);
		return;
	}
	c = &spec->containers[0];
	ok(spec->container_count == 1 && !strcmp(c->id, "one") &&
	   !strcmp(c->hostname, "host-1"), "its container has its names");
	ok(spec->layer_count == 2 && c->layer_count == 2 &&
	   !strcmp(c->layers[0]->name, TOP) && c->layers[0]->root[0] == 0xbb &&
	   !strcmp(c->layers[1]->name, BASE) && c->layers[1]->root[31] == 0xaa,
	   "its layers are there, top first");
	ok(!strcmp(c->rootfs, "/run/kata-containers/shared/containers/one"),
	   "its root directory is where Kata has it");
	podspec_free(spec);
}

/* @length: of the directory to run in */
static int parse_cwd_of(int length, const char *name, struct error *e)
{
	char text[TEXT_MAX], cwd[2 * 4096];
	struct podspec *spec;
	int err;

	snprintf(cwd, sizeof(cwd), "\"/%s%0*d\"", name,
		 length - 1 - (int)strlen(name), 0);
	good_pod(text);
	if (!change(text, "", "\"/a\"", cwd))
		return 1;
	err = podspec_parse(text, strlen(text), &spec, e);
	podspec_free(spec);
	return err;
}

static void test_cwd(void)
{
	struct error e = {};

	ok(!parse_cwd_of(20, "..a/...b/c..", &e),
	   "names that have dots are no ways up");
	ok(!parse_cwd_of(4095, "", &e), "a directory of the greatest length");
	ok(parse_cwd_of(4096, "", &e) < 0 &&
	   strstr(e.text, "process.cwd: must be an absolute path of at most"),
	   "refused: a directory that is too long");
}

static void test_bad(void)
{
	char text[TEXT_MAX];
	struct podspec *spec;
	struct error e;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		e.text[0] = '\0';
		good_pod(text);
		if (!ok(change(text, bad[i].after, bad[i].from, bad[i].to) &&
			podspec_parse(text, strlen(text), &spec, &e) < 0 &&
			!spec && strstr(e.text, bad[i].why),
			"refused: %s", bad[i].claim))
			printf("# said: %s\n", e.text);
	}
}

/* the pod of two containers, of which the second is changed first */
static int parse_two(const char *id, const char *from, const char *to,
		     struct podspec **spec, struct error *e)
{
	char first[TEXT_MAX / 2], second[TEXT_MAX], text[2 * TEXT_MAX];

	container(first, "one");
	container(second, id);
	if (from && !change(second, "", from, to))
		return 1;
	sprintf(text, "{\"version\":1,\"containers\":[%s,%s]}", first, second);
	return podspec_parse(text, strlen(text), spec, e);
}

static void test_two(void)
{
	struct podspec *spec;
	struct error e = {};

	ok(!parse_two("two", NULL, NULL, &spec, &e) &&
	   spec->container_count == 2 && spec->layer_count == 2 &&
	   spec->containers[1].layers[0] == spec->containers[0].layers[0],
	   "two containers share their layers");
	podspec_free(spec);
	ok(parse_two("one", NULL, NULL, &spec, &e) < 0 &&
	   strstr(e.text, "containers[1].id: is the id of another"),
	   "refused: an id twice");
	ok(parse_two("two", "root-hash=" ROOT_B, "root-hash=" ROOT_A, &spec,
		     &e) < 0 &&
	   strstr(e.text, "containers[1].storages[0]: another container has"),
	   "refused: a shared mount point with another root hash");
}

static void test_limits(void)
{
	char text[TEXT_MAX], one[TEXT_MAX / 2];
	struct podspec *spec;
	struct error e = {};
	char *many;
	int i;

	strcpy(text, "{\"version\":1,\"containers\":[]}");
	ok(podspec_parse(text, strlen(text), &spec, &e) < 0 &&
	   strstr(e.text, "containers: must have 1 to 32"),
	   "refused: no container");
	many = calloc(33, sizeof(one));
	strcpy(many, "{\"version\":1,\"containers\":[");
	for (i = 0; i < 33; i++) {
		container(one, "one");
		strcat(many, i ? "," : "");
		strcat(many, one);
	}
	strcat(many, "]}");
	ok(podspec_parse(many, strlen(many), &spec, &e) < 0 &&
	   strstr(e.text, "containers: must have 1 to 32 items, has 33"),
	   "refused: too many containers");
	free(many);
	memset(text, '[', sizeof(text));
	ok(podspec_parse(text, sizeof(text), &spec, &e) < 0 &&
	   strstr(e.text, "depth"), "refused: endless nesting");
	ok(podspec_parse("", 0, &spec, &e) < 0, "refused: nothing");
}

/* no prefix of a good pod spec is a pod spec */
static void test_cut(void)
{
	char text[TEXT_MAX];
	struct podspec *spec;
	struct error e;
	size_t len, end;
	int refused = 1;

	good_pod(text);
	end = strrchr(text, '}') - text;
	for (len = 0; len <= end; len++)
		if (podspec_parse(text, len, &spec, &e) >= 0)
			refused = 0;
	ok(refused, "refused: the good one cut anywhere");
}

int main(void)
{
	test_good();
	test_bad();
	test_two();
	test_limits();
	test_cut();
	test_cwd();
	return tap_done();
}
