#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Storage in a pod spec: scratch, and layers that the guest pulls as blobs and
# converts itself.
#
# Copyright (C) 2026 The tarfs authors
#
# usage: tarfs_image_pod_test.sh BIN_DIR	TAP on standard output
# shellcheck disable=SC2016 # jq programs
# shellcheck source=oci_layout.sh
. "$(dirname "$0")/oci_layout.sh"

make_sample sample || exit 1
convert sample plain || exit 1

# scratch OPTION WANTED: does just the member "scratch" depend on the option?
scratch()
{
	convert sample out --scratch="$1" &&
		same "$(jq -c .scratch out/pod.json)" "$2" &&
		same "$(jq -c 'del(.scratch)' out/pod.json)" \
			"$(jq -c . plain/pod.json)" &&
		tarfs-image verify -q --scratch="$1" sample out &&
		! tarfs-image verify -q sample out
}

bad_scratch()
{
	exits 2 tarfs-image convert --scratch="$1" sample bad && [ ! -e bad ]
}

ok "no scratch is said" same "$(jq .scratch plain/pod.json)" null
ok "scratch on a tmpfs" scratch tmpfs '{"type":"tmpfs"}'
ok "a tmpfs of a size" scratch tmpfs:16M '{"type":"tmpfs","size":16777216}'
ok "the largest tmpfs" scratch tmpfs:1024T \
	'{"type":"tmpfs","size":1125899906842624}'
ok "scratch on a disk" scratch disk '{"type":"disk"}'
for bad in '' ram disk:1M tmpfs: tmpfs:0 tmpfs:1023K tmpfs:1025T tmpfs16M; do
	ok "no scratch is '$bad'" bad_scratch "$bad"
done

# options_of STORAGE: print its options; layers are first, the top one 0
options_of() { jq -c ".containers[0].storages[$1].options" pulled/pod.json; }

# names_blob STORAGE LAYER: do the layer's storage and the overlay name the
# blob?
names_blob()
{
	local digest size want name opt=io.katacontainers.fs-opt

	digest=$(layer_digest sample "$2")
	size=$(stat -c %s "$(layer_of sample "$2")")
	want="ro,$opt.block_device=file,$opt.is-layer"
	want+=",$opt.blob-digest=$digest,$opt.blob-size=$size"
	same "$(options_of "$1" | jq -r 'join(",")')" "$want" || return
	name=$(jq -r ".containers[0].storages[$1].mount_point" pulled/pod.json)
	same "$(options_of 2 | jq -r ".[$1 + 1] | sub(\".*layer=\"; \"\")" |
		base64 -d)" "${name##*/},tar,$want"
}

# is all but the options the same as with images?
as_converted()
{
	local rest='del(.containers[].storages[].options)'

	jq -e "$rest | .containers" plain/pod.json > /dev/null &&
		same "$(jq -c "$rest" pulled/pod.json)" \
			"$(jq -c "$rest" plain/pod.json)"
}

ok "--pull makes a pod spec and its digest" convert sample pulled --pull
ok "--pull makes nothing else" same "$(ls pulled)" $'pod.json\npod.sha256'
ok "its digest fits" check_digest_file pulled
ok "the top layer is a blob" names_blob 0 1
ok "the lowest layer is a blob" names_blob 1 0
ok "all the rest is as with images" as_converted
ok "--pull and --scratch" eval 'convert sample out --pull --scratch=disk &&
	same "$(jq -c .scratch out/pod.json)" "{\"type\":\"disk\"}"'
for option in --format=2 --strict --force; do
	ok "not --pull with $option" exits 2 \
		tarfs-image convert --pull $option sample bad
done
skopeo copy -q oci:sample:sample docker-archive:saved.tar:sample
ok "a blob without a digest cannot be named" \
	refuses 'an archive of docker save has none' saved.tar --pull

tap_done
