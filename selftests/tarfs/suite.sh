# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Common to the suites, whose argument is a kernel's release: make images, and
# run programs of build/selftests/bin in a guest.
#
# Copyright (C) 2026 The tarfs authors
set -eu -o pipefail
# shellcheck source=../../scripts/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../scripts/common.sh"

[ $# = 1 ] || die "usage: ${0##*/} RELEASE"
release=$1
images=$build/selftests/images
payload=$(mktemp -d)
trap 'rm -rf "$payload"' EXIT

# make everything, once for suites that run at the same time
make_images()
{
	if [ "$(id -u)" != 0 ]; then
		echo "1..0 # SKIP needs root, to extract tarballs"
		exit 0
	fi
	mkdir -p "$build/selftests"
	(
		flock 9
		make -s -C "$top/selftests/tarfs" all images
	) 9> "$build/selftests/.lock" >&2
	cp "$images/roots" "$payload/"
}

# PROGRAM...: copy them into the payload
programs()
{
	local program

	for program; do
		cp "$build/selftests/bin/$program" "$payload/"
	done
}

# is the line's program selected by GUEST_PROGRAMS, if that is set?
wanted()
{
	local program=${1%% *}

	[ -z "${GUEST_PROGRAMS-}" ] ||
		[[ " $GUEST_PROGRAMS " = *" ${program#./} "* ]]
}

# NAME=IMAGE... -- LINE...: run the lines in a guest with these disks; an image
# is a file of build/selftests/images, or a path that begins with a slash; the
# module is $module, if that is set
guest()
{
	local disks=() file line

	while [ "$1" != -- ]; do
		file=${1#*=}
		[[ $file = /* ]] || file=$images/$file
		disks+=(--disk "${1%%=*}=$file")
		shift
	done
	shift
	for line; do
		wanted "$line" || continue
		echo "$line || status=1"
	done > "$payload/run"
	[ -s "$payload/run" ] || die "runs no program of: $GUEST_PROGRAMS"
	# shellcheck disable=SC2016 # for the guest
	echo 'exit ${status-0}' >> "$payload/run"
	"$top/selftests/qemu/run-guest" --kernel "$release" \
		${module:+--module "$module"} \
		--payload "$payload" --silence 400 \
		${disks[@]+"${disks[@]}"} -- sh run
}
