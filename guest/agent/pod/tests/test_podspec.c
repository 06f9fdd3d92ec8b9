// SPDX-License-Identifier: GPL-2.0
/*
 * Test that valid pod specs are understood, and that invalid ones are refused
 * with the place of the error.  Each row of podspec_cases.h makes one change.
 *
 *   test_podspec           TAP
 *   test_podspec --print   a line for each row: the parser's result, "good",
 *                          "bad" or "beyond" (bad, but beyond a JSON schema),
 *                          the pod spec in base64, the claim
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <stdlib.h>
#include <string.h>

#include "pod/podspec.h"
#include "podspec_cases.h"
#include "tap.h"

/* replace the first @from after the first @after; 0 if there is none */
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

static void test_plain(void)
{
	char text[TEXT_MAX];
	struct podspec *spec;
	struct container *c;
	struct error e = {};

	good_pod(text, false);
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
	   !strcmp(c->layers[1]->name, BASE) &&
	   c->layers[1]->root[31] == 0xaa && c->layers[1]->data_blocks == 77,
	   "its layers are there, top first");
	ok(!strcmp(c->rootfs, "/run/kata-containers/shared/containers/one"),
	   "its root directory is where Kata has it");
	ok(spec->on_corruption == VERITY_EIO &&
	   spec->scratch.type == SCRATCH_TMPFS && !spec->scratch.size &&
	   !spec->volume_count && !c->mount_count &&
	   !c->layers[0]->signature && c->layers[0]->source == LAYER_IMAGE,
	   "what it does not say is as it should be");
	podspec_free(spec);
}

static void test_full(void)
{
	char text[TEXT_MAX];
	struct podspec *spec;
	struct container *c;
	struct error e = {};

	good_pod(text, true);
	if (!ok(!podspec_parse(text, strlen(text), &spec, &e),
		"a good pod spec that has everything is understood")) {
		printf("# said: %s\n", e.text);
		return;
	}
	c = &spec->containers[0];
	ok(spec->on_corruption == VERITY_PANIC &&
	   spec->scratch.type == SCRATCH_TMPFS &&
	   spec->scratch.size == 1048576, "its policies are there");
	ok(spec->volume_count == 3 && !strcmp(spec->volumes[2].name, "unused"),
	   "its volumes are there");
	ok(c->mount_count == 2 && c->mounts[0].readonly &&
	   c->mounts[0].volume == &spec->volumes[0] &&
	   !strcmp(c->mounts[0].destination, "/a/b") &&
	   !c->mounts[1].readonly && c->mounts[1].volume == &spec->volumes[1],
	   "its mounts are there, in their order");
	ok(c->layers[0]->signature_len == 2 &&
	   !memcmp(c->layers[0]->signature, "0", 2) &&
	   !c->layers[1]->signature, "its signature is there");
	ok(c->layers[1]->source == LAYER_BLOB &&
	   c->layers[1]->blob_digest[0] == 0xaa &&
	   c->layers[1]->blob_digest[31] == 0xaa &&
	   c->layers[1]->blob_size == 4711, "its blob is there");
	podspec_free(spec);
}

/* @length: bytes in the working directory */
static int parse_cwd_of(int length, const char *name, struct error *e)
{
	char text[TEXT_MAX], cwd[2 * 4096];
	struct podspec *spec;
	int err;

	snprintf(cwd, sizeof(cwd), "\"/%s%0*d\"", name,
		 length - 1 - (int)strlen(name), 0);
	good_pod(text, false);
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

/* make the pod spec of a row; 0 if the text to be changed is not found */
static int make_case(const struct podspec_case *c, char *text)
{
	char after[256], from[1024], to[2048];

	good_pod(text, c->full);
	quote(strcpy(after, c->after));
	quote(strcpy(from, c->from));
	quote(strcpy(to, c->to));
	return change(text, after, from, to);
}

static void test_case(const struct podspec_case *c)
{
	char text[TEXT_MAX], why[512];
	struct podspec *spec = NULL;
	struct error e = {};
	int made, err;

	quote(strcpy(why, c->why ?: ""));
	made = make_case(c, text);
	err = podspec_parse(text, strlen(text), &spec, &e);
	if (!ok(made && (c->why ? err < 0 && !spec && strstr(e.text, why) :
				  !err),
		"%s: %s", c->why ? "refused" : "understood", c->claim))
		printf("# said: %s\n", e.text);
	podspec_free(spec);
}

static void print_case(const struct podspec_case *c)
{
	char text[TEXT_MAX], coded[2 * TEXT_MAX];
	struct podspec *spec;
	struct error e;
	int err;

	make_case(c, text);
	err = podspec_parse(text, strlen(text), &spec, &e);
	podspec_free(spec);
	EVP_EncodeBlock((uint8_t *)coded, (uint8_t *)text, strlen(text));
	printf("%s %s %s\n", !err ? "good" : c->beyond ? "beyond" : "bad",
	       coded, c->claim);
}

/* parse a pod of two containers, after a change to the second */
static int parse_two(const char *id, const char *from, const char *to,
		     struct podspec **spec, struct error *e)
{
	char first[TEXT_MAX / 2], second[TEXT_MAX], text[2 * TEXT_MAX];

	container(first, "one", false);
	container(second, id, false);
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
	ok(parse_two("two", "data-blocks=77", "data-blocks=78", &spec, &e) < 0 &&
	   strstr(e.text, "containers[1].storages[0]: another container has"),
	   "refused: a shared mount point with another number of data blocks");
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
		container(one, "one", false);
		strcat(many, i ? "," : "");
		strcat(many, one);
	}
	strcat(many, "]}");
	ok(podspec_parse(many, strlen(many), &spec, &e) < 0 &&
	   strstr(e.text, "containers: must have 1 to 32 items, has 33"),
	   "refused: too many containers");
	free(many);
	ok(podspec_parse("", 0, &spec, &e) < 0, "refused: nothing");
}

/* @depth arrays within "containers" */
static int parse_nested(int depth, struct error *e)
{
	char text[TEXT_MAX] = "{\"version\":1,\"containers\":";
	struct podspec *spec;
	size_t used = strlen(text);

	memset(text + used, '[', depth);
	memset(text + used + depth, ']', depth);
	strcpy(text + used + 2 * depth, "}");
	return podspec_parse(text, strlen(text), &spec, e);
}

static void test_nesting(void)
{
	struct error e = {};

	ok(parse_nested(2000, &e) < 0 &&
	   strstr(e.text, "containers[0]: must be an object"),
	   "refused: arrays where there should be none");
	ok(parse_nested(3000, &e) < 0 &&
	   strstr(e.text, "containers[0][0][0]") && strstr(e.text, "depth"),
	   "refused: endless nesting");
}

/* @length: bytes in an argument */
static int parse_argument_of(int length, struct error *e)
{
	char *text = malloc(length + TEXT_MAX), *place;
	struct podspec *spec;
	int err;

	good_pod(text, false);
	place = strstr(text, "\"\"],\"env\"");
	memmove(place + 1 + length, place + 1, strlen(place));
	memset(place + 1, 'x', length);
	err = podspec_parse(text, strlen(text), &spec, e);
	podspec_free(spec);
	free(text);
	return err;
}

static void test_argument(void)
{
	struct error e = {};

	ok(!parse_argument_of(131071, &e), "an argument of the greatest length");
	ok(parse_argument_of(131072, &e) < 0 &&
	   strstr(e.text, "process.args[1]: must have at most 131071 bytes"),
	   "refused: an argument that is too long");
}

/* no prefix of a good pod spec is a pod spec */
static void test_cut(void)
{
	char text[TEXT_MAX];
	struct podspec *spec;
	struct error e;
	size_t len, end;
	int refused = 1;

	good_pod(text, true);
	end = strrchr(text, '}') - text;
	for (len = 0; len <= end; len++)
		if (podspec_parse(text, len, &spec, &e) >= 0)
			refused = 0;
	ok(refused, "refused: the good one cut anywhere");
}

#define CASES	(sizeof(podspec_cases) / sizeof(podspec_cases[0]))

int main(int argc, char *argv[])
{
	size_t i;

	if (argc == 2 && !strcmp(argv[1], "--print")) {
		for (i = 0; i < CASES; i++)
			print_case(&podspec_cases[i]);
		return 0;
	}
	test_plain();
	test_full();
	for (i = 0; i < CASES; i++)
		test_case(&podspec_cases[i]);
	test_two();
	test_limits();
	test_nesting();
	test_argument();
	test_cut();
	test_cwd();
	return tap_done();
}
