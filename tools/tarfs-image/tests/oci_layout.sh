# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# For the tests of tarfs-image: TAP, and layouts to convert.
#
# Copyright (C) 2026 The tarfs authors
#
# Sourced by tests, whose first argument is the directory of the programs.
# shellcheck disable=SC2016 # jq programs
set -u
export LC_ALL=C
# shellcheck source=../../tests/kit/tap.sh
. "$(dirname "$0")/../../tests/kit/tap.sh"
# shellcheck source=../../tests/kit/bytes.sh
. "$(dirname "$0")/../../tests/kit/bytes.sh"
PATH=$(realpath "${1:?needs the folder of the programs}"):$PATH
scripts=$(realpath "$(dirname "$0")/../../../scripts")

for program in jq umoci skopeo zstd; do
	command -v $program > /dev/null ||
		{ echo "1..0 # SKIP needs $program"; exit 0; }
done

dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1

# refuses TEXT LAYOUT[:TAG] [OPTION...]: is TEXT in the only line on standard
# error, and is nothing made?
refuses()
{
	local text=$1 layout=$2 status=0

	shift 2
	rm -rf refused
	tarfs-image convert "$@" "$layout" refused 2> errors || status=$?
	cat errors
	[ $status -eq 1 ] || { echo "exit status $status"; return 1; }
	[ ! -e refused ] || { echo "an output directory was made"; return 1; }
	[ "$(wc -l < errors)" -eq 1 ] && grep -qF -- "$text" errors ||
		{ echo "expected: $text"; return 1; }
}

# convert LAYOUT[:TAG] OUTDIR [OPTION...]: convert into a new OUTDIR, silently
convert()
{
	local layout=$1 out=$2

	shift 2
	rm -rf "$out"
	tarfs-image convert -q "$@" "$layout" "$out" > said 2>&1 &&
		[ ! -s said ] || { cat said; return 1; }
}

make_sample() { "$scripts/make-sample-image" "$1"; }

#
# Layouts, and edits of them.  An edit updates every digest that depends on it,
# so that nothing else is wrong.
#

blob_of() { echo "blobs/${1/://}"; }
manifest_digest() { jq -r '.manifests[0].digest' "$1/index.json"; }
manifest_of() { echo "$1/$(blob_of "$(manifest_digest "$1")")"; }
config_digest() { jq -r .config.digest "$(manifest_of "$1")"; }
config_of() { echo "$1/$(blob_of "$(config_digest "$1")")"; }
layer_digest() { jq -r ".layers[$2].digest" "$(manifest_of "$1")"; }
layer_of() { echo "$1/$(blob_of "$(layer_digest "$1" "$2")")"; }

# copy LAYOUT: make a new copy of the sample
copy()
{
	rm -rf "$1"
	cp -r sample "$1"
}

# add_blob LAYOUT FILE: add a blob, print its descriptor without media type
add_blob()
{
	local digest

	digest=$(sha256sum < "$2")
	cp "$2" "$1/blobs/sha256/${digest%% *}"
	printf '{"digest":"sha256:%s","size":%d}' "${digest%% *}" \
		"$(stat -c %s "$2")"
}

# edit_index LAYOUT PROGRAM [JQ OPTION...]
edit_index()
{
	local layout=$1 program=$2

	shift 2
	jq -c "$@" "$program" "$layout/index.json" > new &&
		cp new "$layout/index.json"
}

edit_manifest()
{
	local layout=$1 program=$2 was

	shift 2
	was=$(manifest_of "$layout")
	jq -c "$@" "$program" "$was" > new
	edit_index "$layout" '.manifests[0] += $new' \
		--argjson new "$(add_blob "$layout" new)"
}

edit_config()
{
	local layout=$1 program=$2 was

	shift 2
	was=$(config_of "$layout")
	jq -c "$@" "$program" "$was" > new
	edit_manifest "$layout" '.config += $new' \
		--argjson new "$(add_blob "$layout" new)"
}

# set_layer LAYOUT NUMBER FILE: replace the blob of a layer, keep its diff_id
set_layer()
{
	edit_manifest "$1" '.layers[$n] += $new' --argjson n "$2" \
		--argjson new "$(add_blob "$1" "$3")"
}

# add_layer LAYOUT TAR
add_layer()
{
	umoci raw add-layer --image "$1:sample" "$2" > /dev/null 2>&1
}

# flip_middle FILE: flip a bit of the byte in the middle
flip_middle() { flip "$1" $(($(stat -c %s "$1") / 2)); }

#
# Results
#

# the_pod OUTDIR PROGRAM: print what jq makes of the only container
the_pod() { jq -c ".containers[0] | $2" "$1/pod.json"; }

check_digest_file()
{
	local size

	size=$(stat -c %s "$1/pod.json")
	(cd "$1" && sha256sum --strict -c pod.sha256) &&
		[ $((size % 4096)) -eq 0 ] &&
		[ "$(tail -c 1 "$1/pod.json" | od -An -tx1)" = " 0a" ] &&
		[ "$(wc -l < "$1/pod.sha256")" -eq 1 ]
}

