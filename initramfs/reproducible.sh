#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Is the initramfs the same if it is built, module and all, somewhere else?
# TAP on standard output.
#
# Copyright (C) 2026 The tarfs authors
set -eu -o pipefail
shopt -s inherit_errexit
# shellcheck source=../scripts/common.sh
. "$(dirname "$0")/../scripts/common.sh"

count=0
failed=0

# ok CLAIM COMMAND...: the claim holds if the command succeeds
ok()
{
	local claim=$1 not=

	shift
	"$@" >&2 || { not="not "; failed=1; }
	count=$((count + 1))
	echo "${not}ok $count - $claim"
}

# a copy of the sources, with the kernels of the original
copy_sources()
{
	mkdir -p "$1/build"
	cp -R "$top"/{fs,initramfs,scripts,tools} "$top"/{Kbuild,VERSION} "$1/"
	ln -s "$kernels" "$1/build/kernels"
}

# the module and the initramfs of the tree at TREE; prints the latter's name
build_image()
{
	local tree=$1

	env -u MAKEFLAGS "$tree/scripts/build-module" \
		"$kernels/$release/headers" >&2
	env -u MAKEFLAGS make -j2 -C "$tree/initramfs" KERNEL="$release" >&2
	echo "$tree/build/$release/initramfs.img"
}

# is every member of the archive root's, of the year 1970?
# shellcheck disable=SC2317 # called by ok
neutral()
{
	zstd -dcq "$1" > "$work/archive"
	cpio -itv --numeric-uid-gid < "$work/archive" 2> /dev/null |
		awk '$3 != 0 || $4 != 0 || $8 != 1970 { print; bad = 1 }
			END { exit bad || NR < 20 }'
}

release=$("$top/scripts/fetch-kernel" 6.1)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

copy_sources "$work/a"
first=$(build_image "$work/a")
copy_sources "$work/in/another/place"
find "$work/in" -type f -exec touch -d 2001-02-03 {} +
second=$(umask 077 && TZ=Asia/Tokyo LC_ALL=C.UTF-8 \
	build_image "$work/in/another/place")
ok "built anew elsewhere, at another time, it is the same bytes" \
	cmp "$first" "$second"
ok "its members are root's and have no date" neutral "$first"

echo "1..$count"
exit $failed
