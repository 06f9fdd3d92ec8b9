#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# tarfs-image refuses corrupt and hostile images, and names the blob.
#
# Copyright (C) 2026 The tarfs authors
#
# usage: tarfs_image_refuse_test.sh BIN_DIR	TAP on standard output
# shellcheck disable=SC2016 # commands for eval, jq programs
# shellcheck source=oci_layout.sh
. "$(dirname "$0")/oci_layout.sh"

make_sample sample || exit 1
mkdir foreign

#
# Damaged blobs
#

for n in 0 1; do
	digest=$(layer_digest sample $n)
	ok "a damaged layer $n" eval '
		copy bad && flip_middle "$(layer_of bad $n)" &&
		refuses "blob $digest: is corrupt" bad'
	ok "a layer $n that is cut short" eval '
		copy bad && truncate -s -1 "$(layer_of bad $n)" &&
		refuses "blob $digest: has " bad'
	ok "a layer $n that is not there" eval '
		copy bad && rm "$(layer_of bad $n)" &&
		refuses "blob $digest: cannot open" bad'
	ok "a layer $n with another diff_id" eval '
		copy bad && edit_config bad ".rootfs.diff_ids[$n] =
			\"sha256:\" + \"0\" * 64" &&
		refuses "blob $digest: its uncompressed SHA-256 is" bad'
done
ok "a layer that is a fifo" eval '
	copy bad && rm "$(layer_of bad 0)" && mkfifo "$(layer_of bad 0)" &&
	refuses "is not a regular file" bad'
ok "a layer that is no tar" eval '
	copy bad && head -c 5000 /dev/zero | tr "\0" x > junk &&
	set_layer bad 0 junk && edit_config bad ".rootfs.diff_ids[0] =
		\"sha256:$(sha256sum < junk | cut -c 1-64)\"" &&
	refuses "blob sha256:$(sha256sum < junk | cut -c 1-64): " bad'
ok "a layer that is larger than --max-size allows" eval '
	copy bad && size=$(gzip -dc "$(layer_of bad 0)" | wc -c) &&
	refuses "has more than the $((size - 1)) uncompressed bytes" bad \
		--max-size=$((size - 1))'
ok "--max-size without a number" exits 2 \
	tarfs-image convert --max-size=K sample refused
for what in manifest config; do
	ok "a damaged $what" eval '
		copy bad && digest=$(${what}_digest bad) &&
		flip_middle "$(${what}_of bad)" &&
		refuses "blob $digest: is corrupt" bad'
	ok "a $what of another size" eval '
		copy bad && digest=$(${what}_digest bad) &&
		echo >> "$(${what}_of bad)" &&
		refuses "blob $digest: has " bad'
	ok "a $what that is not there" eval '
		copy bad && digest=$(${what}_digest bad) &&
		rm "$(${what}_of bad)" &&
		refuses "blob $digest: cannot open" bad'
	ok "a $what of too many bytes" eval '
		copy bad && edit_$what bad ". + { pad: (\"x\" * 4194304) }" &&
		refuses "more than 4194304" bad'
	ok "a $what of a wrong media type" eval '
		copy bad && digest=$(${what}_digest bad) &&
		type=application/vnd.example &&
		if [ $what = config ]; then
			edit_manifest bad ".config.mediaType = \"$type\""
		else
			edit_index bad ".manifests[0].mediaType = \"$type\""
		fi && refuses "blob $digest: media type \"$type\"" bad'
done
ok "a manifest that contradicts its descriptor" eval '
	copy bad && edit_manifest bad ".mediaType = \"a/b\"" &&
	refuses "blob $(manifest_digest bad): media type \"a/b\" is not that" bad'
ok "a manifest of another schema" eval '
	copy bad && edit_manifest bad ".schemaVersion = 1" &&
	refuses "\"schemaVersion\" is 1, not 2" bad'
ok "a name that occurs twice" eval '
	copy bad && sed "s/^{/{\"schemaVersion\":2,/" bad/index.json > new &&
	cp new bad/index.json && refuses "duplicate" bad'
ok "junk behind the JSON" eval '
	copy bad && echo "{}" >> bad/index.json &&
	refuses "bad/index.json: line 2" bad'
ok "an index that is an array" eval '
	copy bad && echo "[]" > bad/index.json &&
	refuses "bad/index.json: is not an object" bad'
ok "an index without images" eval '
	copy bad && edit_index bad ".manifests = []" &&
	refuses "has 0 images" bad'
ok "an index of strings" eval '
	copy bad && edit_index bad ".manifests = [\"x\"]" &&
	refuses "a descriptor is not an object" bad'
ok "a layout of another version" eval '
	copy bad && echo "{\"imageLayoutVersion\":\"2.0.0\"}" > bad/oci-layout &&
	refuses "version \"2.0.0\"" bad'
ok "no layout at all" refuses "cannot open foreign/oci-layout" foreign
ok "more layers than diff_ids" eval '
	copy bad && edit_config bad ".rootfs.diff_ids |= .[:1]" &&
	refuses "2 layers, the configuration 1 diff_ids" bad'
ok "no layers" eval '
	copy bad && edit_config bad ".rootfs.diff_ids = []" &&
	edit_manifest bad ".layers = []" && refuses "image of 0 layers" bad'
ok "too many layers" eval '
	copy bad && edit_config bad ".rootfs.diff_ids |= [range(128) as \$i | .[0]]" &&
	edit_manifest bad ".layers |= [range(128) as \$i | .[0]]" &&
	refuses "image of 128 layers" bad'
ok "an image of another system" eval '
	copy bad && edit_config bad ".os = \"plan9\"" &&
	refuses "the image is for \"plan9\"" bad'

# nest LAYOUT PROGRAM: replace the image's descriptor by that of an index of the
# descriptors that the program makes of it
nest()
{
	jq -c "{ schemaVersion, manifests: (.manifests[0] |
		del(.annotations) | $2) }" "$1/index.json" > nested &&
	edit_index "$1" '.manifests[0] |= (del(.platform) + $new |
		.mediaType = "application/vnd.oci.image.index.v1+json")' \
		--argjson new "$(add_blob "$1" nested)"
}

ok "many platforms without this machine's" eval '
	copy bad && nest bad "[.platform = ({ os: \"linux\", architecture:
		(\"s390x\", \"riscv64\") })]" &&
	refuses "has 0 images for linux/" bad && refuses \
		"choose by --platform of linux/s390x, linux/riscv64" bad'
ok "another platform than the configuration has" refuses \
	"the only image is for linux/amd64, not for linux/arm/v7" \
	sample --platform=linux/arm/v7
ok "indexes nested too deep" eval '
	copy bad && for n in 1 2 3 4; do nest bad "[.]"; done &&
	refuses "nested more than 4 deep" bad'
ok "indexes that multiply" eval '
	copy bad && nest bad "[]" && nest bad "[range(10) as \$i | .]" &&
	nest bad "[range(10) as \$i | .]" &&
	refuses "more than 64 indexes" bad'
ok "more images than anyone has" eval '
	copy bad && nest bad "[range(5000) as \$i | .]" &&
	refuses "has more than 4096 images" bad'
ok "an index that is damaged" eval '
	copy bad && nest bad "[.]" && flip_middle "$(manifest_of bad)" &&
	refuses "blob $(manifest_digest bad): is corrupt" bad'
ok "JSON that is nested deep" eval '
	copy bad && { printf "%0100000d" 0 | tr 0 "["; } > bad/index.json &&
	refuses "bad/index.json: line 1, column " bad'
ok "an index of too many bytes" eval '
	copy bad && truncate -s 4194305 bad/index.json &&
	refuses "bad/index.json has 4194305 bytes, more than 4194304" bad'

while read -r type; do
	ok "layers of type $type" eval '
		copy bad && edit_manifest bad ".layers[1].mediaType = \"$type\"" &&
		refuses "blob $(layer_digest bad 1): media type \"$type\"" bad'
done << 'END'
application/vnd.oci.image.layer.nondistributable.v1.tar+gzip
application/vnd.docker.image.rootfs.foreign.diff.tar.gzip
application/vnd.oci.image.layer.v1.tar+gzip+encrypted
application/vnd.oci.image.layer.v1.tar+xz
application/octet-stream
END

zeros=$(printf '%064d' 0)
while read -r digest; do
	ok "a digest like ${digest:0:40}" eval '
		copy bad && edit_manifest bad ".layers[0].digest = \"$digest\"" &&
		refuses "digest \"$digest\" is not" bad'
done << END
sha256:../../../../etc/passwd
sha256:${zeros:1}
sha256:${zeros}0
sha256:${zeros:1}/
sha256:${zeros:1}A
sha512:$zeros$zeros
sha384:$zeros
$zeros
sha256:..%2f
END
ok "a diff_id that climbs" eval '
	copy bad && edit_config bad ".rootfs.diff_ids[0] = \"sha256:../x\"" &&
	refuses "digest \"sha256:../x\" is not" bad'
ok "a size that is negative" eval '
	copy bad && edit_manifest bad ".layers[0].size = -1" &&
	refuses "\"size\" is negative" bad'
ok "a size that is no integer" eval '
	copy bad && edit_manifest bad ".layers[0].size = \"1\"" &&
	refuses "\"size\" is not an integer" bad'
ok "control characters do not reach the terminal" eval '
	copy bad && edit_config bad ".os = \"\\u001b[2J\"" &&
	refuses "\\033[2J" bad'


#
# Archives of "docker save"
#

pristine=$PWD/pristine
rm -rf pristine.tar
skopeo copy -q oci:sample:sample docker-archive:pristine.tar:sample:1 || exit 1
mkdir pristine && tar xf pristine.tar -C pristine
chmod -R u+w pristine

# archive PROGRAM: make an archive with a changed manifest
archive()
{
	rm -rf unpacked && cp -r "$pristine" unpacked &&
	jq -c "$1" pristine/manifest.json > unpacked/manifest.json &&
	tar cf bad.tar -C unpacked .
}

ok "the name of an member of an archive is kept off the terminal" eval '
	layer=$(jq -r ".[0].Layers[0]" pristine/manifest.json) &&
	archive ".[0].Layers[0] = \"odd\\u001b[2J\\n.tar\"" &&
	mv "unpacked/$layer" "unpacked/$(printf "odd\033[2J\n.tar")" &&
	tar cf bad.tar -C unpacked . &&
	tarfs-image convert -v bad.tar named > said 2>&1 && cat -v said &&
	! grep -q "$(printf "\033")" said &&
	grep -qF "odd\\033[2J\\012.tar" said; status=$?; rm -rf named; [ $status = 0 ]'
ok "an archive that is compressed" eval '
	gzip -c pristine.tar > bad.tar &&
	refuses "bad.tar: is compressed by gzip: uncompress it first" bad.tar'
ok "an archive that is cut short" eval '
	head -c 1000000 pristine.tar > bad.tar && refuses "bad.tar: " bad.tar'
ok "a tar that is no image" eval '
	tar cf bad.tar foreign &&
	refuses "bad.tar: has no member oci-layout" bad.tar'
ok "an archive whose configuration climbs out" eval '
	archive ".[0].Config = \"../../../etc/passwd\"" &&
	refuses "has no member ../../../etc/passwd" bad.tar'
ok "an archive whose layer is a directory" eval '
	archive ".[0].Layers[0] = \"folder\"" && mkdir unpacked/folder &&
	tar cf bad.tar -C unpacked . &&
	refuses "the member folder is not a regular file" bad.tar'
ok "an archive whose layer is a link to itself" eval '
	archive ".[0].Layers[0] = \"self\"" && ln -s self unpacked/self &&
	tar cf bad.tar -C unpacked . &&
	refuses "the member self is not a regular file" bad.tar'
ok "an archive whose layer leads out of it" eval '
	archive ".[0].Layers[0] = \"out\"" &&
	ln -s ../../../../../etc/passwd unpacked/out &&
	tar cf bad.tar -C unpacked . && refuses "has no member out" bad.tar'
ok "an archive whose configuration is damaged" eval '
	archive . && flip_middle unpacked/$(jq -r ".[0].Config" \
		unpacked/manifest.json) && tar cf bad.tar -C unpacked . &&
	refuses "is corrupt, its SHA-256 is" bad.tar'
ok "an archive whose layer is damaged" eval '
	layer=$(jq -r ".[0].Layers[0]" pristine/manifest.json) &&
	archive . && flip_middle "unpacked/$layer" &&
	tar cf bad.tar -C unpacked . && refuses "layer 1: member $layer: " bad.tar'
ok "an archive with a layer less" eval '
	archive "del(.[0].Layers[1])" &&
	refuses "has 1 layers, the configuration 2 diff_ids" bad.tar'
ok "an archive of strings" eval '
	archive "[\"x\"]" &&
	refuses "bad.tar/manifest.json: [0] is not an object" bad.tar'
ok "an archive that has no such tag" \
	refuses '0 images tagged "none", not one; there are: ' pristine.tar:none
ok "an archive of two images" eval '
	archive "[.[0], (.[0] | .RepoTags = [\"other:2\"])]" &&
	refuses "has 2 images, not one: choose by ARCHIVE:TAG" bad.tar'
ok "a directory that was an archive is no layout" \
	refuses "cannot open pristine/oci-layout" pristine

tap_done
