#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# tarfs-image converts layouts of umoci and skopeo into the defined results.
#
# Copyright (C) 2026 The tarfs authors
#
# usage: tarfs_image_test.sh BIN_DIR	TAP on standard output
# shellcheck disable=SC2016 # commands for eval, jq programs
# shellcheck source=oci_layout.sh
. "$(dirname "$0")/oci_layout.sh"

#
# Expected results, computed without the program
#

sha256_text() { printf %s "$1" | sha256sum | cut -d ' ' -f 1; }

# layer_names LAYOUT: print the names, the lowest layer first
layer_names()
{
	local chain='' diff_id

	jq -r '.rootfs.diff_ids[]' "$(config_of "$1")" |
	while read -r diff_id; do
		if [ -z "$chain" ]; then
			chain=$diff_id
		else
			chain=sha256:$(sha256_text "$chain $diff_id")
		fi
		sha256_text "$chain"
	done
}

# reported MEMBER LAYOUT FORMAT: print a member of mktarfs --json for each
# layer, the lowest first
reported()
{
	local digest

	jq -r '.layers[].digest' "$(manifest_of "$2")" |
	while read -r digest; do
		mktarfs --format="$3" --json "$2/$(blob_of "$digest")" image |
			jq -r ".$1"
	done
}

root_hashes() { reported root_hash "$1" "$2"; }

# expected_storages LAYOUT FORMAT ID
expected_storages()
{
	jq -n --arg id "$3" \
		--arg names "$(layer_names "$1" | tac)" \
		--arg roots "$(root_hashes "$1" "$2" | tac)" \
		--arg blocks "$(reported data_blocks "$1" "$2" | tac)" '
	def opt: "io.katacontainers.fs-opt." + .;
	def storage: { driver_options: [], fs_group: null } + .;
	[$names, $roots, $blocks | split("\n")] | transpose |
	map({ name: .[0], options: ["ro", ("block_device=file" | opt),
		("is-layer" | opt), ("root-hash=" + .[1] | opt),
		("data-blocks=" + .[2] | opt)] }) |
	map({ driver: "blk", source: "", fstype: "tar", options,
		mount_point: "/run/kata-containers/sandbox/layers/\(.name)" }
		| storage) +
	[{ driver: "overlayfs", source: "none", fstype: "fuse3.kata-overlay",
	   mount_point: "/run/kata-containers/shared/containers/\($id)",
	   options: ([("layer-src-prefix=/var/lib/containerd/" +
			"io.containerd.snapshotter.v1.tardev/layers" | opt)] +
		map("layer=" + ([.name, "tar", .options[]] | join(",") |
			@base64) | opt) +
		[("overlay-rw" | opt)] +
		["lowerdir=" + (map(.name) | join(":"))]) } | storage]'
}

check_storages()
{
	same "$(the_pod "$1" .storages | jq -S .)" \
		"$(expected_storages "$2" "$3" "$4" | jq -S .)"
}

check_layers()
{
	local out=$1 layout=$2 format=$3 n=0 name

	same "$(cd "$out/layers" && find . -type f -printf '%f\n' | sort)" \
		"$(layer_names "$layout" | sort)" || return 1
	for name in $(layer_names "$layout"); do
		mktarfs --format="$format" "$(layer_of "$layout" $n)" image \
			> /dev/null && cmp image "$out/layers/$name" || return 1
		n=$((n + 1))
	done
}

check_cache()
{
	local out=$1 layout=$2 format=$3

	same "$(jq -r '.[] | "\(.diff_id) \(.verity_hash)"' \
			"$out/layers-cache.json")" \
		"$(paste -d ' ' <(jq -r '.rootfs.diff_ids[]' \
					"$(config_of "$layout")") \
				<(root_hashes "$layout" "$format"))" &&
	jq -e 'all(.[]; keys == ["diff_id", "group", "passwd", "verity_hash"])' \
		"$out/layers-cache.json"
}

#
# The sample image
#

ok "make-sample-image makes a layout" make_sample sample
ok "its second layer has a whiteout and an opaque directory" eval '
	tar tzf "$(layer_of sample 1)" > list &&
	grep -qx "etc/.wh.issue" list &&
	grep -qx "var/lib/app/.wh..wh..opq" list &&
	tar xOzf "$(layer_of sample 1)" etc/motd | grep -q "changed"'
ok "umoci sees what the layers say" eval '
	umoci unpack --rootless --image sample:sample bundle &&
	[ ! -e bundle/rootfs/etc/issue ] &&
	[ "$(ls -A bundle/rootfs/var/lib/app)" = fresh ] &&
	grep -q "layer 2" bundle/rootfs/etc/motd bundle/rootfs/srv/new'
ok "the same image comes out in another directory" eval '
	make_sample other && diff -r sample other'
ok "a finished image is left alone" eval '
	before=$(stat -c %i sample) && make_sample sample &&
	same "$(stat -c %i sample)" "$before"'
ok "an image that was changed is made anew" eval '
	flip_middle "$(layer_of other 0)" && make_sample other &&
	diff -r sample other'
ok "a directory that is no layout is refused" eval '
	mkdir foreign && : > foreign/file && exits 1 make_sample foreign &&
	[ -e foreign/file ]'
ok "nothing is left behind" eval '
	same "$(find . -maxdepth 1 -name "*.??????")" ""'

#
# The program
#

pause=sha256:9760f55e20e3f4eb6b837e1b323b3c6f29b1ef4a4617fe98625ead879e91b1c1
ok "these tests name layers as is published" same "$(sha256_text $pause)" \
	5a5aad80055ff20012a50dc25f8df7a29924474324d65f7d5306ee8ee27ff71d
ok "--version" eval 'tarfs-image --version | grep -q "^tarfs-image "'
ok "--help names the commands" eval 'tarfs-image --help | grep -q convert'
ok "convert --help names the options" eval '
	tarfs-image convert --help | grep -q -- --format'
ok "no command is wrong usage" exits 2 tarfs-image
ok "an unknown command is wrong usage" exits 2 tarfs-image revert
ok "no OUTDIR is wrong usage" exits 2 tarfs-image convert sample
ok "too many arguments are wrong usage" exits 2 tarfs-image convert a b c
ok "an empty tag is wrong usage" exits 2 tarfs-image convert sample: out
ok "an unknown option is wrong usage" exits 2 tarfs-image convert --fast a b
ok "an unknown format is wrong usage" \
	exits 2 tarfs-image convert --format=3 sample out
ok "the output tells the digest for the kernel command line" eval '
	tarfs-image convert sample out | tail -n 1 > said &&
	same "$(cat said)" "  tarfs.pod=sha256:$(cut -c 1-64 out/pod.sha256)"'

# what the lines of "convert -v" say, as JSON: FILE
text_as_json()
{
	jq -RnS '[inputs] | { pod: (.[-1] | sub(".*="; "")), layers: [
		.[:-2] | while(length > 0; .[6:]) | {
			file: .[0], diff_id: .[1][13:], root_hash: .[2][13:],
			digest: (.[3][13:] | sub("^blob "; "") |
				sub(", [0-9]* bytes$"; "")),
			size: (.[3] | capture(", (?<n>[0-9]*) bytes$").n |
				tonumber),
			tar_size: (.[4] | capture("(?<n>[0-9]+)").n | tonumber),
			image_size: (.[5] | capture("(?<n>[0-9]+)").n | tonumber),
			reused: (.[5] | test("already")) }] }' "$1"
}

# same_json TEXT JSON: both have the same facts, and the pod spec has the others
same_json()
{
	same "$(jq -S 'del(.layers[] | .data_blocks, .warnings)' "$2")" \
		"$(text_as_json "$1")" &&
	same "$(jq -c '[.layers[].data_blocks]' "$2")" \
		"$(the_pod json.out '[.storages[:-1][].options[] |
			select(contains("data-blocks=")) | sub(".*="; "") |
			tonumber] | reverse')"
}

ok "convert --json says what convert says" eval '
	tarfs-image convert -v sample text.out > text &&
	tarfs-image convert --json sample json.out > json && cat json &&
	diff -r text.out json.out && same_json text json'
ok "... of layers that are there already, too" eval '
	tarfs-image convert -v sample text.out > text &&
	tarfs-image convert --json sample json.out > json && cat json &&
	same_json text json && jq -e "all(.layers[]; .reused)" json'
ok "with --pull it has no layer images" eval '
	tarfs-image convert --pull --json sample pulled > json &&
	same "$(jq -r .pod json)" "sha256:$(cut -c 1-64 pulled/pod.sha256)" &&
	same "$(jq -c ".layers[] | keys" json | sort -u)" \
		"[\"diff_id\",\"digest\",\"size\",\"tar_size\"]"'
ok "of --json and --quiet the last one counts" eval '
	same "$(tarfs-image convert --json -q sample json.out)" "" &&
	tarfs-image convert -q --json sample json.out | jq -e .pod'

for format in 1 2; do
	out=out$format
	ok "format $format: the sample converts" \
		convert sample:sample $out --format=$format
	ok "format $format: layers are what mktarfs makes, under their names" \
		check_layers $out sample $format
	ok "format $format: the storages are as defined" \
		check_storages $out sample $format sample
	ok "format $format: the layer cache has every layer" \
		check_cache $out sample $format
	ok "format $format: the digest file fits" check_digest_file $out
done
ok "the formats have different root hashes" eval '
	! cmp -s out1/layers-cache.json out2/layers-cache.json'
ok "the process is that of the configuration" eval '
	same "$(the_pod out2 ".id, .hostname, .process" | jq -cS . | tr -d "\n")" \
		"\"sample\"\"sample\"$(jq -cS "{
			terminal: false,
			user: { uid: 0, gid: 0, additionalGids: [4] },
			args: .config.Cmd, env: .config.Env,
			cwd: .config.WorkingDir }" "$(config_of sample)")"'
ok "the layer cache has etc/passwd and etc/group of the first layer" eval '
	for file in passwd group; do
		tar xOzf "$(layer_of sample 0)" etc/$file > want &&
		jq -j ".[0].$file" out2/layers-cache.json | cmp - want || exit 1
	done'
ok "they are empty for the second" eval '
	same "$(jq -r ".[1].passwd, .[1].group" out2/layers-cache.json)" ""'
ok "no name occurs twice, and the pod has version 1" eval '
	same "$(jq -c "[.version, keys, (.containers | length)]" out2/pod.json)" \
		"[1,[\"containers\",\"version\"],1]"'
ok "the same bytes come out again" eval '
	convert sample again && diff -r again out2'
ok "an older OUTDIR is updated" eval '
	tarfs-image convert -q --format=1 sample again && diff -r again out1'
ok "other layers in OUTDIR are left alone" eval '
	: > again/layers/foreign && tarfs-image convert -q sample again &&
	[ -e again/layers/foreign ] && rm again/layers/foreign &&
	diff -r again out2'
ok "nothing but the four results is in OUTDIR" eval '
	same "$(ls -A out2 | tr "\n" " ")" \
		"layers layers-cache.json pod.json pod.sha256 "'

#
#
# Layouts of other programs

ok "a copy by skopeo gives the same" eval '
	skopeo copy -q oci:sample:sample oci:skopeo:sample &&
	convert skopeo:sample copied && diff -r copied out2'
ok "layers that skopeo compressed with zstd give the same" eval '
	skopeo copy -q --dest-compress-format zstd oci:sample:sample \
		dir:dumped &&
	skopeo copy -q --dest-compress --dest-compress-format zstd \
		oci:sample:sample oci:zstandard:sample &&
	copy zst && for n in 0 1; do
		zcat "$(layer_of zst $n)" | zstd -q > packed &&
		set_layer zst $n packed && edit_manifest zst \
		".layers[$n].mediaType = \"application/vnd.oci.image.layer.v1.tar+zstd\"" ||
		exit 1
	done && convert zst copied && diff -r copied out2'
ok "plain layers give the same" eval '
	copy plain && for n in 0 1; do
		zcat "$(layer_of plain $n)" > packed &&
		set_layer plain $n packed && edit_manifest plain \
		".layers[$n].mediaType = \"application/vnd.oci.image.layer.v1.tar\"" ||
		exit 1
	done && convert plain copied && diff -r copied out2'
ok "Docker media types give the same" eval '
	copy docker && edit_manifest docker "
		.mediaType = \"application/vnd.docker.distribution.manifest.v2+json\" |
		.config.mediaType = \"application/vnd.docker.container.image.v1+json\" |
		.layers[].mediaType =
			\"application/vnd.docker.image.rootfs.diff.tar.gzip\"" &&
	edit_index docker ".manifests[0].mediaType =
		\"application/vnd.docker.distribution.manifest.v2+json\"" &&
	convert docker copied && diff -r copied out2'
ok "an image for many platforms gives that for linux/amd64" eval '
	copy many && jq -c "{ schemaVersion, manifests: [
		(.manifests[0] | del(.annotations) |
		 .platform = { os: \"linux\", architecture: \"amd64\" }),
		(.manifests[0] | .digest = \"sha256:\" + \"0\" * 64 |
		 .platform = { os: \"linux\", architecture: \"arm64\" })] }" \
		many/index.json > nested &&
	edit_index many ".manifests[0] |= (. + \$new | .mediaType =
		\"application/vnd.oci.image.index.v1+json\")" \
		--argjson new "$(add_blob many nested)" &&
	convert many:sample copied && diff -r copied out2'
ok "a third layer is on top" eval '
	copy three && tar cf layer.tar foreign && add_layer three layer.tar &&
	convert three three.out && check_storages three.out three 2 sample &&
	same "$(the_pod three.out ".storages | length")" 4 &&
	check_layers three.out three 2 && check_cache three.out three 2'
ok "umoci repack gives a layer too" eval '
	copy repacked && umoci unpack --image repacked:sample unpacked &&
	echo nobody:x:99: >> unpacked/rootfs/etc/group &&
	rm unpacked/rootfs/etc/passwd &&
	umoci repack --image repacked:sample unpacked &&
	convert repacked repacked.out && check_layers repacked.out repacked 2 &&
	same "$(jq -r ".[2].passwd" repacked.out/layers-cache.json)" WHITEOUT &&
	jq -r ".[2].group" repacked.out/layers-cache.json | grep -q nobody:x:99'
ok "a warning names the blob and the member" eval '
	copy odd && : > setuid && chmod 4755 setuid &&
	tar cf layer.tar setuid && add_layer odd layer.tar &&
	tarfs-image convert --format=1 odd odd.out 2> errors && cat errors &&
	grep -q "warning: blob $(layer_digest odd 2): .*first: setuid" errors'
ok "with --json it is in the object" eval '
	rm -rf odd.out && tarfs-image convert --json --format=1 odd odd.out \
		> json 2> errors && cat errors && [ ! -s errors ] &&
	same "$(jq -c "[.layers[2].warnings[] | .kind, .count, .first]" json)" \
		"$(mktarfs --format=1 --json "$(layer_of odd 2)" image |
			jq -c "[.warnings[] | .kind, .count, .first]")" &&
	same "$(jq -r ".layers[2].warnings[0].first" json)" setuid'
ok "--quiet keeps it back" convert odd odd.out --format=1
ok "--strict makes it an error" eval '
	exits 1 tarfs-image convert --format=1 --strict odd odd.out &&
	[ ! -e odd.out/pod.sha256 ]'
ok "format 2 has nothing to warn about" eval '
	tarfs-image convert --strict odd odd.out 2> errors && [ ! -s errors ]'
ok "a layer that is there twice has two names and one cache entry" eval '
	copy twice && zcat "$(layer_of twice 1)" > layer.tar &&
	add_layer twice layer.tar && convert twice twice.out &&
	check_storages twice.out twice 2 sample &&
	same "$(ls twice.out/layers | wc -l)" 3 &&
	same "$(jq length twice.out/layers-cache.json)" 2'

#
# Tags
#

ok "of two images one has to be chosen" eval '
	copy tags && umoci tag --image tags:sample Rel-1.0_B &&
	refuses "index.json: has 2 images, not one: choose by LAYOUT:TAG" tags'
ok "a tag chooses, and becomes the id" eval '
	edit_index tags "(.manifests[].annotations[] |
		select(. != \"sample\")) = \"Rel/1.0--B_\"" &&
	convert tags:Rel/1.0--B_ tagged &&
	same "$(the_pod tagged "[.id, .hostname]")" \
		"[\"rel-1-0-b\",\"rel-1-0-b\"]" &&
	check_storages tagged sample 2 rel-1-0-b'
ok "a tag that is not there" \
	refuses '0 images tagged "none", not one; there are: sample, Rel/1.0--B_' tags:none
ok "an image that is listed twice is one" eval '
	edit_index tags ".manifests[1].annotations[] = \"sample\"" &&
	convert tags:sample tagged && check_storages tagged sample 2 sample'
ok "two images of one tag" eval '
	edit_index tags ".manifests |= [.[0]]" &&
	edit_config tags ".created = \"2020-01-01T00:00:00Z\"" &&
	edit_index tags ".manifests += \$old" \
		--argjson old "$(jq -c .manifests sample/index.json)" &&
	refuses "2 images for linux/amd64, not one" tags:sample --platform=linux/amd64'
ok "an image without a tag is a container" eval '
	copy untagged && edit_index untagged "del(.manifests[0].annotations)" &&
	convert untagged tagged && same "$(the_pod tagged .id)" "\"container\""'
ok "a long tag is cut to a host name" eval '
	tag=$(printf "%080d" 0) &&
	edit_index untagged ".manifests[0].annotations =
		{ \"org.opencontainers.image.ref.name\": \"$tag\" }" &&
	convert untagged tagged &&
	same "$(the_pod tagged ".id | length")" 63'

#
# Failures while writing
#

ok "standard output that is full" eval '
	exits 1 tarfs-image convert sample late > /dev/full 2> errors &&
	grep -q "cannot write to standard output" errors'
ok "closed streams do not get into the files" eval '
	tarfs-image convert -q sample late <&- >&- 2>&- &&
	diff -r late out2'

ok "a failed run says that OUTDIR is incomplete, and it is" eval '
	convert sample late && mkdir block && rm late/layers-cache.json &&
	mv block late/layers-cache.json &&
	exits 1 tarfs-image convert -q sample late 2> errors &&
	cat errors && grep -q "late is incomplete, it has no pod.sha256" errors &&
	[ ! -e late/pod.sha256 ] &&
	same "$(find late -name ".*" -type f)" ""'
ok "a full disk leaves nothing half-written" eval '
	rm -rf full && exits 1 bash -c "ulimit -f 100;
		exec tarfs-image convert -q --jobs=1 sample full" 2> errors &&
	same "$(find full -type f)" ""'
ok "nor with several layers at a time" eval '
	rm -rf full && exits 1 bash -c "ulimit -f 100;
		exec tarfs-image convert -q --jobs=2 sample full" 2> errors &&
	for file in $(find full -type f); do
		cmp "$file" "out2/${file#full/}" || exit 1
	done'
ok "an OUTDIR that is a file" eval '
	: > file && exits 1 tarfs-image convert -q sample file 2> errors &&
	grep -q "file is not a directory" errors'

tap_done
