#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# On a file system with shared extents, an image shares those of its tar. Prints
# TAP.
#
# usage: mktarfs_reflink_test.sh BIN_DIR
#
# Copyright (C) 2026 The tarfs authors

# shellcheck disable=SC2016,SC2317	# quoted for eval; called through ok

# shellcheck source=../../tests/kit/tap.sh
. "$(dirname "$0")/../../tests/kit/tap.sh"
set -u
export LC_ALL=C

if [ $# -lt 1 ] || [ ! -x "$1/mktarfs" ]; then
	echo "usage: mktarfs_reflink_test.sh BIN_DIR (with mktarfs in it)" >&2
	exit 2
fi
PATH=$(realpath "$1"):$PATH:/sbin:/usr/sbin

dir=$(mktemp -d) || exit 1
clean_up()
{
	umount "$dir/mnt" 2>/dev/null
	rm -rf "$dir"
}
trap clean_up EXIT
cd "$dir" || exit 1

mkdir mnt
truncate -s 200M disk
if ! mkfs.btrfs -q disk >/dev/null 2>&1 ||
		! mount -o loop disk mnt 2>/dev/null; then
	echo "1..0 # SKIP cannot mount btrfs on a loop device here"
	exit 0
fi

used()
{
	sync
	df --output=used -B 1K mnt | tail -n 1
}

# incompressible data
head -c 40000000 /dev/urandom >data
tar cf t.tar data
gzip -1 -k t.tar
mktarfs -q t.tar want.img
cp t.tar t.tar.gz mnt/

before=$(used)
ok "an image beside its tar" mktarfs -q mnt/t.tar mnt/shared.img
after=$(used)
ok "... is the same as one that is copied" cmp want.img mnt/shared.img
ok "... and takes no room for the tar: $((after - before)) KiB" \
	[ $((after - before)) -lt 8000 ]
ok "from standard input" eval 'mktarfs -q - mnt/stdin.img <mnt/t.tar &&
	cmp want.img mnt/stdin.img'
ok "the tar is as it was" cmp t.tar mnt/t.tar
ok "a compressed tar is not shared" eval 'mktarfs -q mnt/t.tar.gz mnt/gz.img &&
	cmp want.img mnt/gz.img'
ok "the index behind the tar itself" eval 'mktarfs -q mnt/t.tar &&
	cmp want.img mnt/t.tar'
: >mnt/empty
: >empty
mktarfs -q empty empty.img
ok "an empty tar" eval 'mktarfs -q mnt/empty mnt/empty.img &&
	cmp empty.img mnt/empty.img'
head -c 40000 /dev/zero | tr '\0' x >mnt/junk
ok "what is no tar is refused" eval '! mktarfs -q mnt/junk mnt/junk.img'
ok "... and leaves nothing" [ "$(find mnt -name '*junk*' | wc -l)" = 1 ]

tap_done
