/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pod specs for tests: valid ones, and changes that make them invalid.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_AGENT_TESTS_PODSPEC_CASES_H
#define TARFS_AGENT_TESTS_PODSPEC_CASES_H

#include <openssl/evp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define OPT	"io.katacontainers.fs-opt."
#define ROOT_A	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define ROOT_B	"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define TOP	"1111111111111111111111111111111111111111111111111111111111111111"
#define BASE	"2222222222222222222222222222222222222222222222222222222222222222"
#define TEXT_MAX	16384

/* JSON is written with ' for its quotes, see quote() */
#define LAYER(name, source)						\
	"{'driver':'blk','driver_options':[],'source':'',"		\
	"'fstype':'tar','options':['ro','" OPT "block_device=file',"	\
	"'" OPT "is-layer'," source "],"				\
	"'mount_point':'/run/kata-containers/sandbox/layers/" name "',"	\
	"'fs_group':null}"
#define IMAGE(root)							\
	"'" OPT "root-hash=" root "','" OPT "data-blocks=77'"
#define BLOB(digest)							\
	"'" OPT "blob-digest=sha256:" digest "','" OPT "blob-size=4711'"

#define PROCESS								\
	"{'terminal':false,'user':{'uid':0,'gid':5},"			\
	"'args':['/bin/sh',''],'env':['A=b','C='],'cwd':'/a'}"

#define MOUNTS								\
	"'mounts':[{'volume':'v1','destination':'/a/b','readonly':true},"	\
	"{'volume':'v2','destination':'/a/b/c','readonly':false}]"

/* two layers; %s: id, base layer, two options, the id again, further members */
#define CONTAINER							\
	"{'id':'%s','storages':[" LAYER(TOP, IMAGE(ROOT_B)) ",%s,"	\
	"{'driver':'overlayfs','driver_options':[],"			\
	"'source':'none','fstype':'fuse3.kata-overlay',"		\
	"'options':['" OPT "layer-src-prefix=/var/lib/containerd/"	\
	"io.containerd.snapshotter.v1.tardev/layers',"			\
	"'%s','%s','" OPT "overlay-rw','lowerdir=" TOP ":" BASE "'],"	\
	"'mount_point':'/run/kata-containers/shared/containers/%s',"	\
	"'fs_group':null}],'hostname':'host-1',"			\
	"'process':" PROCESS "%s}"

/* optional members of a pod */
#define MORE								\
	"'verity':{'on_corruption':'panic'},"				\
	"'scratch':{'type':'tmpfs','size':1048576},"			\
	"'volumes':[{'name':'v1'},{'name':'v2'},{'name':'unused'}],"	\
	"'signatures':[{'layer':'" TOP "','pkcs7':'MAA='}],"

static void quote(char *text)
{
	while ((text = strchr(text, '\'')))
		*text = '"';
}

/* format "layer=" and the layer's fields in base64; @source as in storages */
static void layer_option(char *out, const char *name, const char *source)
{
	char plain[512], *to = plain;

	to += sprintf(to, "%s,tar,ro," OPT "block_device=file," OPT
		      "is-layer,", name);
	for (; *source; source++)	/* without quotes */
		if (*source != '\'')
			*to++ = *source;
	strcpy(out, OPT "layer=");
	EVP_EncodeBlock((uint8_t *)out + strlen(out), (uint8_t *)plain,
			to - plain);
}

/* @full: with all optional members, and a blob for a layer */
static void container(char *text, const char *id, bool full)
{
	char top[1024], base[1024];

	layer_option(top, TOP, IMAGE(ROOT_B));
	layer_option(base, BASE, full ? BLOB(ROOT_A) : IMAGE(ROOT_A));
	sprintf(text, CONTAINER, id, full ? LAYER(BASE, BLOB(ROOT_A)) :
		LAYER(BASE, IMAGE(ROOT_A)), top, base, id,
		full ? "," MOUNTS : "");
	quote(text);
}

static void good_pod(char *text, bool full)
{
	char c[TEXT_MAX / 2];

	container(c, "one", full);
	sprintf(text, "{'version':1,%s'containers':[%s]}\n\n",
		full ? MORE : "", c);
	quote(text);
}

/**
 * struct podspec_case - a valid pod spec with one change
 * @full: change the one that has all optional members
 * @after: text after which the first @from is replaced by @to
 * @why: a part of the agent's message; NULL if the pod spec is still valid
 * @beyond: a JSON schema cannot detect the error
 */
struct podspec_case {
	const char *claim;
	const char *after, *from, *to;
	const char *why;
	bool full, beyond;
};

#define FULL	.full = true
#define BEYOND	.beyond = true

/* rows omit members that are 0 */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

static const struct podspec_case podspec_cases[] = {
	{ "nothing changed", "", "", "", NULL },
	{ "everything that may be there", "", "", "", NULL, FULL },
	{ "a PCI address as source", "", "'source':''",
	  "'source':'0001:0a:1f.7'", NULL },
	{ "no size for the tmpfs", "", ",'size':1048576", "", NULL, FULL },
	{ "scratch on a disk", "", "'tmpfs','size':1048576", "'disk'", NULL,
	  FULL },
	{ "an error at corruption", "", "'panic'", "'eio'", NULL, FULL },
	{ "a restart at corruption", "", "'panic'", "'restart'", NULL, FULL },
	{ "the largest tmpfs", "", ":1048576", ":1125899906842624", NULL, FULL },
	{ "nothing mounted", "", MOUNTS, "'mounts':[]", NULL, FULL },
	{ "a volume mounted twice", "", "'v2','dest", "'v1','dest", NULL, FULL },
	{ "names that only begin as the runtime's", "", "/a/b", "/device", NULL,
	  FULL },
	{ "more groups", "", "'gid':5", "'gid':5,'additionalGids':[0,7]", NULL },
	{ "no environment", "", "['A=b','C=']", "[]", NULL },
	{ "a working directory with names of dots", "", "'/a'",
	  "'/..a/...b/c..'", NULL },
	{ "a host name of digits", "", "host-1", "1", NULL },
	/* the JSON itself */
	{ "no JSON", "", "{'version'", "x", "line 1, column 1" },
	{ "cut short", "", "}\n\n", "", "expected near end of file" },
	{ "junk at the end", "", "}\n\n", "} x", "end of file expected" },
	{ "a key twice", "", "'version':1", "'version':1,'version':1",
	  "duplicate" },
	{ "a NUL in a string", "", "host-1", "host\\u0000", "is not allowed" },
	{ "bytes that are not UTF-8", "", "host-1", "\xff", "unable to decode" },
	{ "a comment", "", "'version'", "/**/'version'", "line 1" },
	/* the pod */
	{ "another version", "", "'version':1", "'version':2",
	  "version: must be 1 to 1, is 2" },
	{ "a version that is a string", "", ":1", ":'1'",
	  "version: must be an integer" },
	{ "a version that is no integer", "", ":1", ":1.0",
	  "version: must be an integer", BEYOND },
	{ "no version", "", "'version':1,", "",
	  "top level: 'version' is missing" },
	{ "an unknown key", "", "'version'", "'v':1,'version'",
	  "top level: 'v' is not known" },
	{ "another key's case", "", "'version'", "'Version'",
	  "'Version' is not known" },
	{ "a container that is null", "", "[{'id'", "[null,{'id'",
	  "containers[0]: must be an object" },
	{ "containers that are an object", "", "[{'id'",
	  "{'a':1},'b':[{'id'", "not known" },
	/* a container */
	{ "an empty id", "", "'one'", "''", "containers[0].id: must be" },
	{ "an id with a slash", "", "'one'", "'o/e'",
	  "containers[0].id: must be" },
	{ "an id that is ..", "", "'one'", "'..'",
	  "containers[0].id: must be" },
	{ "an id that reads as an option", "", "'one'", "'-one'",
	  "containers[0].id: must be" },
	{ "an id that ends in a dash", "", "'one'", "'one-'",
	  "containers[0].id: must be" },
	{ "an id in upper case", "", "'one'", "'One'",
	  "containers[0].id: must be" },
	{ "an id that is too long", "", "'one'",
	  "'" ROOT_A "'", "containers[0].id: must be" },
	{ "an id that is a number", "", "'one'", "1",
	  "containers[0].id: must be a string" },
	{ "an empty host name", "", "host-1", "", "containers[0].hostname" },
	{ "a host name with a blank", "", "host-1", "a b",
	  "containers[0].hostname" },
	{ "a host name in upper case", "", "host-1", "Host",
	  "containers[0].hostname" },
	{ "no process", "", ",'process':" PROCESS, "",
	  "containers[0]: 'process' is missing" },
	{ "an unknown key of a container", "", "'hostname'",
	  "'privileged':true,'hostname'",
	  "containers[0]: 'privileged' is not known" },
	/* the process */
	{ "a terminal", "", "'terminal':false", "'terminal':true",
	  "containers[0].process.terminal: must be false" },
	{ "a negative user", "", "'uid':0", "'uid':-1",
	  "containers[0].process.user.uid" },
	{ "the user that means none", "", "'uid':0", "'uid':4294967295",
	  "containers[0].process.user.uid" },
	{ "a group beyond 32 bits", "", "'gid':5", "'gid':4294967296",
	  "containers[0].process.user.gid" },
	{ "a group beyond 64 bits", "", "'gid':5",
	  "'gid':18446744073709551616", "too big integer" },
	{ "a group of more that is a string", "", "'gid':5",
	  "'gid':5,'additionalGids':[1,'2']",
	  "containers[0].process.user.additionalGids[1]: must be an integer" },
	{ "a user by name", "", "'gid':5", "'gid':5,'username':'a'",
	  "containers[0].process.user: 'username' is not known" },
	{ "no arguments", "", "['/bin/sh','']", "[]",
	  "containers[0].process.args: must have" },
	{ "an empty program", "", "/bin/sh", "",
	  "containers[0].process.args[0]: must not be empty" },
	{ "an argument that is a number", "", "'/bin/sh',''",
	  "'/bin/sh',1", "containers[0].process.args[1]: must be a string" },
	{ "arguments that are a string", "", "['/bin/sh','']",
	  "'/bin/sh'", "containers[0].process.args: must be an array" },
	{ "an environment without a value", "", "C=", "C",
	  "containers[0].process.env[1]: must be NAME=value" },
	{ "an environment without a name", "", "C=", "=C",
	  "containers[0].process.env[1]: must be NAME=value" },
	{ "a relative directory", "", "'/a'", "'a'",
	  "containers[0].process.cwd: must be an absolute path" },
	{ "an empty directory", "", "'/a'", "''",
	  "containers[0].process.cwd: must be an absolute path" },
	{ "a directory that goes up", "", "'/a'", "'/a/../b'",
	  "containers[0].process.cwd: must not go up" },
	{ "a directory that goes up at its end", "", "'/a'", "'/a/..'",
	  "containers[0].process.cwd: must not go up" },
	{ "capabilities", "", "'terminal'", "'capabilities':{},'terminal'",
	  "containers[0].process: 'capabilities' is not known" },
	/* a layer */
	{ "another driver", "", "'blk'", "'scsi'",
	  "containers[0].storages[0].driver: must be 'blk', is 'scsi'" },
	{ "a driver's option", "", "'driver_options':[]",
	  "'driver_options':['a']",
	  "containers[0].storages[0].driver_options" },
	{ "a source", "", "'source':''", "'source':'/dev/vda'",
	  "containers[0].storages[0].source" },
	{ "another file system", "", "'tar'", "'ext4'",
	  "containers[0].storages[0].fstype" },
	{ "a writable layer", "", "['ro'", "['rw'",
	  "containers[0].storages[0].options[0]" },
	{ "an option too few", "", "'" OPT "is-layer',", "",
	  "containers[0].storages[0].options: must have 5" },
	{ "an option too many", "", "'ro'", "'ro','nodev'",
	  "containers[0].storages[0].options: must have 5" },
	{ "options in another order", "", "'ro','" OPT "block_device=file'",
	  "'" OPT "block_device=file','ro'",
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
	{ "no number of data blocks", "'id'", ",'" OPT "data-blocks=77'", "",
	  "storages[0].options: lacks '" OPT "data-blocks=' after the root hash" },
	{ "another option for it", "'id'", "data-blocks=77", "data-size=77",
	  "storages[0].options[4]: must be" },
	{ "the number in front of the root hash", "'id'", IMAGE(ROOT_B),
	  "'" OPT "data-blocks=77','" OPT "root-hash=" ROOT_B "'",
	  "storages[0].options[3]: must be" },
	{ "two numbers", "'id'", "77'", "77','" OPT "data-blocks=77'",
	  "storages[0].options: must have 5" },
	{ "no data blocks", "'id'", "data-blocks=77", "data-blocks=0",
	  "storages[0].options[4]: must be" },
	{ "an empty number of them", "'id'", "data-blocks=77", "data-blocks=",
	  "storages[0].options[4]: must be" },
	{ "a negative number of them", "'id'", "data-blocks=77",
	  "data-blocks=-77", "storages[0].options[4]: must be" },
	{ "a number with a sign", "'id'", "data-blocks=77", "data-blocks=+77",
	  "storages[0].options[4]: must be" },
	{ "a number with a zero in front", "'id'", "data-blocks=77",
	  "data-blocks=077", "storages[0].options[4]: must be" },
	{ "a number with a blank", "'id'", "data-blocks=77", "data-blocks=77 ",
	  "storages[0].options[4]: must be" },
	{ "a number with a newline", "'id'", "data-blocks=77",
	  "data-blocks=77\\n", "storages[0].options[4]: must be" },
	{ "a number in hexadecimal", "'id'", "data-blocks=77",
	  "data-blocks=0x77", "storages[0].options[4]: must be" },
	{ "more data blocks than there can be", "'id'", "data-blocks=77",
	  "data-blocks=1000000000000000", "storages[0].options[4]: must be" },
	{ "a number beyond 64 bits", "'id'", "data-blocks=77",
	  "data-blocks=18446744073709551693", "storages[0].options[4]: must be" },
	{ "another number in the overlay", "'id'", "data-blocks=77",
	  "data-blocks=78", "storages[2].options[1]: must be", BEYOND },
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
	{ "a group for the files", "", "'fs_group':null", "'fs_group':{}",
	  "containers[0].storages[0].fs_group: must be null" },
	{ "a layer twice", "", "layers/" BASE, "layers/" TOP,
	  "containers[0].storages[1]: mount_point is that of another", BEYOND },
	{ "an unknown key of a storage", "", "'fs_group'",
	  "'shared':false,'fs_group'",
	  "containers[0].storages[0]: 'shared' is not known" },
	/* the overlay */
	{ "no overlay", "", "'overlayfs'", "'blk'",
	  "containers[0].storages[2].driver" },
	{ "an overlay with a source", "", "'none'", "'x'",
	  "containers[0].storages[2].source" },
	{ "an overlay by its kernel name", "", "fuse3.kata-overlay", "overlay",
	  "containers[0].storages[2].fstype" },
	{ "another prefix", "", "tardev/layers", "tardev",
	  "containers[0].storages[2].options[0]" },
	{ "a layer of another name", "layer-src-prefix", "layer=M",
	  "layer=N", "containers[0].storages[2].options[1]", BEYOND },
	{ "a read-only overlay", "layer-src-prefix", "overlay-rw",
	  "overlay-ro", "containers[0].storages[2].options[3]" },
	{ "layers stacked the other way", "", TOP ":" BASE, BASE ":" TOP,
	  "containers[0].storages[2].options[4]", BEYOND },
	{ "an option for overlayfs", "", "'lowerdir",
	  "'metacopy=on','lowerdir", "containers[0].storages[2].options" },
	{ "a layer more below", "", TOP ":" BASE, TOP ":" BASE ":/",
	  "containers[0].storages[2].options[4]" },
	{ "another container's root directory", "", "containers/one",
	  "containers/two", "containers[0].storages[2].mount_point", BEYOND },
	{ "a group for the overlay's files", "containers/one",
	  "'fs_group':null", "'fs_group':1",
	  "containers[0].storages[2].fs_group" },
	{ "another source than a PCI address", "", "'source':''",
	  "'source':'0001:0a:1f'", "containers[0].storages[0].source: must be" },
	{ "a PCI address in upper case", "", "'source':''",
	  "'source':'0001:0A:1f.7'", "containers[0].storages[0].source: must be" },
	{ "more than a PCI address", "", "'source':''",
	  "'source':'0001:0a:1f.7 '", "containers[0].storages[0].source: must be" },
	{ "no source", "", "'source':'',", "",
	  "containers[0].storages[0]: 'source' is missing" },
	/* trailing newlines, which a pattern's "$" may accept */
	{ "an id with a newline", "", "'one'", "'one\\n'",
	  "containers[0].id: must be" },
	{ "a root hash with a newline", "", ROOT_B "'", ROOT_B "\\n'",
	  "storages[0].options[3]" },
	{ "a mount point with a newline", "", TOP "'", TOP "\\n'",
	  "storages[0].mount_point" },
	{ "a PCI address with a newline", "", "'source':''",
	  "'source':'0001:0a:1f.7\\n'", "containers[0].storages[0].source: must be" },
	{ "a blob's size with a newline", "'id'", "blob-size=4711",
	  "blob-size=4711\\n", "storages[1].options[4]", FULL },
	{ "a signature with a newline", "", "'MAA='", "'MAA=\\n'",
	  "signatures[0].pkcs7: must be base64", FULL },
	{ "a destination with NUL", "", "'/a/b'", "'/a/b\\u0000'",
	  "is not allowed", FULL },
	{ "an argument with NUL", "", "'/bin/sh',''", "'/bin/sh','\\u0000'",
	  "is not allowed" },
	/* a layer that is a blob */
	{ "a blob's digest cut short", "'id'", "blob-digest=sha256:a",
	  "blob-digest=sha256:", "storages[1].options[3]: must be", FULL },
	{ "a blob's digest of another kind", "'id'", "blob-digest=sha256:",
	  "blob-digest=sha512:", "storages[1].options[3]: must be", FULL },
	{ "a blob without a size", "'id'", ",'" OPT "blob-size=4711'", "",
	  "storages[1].options: must have 5", FULL },
	{ "a blob of no bytes", "'id'", "blob-size=4711", "blob-size=0",
	  "storages[1].options[4]: must be", FULL },
	{ "a blob's size with a zero in front", "'id'", "blob-size=4711",
	  "blob-size=04711", "storages[1].options[4]: must be",
	  FULL },
	{ "an endless blob", "'id'", "blob-size=4711",
	  "blob-size=1000000000000000",
	  "storages[1].options[4]: must be", FULL },
	{ "a blob's size with a unit", "'id'", "blob-size=4711", "blob-size=47k",
	  "storages[1].options[4]: must be", FULL },
	{ "a negative blob", "'id'", "blob-size=4711", "blob-size=-1",
	  "storages[1].options[4]: must be", FULL },
	{ "a layer that is image and blob", "'id'", IMAGE(ROOT_B),
	  IMAGE(ROOT_B) "," BLOB(ROOT_A), "storages[0].options: must have", FULL },
	{ "a layer with two root hashes", "'id'", IMAGE(ROOT_B),
	  IMAGE(ROOT_B) "," IMAGE(ROOT_B), "storages[0].options: must have 5",
	  FULL },
	{ "a blob's size first", "'id'", BLOB(ROOT_A),
	  "'" OPT "blob-size=4711','" OPT "blob-digest=sha256:" ROOT_A "'",
	  "storages[1].options[3]: must be", FULL },
	{ "another blob in the overlay", "'id'", "sha256:a", "sha256:b",
	  "storages[2].options[2]: must be", FULL, BEYOND },
	{ "another size of the blob in the overlay", "'id'", "size=4711",
	  "size=4712", "storages[2].options[2]: must be", FULL, BEYOND },
	/* dm-verity */
	{ "another word for corruption", "", "'panic'", "'ignore'",
	  "verity.on_corruption: must be 'eio' or 'restart' or 'panic', is 'ignore'",
	  FULL },
	{ "no word for corruption", "", "'on_corruption':'panic'", "",
	  "verity: 'on_corruption' is missing", FULL },
	{ "corruption as a number", "", "'panic'", "1",
	  "verity.on_corruption: must be a string", FULL },
	{ "an unknown key of dm-verity", "", "'on_corruption'",
	  "'check_at_most_once':true,'on_corruption'",
	  "verity: 'check_at_most_once' is not known", FULL },
	{ "dm-verity that is null", "", "{'on_corruption':'panic'}", "null",
	  "verity: must be an object", FULL },
	/* scratch */
	{ "scratch of another type", "", "'tmpfs'", "'ramfs'",
	  "scratch.type: must be 'tmpfs' or 'disk'", FULL },
	{ "scratch without a type", "", "'type':'tmpfs',", "",
	  "scratch: 'type' is missing", FULL },
	{ "a size of a disk", "", "'tmpfs'", "'disk'",
	  "scratch.size: is for a tmpfs only", FULL },
	{ "a tmpfs that is too small", "", ":1048576", ":1048575",
	  "scratch.size: must be 1048576 to", FULL },
	{ "a tmpfs that is too large", "", ":1048576", ":1125899906842625",
	  "scratch.size: must be 1048576 to", FULL },
	{ "a size that is a string", "", ":1048576", ":'1048576'",
	  "scratch.size: must be an integer", FULL },
	{ "an unknown key of scratch", "", "'type'", "'mode':'0777','type'",
	  "scratch: 'mode' is not known", FULL },
	/* volumes */
	{ "a volume's name with a slash", "", "'unused'", "'un/used'",
	  "volumes[2].name: must be", FULL },
	{ "a volume whose name is ..", "", "'unused'", "'..'",
	  "volumes[2].name: must be", FULL },
	{ "a volume's name that is too long", "", "'unused'", "'" ROOT_A "'",
	  "volumes[2].name: must be", FULL },
	{ "a volume twice", "", "'unused'", "'v1'",
	  "volumes[2].name: is the name of another", FULL },
	{ "a volume with a source", "", "{'name':'v1'", "{'source':'/','name':'v1'",
	  "volumes[0]: 'source' is not known", FULL },
	{ "volumes by name", "", "{'name':'unused'}", "'unused'",
	  "volumes[2]: must be an object", FULL },
	/* mounts */
	{ "a volume that is not there", "", "'v2','dest", "'v3','dest",
	  "containers[0].mounts[1].volume: the pod has no volume 'v3'", FULL,
	  BEYOND },
	{ "a mount without a volume", "", "'volume':'v2',", "",
	  "containers[0].mounts[1]: 'volume' is missing", FULL },
	{ "a mount that does not say if it is read-only", "",
	  ",'readonly':false", "",
	  "containers[0].mounts[1]: 'readonly' is missing", FULL },
	{ "a mount that is read-only in words", "", "'readonly':true",
	  "'readonly':'yes'",
	  "containers[0].mounts[0].readonly: must be true or false", FULL },
	{ "a mount with options", "", "'readonly':true",
	  "'options':['dev'],'readonly':true",
	  "containers[0].mounts[0]: 'options' is not known", FULL },
	{ "a relative destination", "", "'/a/b'", "'a/b'",
	  "mounts[0].destination: must be an absolute path", FULL },
	{ "an empty destination", "", "'/a/b'", "''",
	  "mounts[0].destination: must be an absolute path", FULL },
	{ "a destination that goes up", "", "'/a/b'", "'/a/../b'",
	  "mounts[0].destination: must not go up", FULL },
	{ "a destination that goes up at its end", "", "'/a/b'", "'/a/..'",
	  "mounts[0].destination: must not go up", FULL },
	{ "the root as destination", "", "'/a/b'", "'/'",
	  "mounts[0].destination: must not be /", FULL },
	{ "a destination that ends in a slash", "", "'/a/b'", "'/a/b/'",
	  "mounts[0].destination: must not be /, end in one", FULL },
	{ "a destination with two slashes", "", "'/a/b'", "'/a//b'",
	  "mounts[0].destination: must not be /, end in one", FULL },
	{ "a destination that stays where it is", "", "'/a/b'", "'/./b'",
	  "mounts[0].destination: must not be /, end in one", FULL },
	{ "a destination that stays at its end", "", "'/a/b'", "'/b/.'",
	  "mounts[0].destination: must not be /, end in one", FULL },
	{ "/proc as destination", "", "'/a/b'", "'/proc'",
	  "mounts[0].destination: must not be /proc or below", FULL },
	{ "a destination below /dev", "", "'/a/b'", "'/dev/shm'",
	  "mounts[0].destination: must not be /dev or below", FULL },
	{ "a destination below /sys", "", "'/a/b'", "'/sys/fs/cgroup'",
	  "mounts[0].destination: must not be /sys or below", FULL },
	{ "a destination twice", "", "'/a/b/c'", "'/a/b'",
	  "mounts[1].destination: would hide mounts[0]", FULL, BEYOND },
	{ "a destination above another", "", "'/a/b/c'", "'/a'",
	  "mounts[1].destination: would hide mounts[0]", FULL, BEYOND },
	{ "mounts of a pod without volumes", "",
	  "'volumes':[{'name':'v1'},{'name':'v2'},{'name':'unused'}],", "",
	  "mounts[0].volume: the pod has no volume 'v1'", FULL, BEYOND },
	/* signatures */
	{ "a signature of a layer that is not there", "", "{'layer':'1",
	  "{'layer':'2", "signatures[0].layer: no container has a layer", FULL,
	  BEYOND },
	{ "a signature of no layer", "", "'layer':'" TOP "',", "",
	  "signatures[0]: 'layer' is missing", FULL },
	{ "two signatures of a layer", "", "'MAA='}",
	  "'MAA='},{'layer':'" TOP "','pkcs7':'MAA='}",
	  "signatures[1].layer: is the layer of another", FULL, BEYOND },
	{ "an empty signature", "", "'MAA='", "''",
	  "signatures[0].pkcs7: must be base64", FULL },
	{ "a signature without padding", "", "'MAA='", "'MAA'",
	  "signatures[0].pkcs7: must be base64", FULL },
	{ "a signature with bits to spare", "", "'MAA='", "'MAB='",
	  "signatures[0].pkcs7: must be base64", FULL },
	{ "a signature with too much padding", "", "'MAA='", "'M==='",
	  "signatures[0].pkcs7: must be base64", FULL },
	{ "a signature with a blank", "", "'MAA='", "' MAA'",
	  "signatures[0].pkcs7: must be base64", FULL },
	{ "a signature for the web", "", "'MAA='", "'MA-_'",
	  "signatures[0].pkcs7: must be base64", FULL },
	{ "a signature that is no string", "", "'MAA='", "null",
	  "signatures[0].pkcs7: must be a string", FULL },
	/* the place of what jansson refuses */
	{ "a key twice in a process", "'process'", "'uid':0", "'uid':0,'uid':0",
	  "containers[0].process.user.uid: line 1" },
	{ "a key twice in a mount", "", "'volume':'v2'",
	  "'volume':'v2','volume':'v2'",
	  "containers[0].mounts[1].volume: line 1", FULL },
};

#endif /* TARFS_AGENT_TESTS_PODSPEC_CASES_H */
