#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# tarfs-image finds an image in layouts, archives and indexes of several
# platforms, as other programs write them.
#
# Copyright (C) 2026 The tarfs authors
#
# usage: tarfs_image_source_test.sh BIN_DIR	TAP on standard output
# shellcheck disable=SC2016 # commands for eval, jq programs
# shellcheck source=oci_layout.sh
. "$(dirname "$0")/oci_layout.sh"

index_type=application/vnd.oci.image.index.v1+json
# shellcheck disable=SC2034 # in an eval
list_type=application/vnd.docker.distribution.manifest.list.v2+json

make_sample sample || exit 1
convert sample out || exit 1

# same_layers OUTDIR: are the layers those of "out", whatever the image's name?
same_layers()
{
	diff -r "$1/layers" out/layers &&
		cmp "$1/layers-cache.json" out/layers-cache.json &&
		check_digest_file "$1"
}

#
# Entries that are not images
#

# with_others LAYOUT: the sample, a manifest of an artifact, an SBOM, and an
# entry with a digest of another algorithm
with_others()
{
	copy "$1" && printf "{}" > empty &&
	jq -cn '{ schemaVersion: 2, config: $config, layers: [] }' \
		--argjson config "$(add_blob "$1" empty |
			jq -c '.mediaType = "application/vnd.oci.empty.v1+json"')" \
		> artifact &&
	edit_index "$1" '.manifests = [$artifact + {
			mediaType: "application/vnd.oci.image.manifest.v1+json" },
		{ mediaType: "application/spdx+json", size: 2,
			digest: $sbom.digest },
		{ mediaType: "application/vnd.oci.image.manifest.v1+json", size: 2,
			digest: ("sha512:" + "0" * 128) }] + .manifests' \
		--argjson artifact "$(add_blob "$1" artifact)" \
		--argjson sbom "$(add_blob "$1" empty)"
}

ok "artifacts, SBOMs and other digests hide no image from list" eval '
	with_others others && tarfs-image list others > said 2> errors &&
	cat said errors && [ "$(wc -l < said)" = 1 ] && grep -q " sample$" said &&
	[ "$(grep -c "^tarfs-image: not an image: " errors)" = 3 ]'
ok "... as JSON" eval '
	same "$(tarfs-image list --json others 2> log2 | jq length)" 1'
ok "... nor from convert" eval '
	convert others made && same_layers made && convert others:sample made'
ok "alone, one is refused with the reason" eval '
	edit_index others "del(.manifests[3])" && edit_index others ".manifests |= .[2:3]" &&
	refuses "others/index.json: digest \"sha512:" others'
ok "... whichever it is" eval '
	with_others others && edit_index others ".manifests |= .[1:2]" &&
	refuses "media type \"application/spdx+json\" is not that of an image manifest" others'
ok "list goes on after an image that is damaged, and fails" eval '
	copy hurt && umoci tag --image hurt:sample other > log2 &&
	edit_index hurt ".manifests[0].digest = \"sha256:$(printf %064d 0)\"" &&
	exits 1 tarfs-image list hurt > said 2> errors && cat said errors &&
	[ "$(wc -l < said)" = 1 ] && grep -q "not all images could be read" errors'
ok "an index of nothing" eval '
	copy hollow && edit_index hollow ".manifests = null" &&
	refuses "has 0 images, not one" hollow &&
	same "$(tarfs-image list hollow)" ""'

#
# Archives
#

# docker25 LAYOUT TAGS: add the manifest.json of an archive of Docker 25
docker25()
{
	local digest

	digest=$(config_digest "$1")
	jq -cn '[{ Config: $config, RepoTags: $tags, Layers: $layers }]' \
		--arg config "$(blob_of "$digest")" --argjson tags "$2" \
		--argjson layers "$(jq -c '[.layers[].digest |
			"blobs/" + sub(":"; "/")]' "$(manifest_of "$1")")" \
		> "$1/manifest.json"
}

ok "an archive of docker save ID, whose index lists nothing" eval '
	copy byid && docker25 byid null &&
	edit_index byid ".manifests = null" && tar cf byid.tar -C byid . &&
	convert byid.tar made && same_layers made &&
	tarfs-image list byid.tar | grep -q " 2 layers "'
ok "two repositories with one tag in one archive" eval '
	copy repos && edit_config repos ".created = \"2020-01-01T00:00:00Z\"" &&
	jq ".manifests[0].annotations = {
			\"org.opencontainers.image.ref.name\": \"latest\",
			\"io.containerd.image.name\": \"docker.io/library/busybox:latest\"
		}" repos/index.json > one &&
	jq --slurpfile old sample/index.json ".manifests += (\$old[0].manifests |
		.[0].annotations = {
			\"org.opencontainers.image.ref.name\": \"latest\",
			\"io.containerd.image.name\": \"docker.io/us/alpine:latest\"
		})" one > repos/index.json &&
	docker25 repos null && tar cf repos.tar -C repos . &&
	refuses "choose by LAYOUT:TAG of busybox:latest, us/alpine:latest" \
		repos.tar:latest'
ok "... are told apart by their names, short" eval '
	convert repos.tar:busybox:latest made &&
	same "$(the_pod made .id)" "\"busybox-latest\""'
ok "... and whole" eval '
	convert repos.tar:docker.io/us/alpine:latest made &&
	same "$(the_pod made .id)" "\"us-alpine-latest\""'
ok "... and listed by them" eval '
	same "$(tarfs-image list repos.tar | sed "s/.* //" | sort | xargs)" \
		"busybox:latest us/alpine:latest" &&
	same "$(tarfs-image list --json repos.tar | jq -c "map(.tag)")" \
		"[\"latest\",\"latest\"]"'

ok "an archive of docker save" eval '
	skopeo copy -q oci:sample:sample docker-archive:docker.tar:boxes.example/busy/box:1 &&
	convert docker.tar made && same_layers made'
ok "its name becomes the id" \
	same "$(the_pod made .id)" '"boxes-example-busy-box-1"'
ok "it is chosen by its name" convert docker.tar:boxes.example/busy/box:1 made
ok "and by its version" eval 'convert docker.tar:1 made && same_layers made'
ok "layers that are links, hard and symbolic" eval '
	mkdir links && tar xf docker.tar -C links && chmod -R u+w links &&
	names=($(jq -r ".[0].Layers[]" links/manifest.json)) &&
	jq -c ".[0].Layers = [\"a/layer.tar\", \"b/layer.tar\"]" \
		links/manifest.json > new && cp new links/manifest.json &&
	mkdir links/a links/b && ln -s "../${names[0]}" links/a/layer.tar &&
	ln "links/${names[1]}" links/b/layer.tar &&
	tar cf links.tar -C links . && convert links.tar made &&
	same_layers made'
ok "layers that are gzip" eval '
	mkdir zipped && tar xf docker.tar -C zipped && chmod -R u+w zipped &&
	for layer in $(jq -r ".[0].Layers[]" zipped/manifest.json); do
		gzip -n < "zipped/$layer" > packed &&
		cp packed "zipped/$layer" || exit 1
	done && tar cf zipped.tar -C zipped . &&
	convert zipped.tar made && same_layers made'
ok "of two members of one name the last counts" eval '
	cp docker.tar twice.tar && mkdir wrong && cd wrong &&
	echo "[]" > manifest.json && tar rf ../twice.tar manifest.json &&
	tar xf ../docker.tar manifest.json && cd .. &&
	refuses "has 0 images" twice.tar &&
	tar rf twice.tar -C wrong manifest.json &&
	convert twice.tar made && same_layers made'
ok "two images in an archive" eval '
	rm -rf links && mkdir links && tar xf docker.tar -C links &&
	chmod -R u+w links && jq -c "[.[0], (.[0] | .RepoTags = [\"x:2\"])]" \
		links/manifest.json > new && cp new links/manifest.json &&
	tar cf two.tar -C links . && convert two.tar:2 made &&
	same_layers made && same "$(the_pod made .id)" "\"x-2\"" &&
	same "$(tarfs-image list --json two.tar | jq -c "map(.tag)")" \
		"[\"boxes.example/busy/box:1\",\"x:2\"]" &&
	same "$(tarfs-image list two.tar:2 | wc -l)" 1'
ok "a layout in a tar" eval '
	skopeo copy -q oci:sample:sample oci-archive:layout.tar:sample &&
	convert layout.tar:sample made && diff -r made out'
ok "a layout in a tar with ./ before all names" eval '
	tar cf dotted.tar -C sample . &&
	convert dotted.tar made && diff -r made out'
ok "a tar that is both is a layout" eval '
	cp dotted.tar both.tar && mkdir -p both && echo "[]" > both/manifest.json &&
	tar rf both.tar -C both manifest.json &&
	convert both.tar made && diff -r made out'

#
# Layers
#

ok "the well-known empty layer" eval '
	copy empty && head -c 1024 /dev/zero > nothing &&
	same "$(sha256sum < nothing | cut -c 1-8)" 5f70bf18 &&
	printf "\37\213\10\0\0\11\156\210\0\377\142\30\5\243\140\24\214\130\0\10" > gz &&
	printf "\0\0\377\377\56\257\265\357\0\4\0\0" >> gz &&
	same "$(sha256sum < gz | cut -c 1-8)" a3ed95ca &&
	new=$(add_blob empty gz) && edit_manifest empty ".layers +=
		[\$new + { mediaType:
		\"application/vnd.docker.image.rootfs.diff.tar.gzip\" }]" \
		--argjson new "$new" && edit_config empty ".rootfs.diff_ids +=
		[\"sha256:$(sha256sum < nothing | cut -c 1-64)\"]" &&
	convert empty made --format=1 &&
	same "$(jq -r ".[2].verity_hash" made/layers-cache.json)" \
	67450082ab56da1aecc5eae2f18d980cd9e7306e79334a1a826a91cfd90114a8'
ok "zstd layers as skopeo writes them" eval '
	skopeo copy -q --dest-oci-accept-uncompressed-layers \
		oci:sample:sample oci:plain:sample &&
	skopeo copy -q --dest-compress-format zstd \
		oci:plain:sample oci:zst:sample &&
	same "$(jq -r ".layers[].mediaType" "$(manifest_of zst)" | sort -u)" \
		application/vnd.oci.image.layer.v1.tar+zstd &&
	convert zst made && diff -r made out'
ok "a Docker image as skopeo writes it" eval '
	skopeo copy -q --format v2s2 oci:sample:sample dir:v2s2 &&
	same "$(jq -r .mediaType v2s2/manifest.json)" \
		application/vnd.docker.distribution.manifest.v2+json &&
	copy v2 && new=$(add_blob v2 v2s2/manifest.json) &&
	for blob in v2s2/*; do add_blob v2 "$blob" > /dev/null; done &&
	edit_index v2 ".manifests[0] |= (. + \$new | .mediaType =
		\"application/vnd.docker.distribution.manifest.v2+json\")" \
		--argjson new "$new" && convert v2 made && same_layers made'

#
# Platforms
#

# for_platforms LAYOUT TYPE: an index of the sample for linux/amd64,
# linux/arm64, linux/arm/v6 and linux/arm/v7, and of an attestation
for_platforms()
{
	local layout=$1 type=$2 all='[]' arch variant descriptor

	while read -r arch variant; do
		copy other && edit_config other "
			.architecture = \"$arch\" | .config.Env += [\"ON=$arch$variant\"] |
			if \"$variant\" == \"\" then . else
			.variant = \"$variant\" end" &&
		cp other/blobs/sha256/* "$layout/blobs/sha256/" &&
		descriptor=$(jq -c '.manifests[0] | del(.annotations)' \
			other/index.json) &&
		all=$(jq -cn "$all + [$descriptor | .platform =
			{ os: \"linux\", architecture: \"$arch\" } |
			if \"$variant\" == \"\" then . else
			.platform.variant = \"$variant\" end]") || return
	done <<-END
	amd64
	arm64 v8
	arm v6
	arm v7
	END
	all=$(jq -cn "$all + [($all)[0] | .platform =
		{ os: \"unknown\", architecture: \"unknown\" }]")
	jq -cn "{ schemaVersion: 2, mediaType: \"$type\", manifests: $all }" \
		> nested && cp nested nested.all &&
	edit_index "$layout" '.manifests[0] |= ($new + { mediaType: $type,
		annotations })' --arg type "$type" \
		--argjson new "$(add_blob "$layout" nested)"
}

# on PLATFORM ENV: is the image of this platform chosen, which has this
# variable?
on()
{
	convert many:sample made --platform="$1" &&
		same "$(the_pod made '.process.env[-1]')" "\"ON=$2\""
}

copy many
ok "an index of several platforms" for_platforms many $index_type
host=$(uname -m)
case $host in
x86_64)	host=amd64 ;;
aarch64)	host=arm64v8 ;;
esac
ok "this machine's is taken" eval '
	convert many made &&
	same "$(the_pod made ".process.env[-1]")" "\"ON=$host\""'
ok "linux/amd64 by name" on linux/amd64 amd64
ok "an architecture as the kernel calls it" on linux/x86_64 amd64
ok "the variant that all have may be left out" on linux/arm64 arm64v8
ok "it may be named" on linux/arm64/v8 arm64v8
ok "one variant of two" on linux/arm/v7 armv7
ok "the other" on linux/arm/v6 armv6
ok "no variant where there are two" refuses \
	"2 images for linux/arm, not one: choose by --platform of linux/amd64, linux/arm64, linux/arm/v6, linux/arm/v7" \
	many --platform=linux/arm
ok "a platform that is not there" refuses \
	"0 images for linux/s390x, not one: choose by --platform of linux/amd64" \
	many --platform=linux/s390x
ok "no platform at all is wrong usage" eval '
	for bad in linux /amd64 linux/ linux/arm/ linux/a/b/c "" "linux/ä"; do
		exits 2 tarfs-image convert --platform="$bad" many made || exit 1
	done'
ok "the attestation is not an image" eval '
	same "$(tarfs-image list many | awk "{ print \$2 }" | tr "\n" " ")" \
		"linux/amd64 linux/arm64 linux/arm/v6 linux/arm/v7 "'
ok "a Docker manifest list" eval '
	copy many && for_platforms many $list_type && on linux/arm/v6 armv6'
ok "an index in an index in the index" eval '
	jq -c "{ schemaVersion, manifests: [.manifests[0] |
		del(.annotations)] }" many/index.json > nested &&
	edit_index many ".manifests[0] |= (. + \$new | .mediaType =
		\"$index_type\")" --argjson new "$(add_blob many nested)" &&
	on linux/arm/v7 armv7'
ok "platforms in index.json itself" eval '
	copy flat && cp many/blobs/sha256/* flat/blobs/sha256/ &&
	edit_index flat ".manifests = [\$all[0].manifests[] |
		.annotations = \$was]" --slurpfile all nested.all \
		--argjson was "$(jq -c ".manifests[0].annotations" \
		sample/index.json)" && rm -rf many && mv flat many &&
	on linux/arm64 arm64v8'
ok "platforms that only the configurations tell" eval '
	edit_index many "del(.manifests[].platform)" && on linux/arm/v6 armv6'
ok "what skopeo copies of all platforms" eval '
	copy many && for_platforms many $index_type &&
	skopeo copy -q --all oci:many:sample oci:all:sample &&
	rm -rf many && mv all many && on linux/arm/v7 armv7'

#
# list
#

ok "list --json has the digests and sizes of the manifest" eval '
	same "$(tarfs-image list --json sample | jq -cS .[0])" \
		"$(jq -cS "{ digest: \"$(manifest_digest sample)\",
		platform: \"linux/amd64\", tag: \"sample\",
		size: ([.layers[].size] | add),
		layers: ([[.layers[] | { digest, mediaType, size }],
			[\$config[0].rootfs.diff_ids[] | { diff_id: . }]] |
			transpose | map(add)) }" \
		--slurpfile config "$(config_of sample)" \
		"$(manifest_of sample)")"'
ok "list without --json has a line an image" eval '
	same "$(tarfs-image list sample | sed "s/  */ /g")" \
		"$(manifest_digest sample) linux/amd64 2 layers $(jq \
			"[.layers[].size] | add" "$(manifest_of sample)") bytes sample"'
ok "list keeps control characters off the terminal" eval '
	copy odd && edit_index odd ".manifests[0].annotations[] = \"\\u001b[2J\"" &&
	tarfs-image list odd | grep -qF "\\033[2J"'
ok "list refuses sizes of layers whose sum is no number" eval '
	copy odd && jq -c ".layers[].size = \"huge\"" "$(manifest_of odd)" |
		sed "s/\"huge\"/9200000000000000000/g" > new &&
	edit_index odd ".manifests[0] += \$new" \
		--argjson new "$(add_blob odd new)" &&
	exits 1 tarfs-image list odd > said 2> errors && cat errors &&
	[ ! -s said ] && grep -q "add up to more than" errors'
ok "list tells of what cannot be converted" eval '
	copy odd && edit_manifest odd ".layers[0].mediaType =
		\"application/vnd.docker.image.rootfs.foreign.diff.tar.gzip\"" &&
	tarfs-image list odd | grep -q "2 layers"'
ok "list of no layout" eval 'mkdir -p foreign &&
	exits 1 tarfs-image list foreign'

#
# buildah
#

build()
{
	buildah --root "$dir/storage" --runroot "$dir/run" \
		--storage-driver vfs "$@"
}

buildah_works()
{
	command -v buildah > /dev/null || { why="needs buildah"; return 1; }
	container=$(build from scratch 2> /dev/null) ||
		{ why="buildah cannot make a container here"; return 1; }
}

buildah_image()
{
	mkdir -p tree/bin && cp "$(command -v busybox)" tree/bin/sh &&
	build config --cmd /bin/sh "$container" &&
	build add "$container" tree / &&
	build commit --format "$1" "$container" made:1
}

if buildah_works; then
	ok "buildah commits an image" buildah_image oci
	ok "a layout that buildah pushed" eval '
		build push made:1 oci:built:one && convert built:one made &&
		same "$(ls made/layers | wc -l)" 1 &&
		tarfs-image verify built:one made'
	ok "an archive that buildah pushed" eval '
		build push --format v2s2 made:1 docker-archive:built.tar:made:1 &&
		convert built.tar second && diff -r made/layers second/layers'
	ok "a manifest list that buildah pushed" eval '
		build manifest create both made:1 &&
		build manifest push --all both oci:both:both &&
		convert both:both second && diff -r made/layers second/layers'
else
	for what in commits layouts archives lists; do
		skip "buildah: $what" "$why"
	done
fi

tap_done
