#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# verity-setup agrees with veritysetup, the reference, which verifies without
# device-mapper: each accepts the other's trees, both refuse any flipped bit.
# Prints TAP.
#
# usage: verity_cross.sh BIN_DIR
#
# Copyright (C) 2026 The tarfs authors

# shellcheck disable=SC2016,SC2317	# quoted for bash -c; called through ok

# shellcheck source=../../tests/kit/tap.sh
. "$(dirname "$0")/../../tests/kit/tap.sh"
# shellcheck source=../../tests/kit/bytes.sh
. "$(dirname "$0")/../../tests/kit/bytes.sh"
set -u
export LC_ALL=C

if [ $# -lt 1 ] || [ ! -x "$1/verity-setup" ]; then
	echo "usage: verity_cross.sh BIN_DIR (with verity-setup in it)" >&2
	exit 2
fi
ours=$(realpath "$1")/verity-setup
theirs=$(PATH=$PATH:/sbin:/usr/sbin command -v veritysetup) || {
	echo "1..0 # SKIP no veritysetup"
	exit 0
}

dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1

block=4096
salt=$(printf '%064d' 0)

# make_data FILE BLOCKS: write blocks that all differ
make_data()
{
	seq 1000000000 2000000000 | head -c $(($2 * block)) >"$1"
}

# trailer BLOCKS: print the last block of an image, without any of our code
trailer()
{
	local i hex

	head -c 3584 /dev/zero
	printf '\x00\x10\x00\x00\x00\x10\x00\x00'
	for ((i = 0; i < 64; i += 8)); do
		printf -v hex '%02x' $((($1 >> i) & 255))
		printf '%b' "\\x$hex"
	done
	head -c 496 /dev/zero
}

# theirs ACTION BLOCKS FILE [ROOT_HASH]: run veritysetup with data and tree in
# FILE
theirs()
{
	local action=$1 blocks=$2 file=$3

	shift 3
	"$theirs" "$action" --no-superblock --hash=sha256 --salt="$salt" \
		--data-block-size=$block --hash-block-size=$block \
		--data-blocks="$blocks" --hash-offset=$((blocks * block)) \
		"$file" "$file" "$@"
}

# they_refuse BLOCKS FILE ROOT_HASH: does veritysetup find wrong content?
they_refuse()
{
	if theirs verify "$@" >message 2>&1; then
		return 1
	fi
	cat message
	grep -Eq '^Verification of (root hash|data area) failed' message
}

root_hash()
{
	awk '/^Root hash:/ { print $3 }'
}

# both_refuse WHAT FILE BLOCKS ROOT BYTE: claim it with a bit of that byte
# flipped
both_refuse()
{
	flip "$2" "$5"
	ok "$3 blocks, $1 flipped: refused by verity-setup" \
		fails_with 1 "at byte $(($5 / block * block))" \
		"$ours" verify "$2" "$4"
	ok "$3 blocks, $1 flipped: refused by veritysetup" \
		they_refuse "$3" "$2" "$4"
	flip "$2" "$5"
}

test_size()
{
	local n=$1 data=$(($1 * block)) root their_root size

	make_data image "$n"
	cp image reference
	root=$("$ours" format image | root_hash)
	their_root=$(theirs format "$n" reference | root_hash)
	trailer "$n" >>reference

	ok "$n blocks: a root hash is printed" test ${#root} -eq 64
	ok "$n blocks: the same root hash" test "$root" = "$their_root"
	ok "$n blocks: the same image" cmp image reference
	ok "$n blocks: our tree is accepted by veritysetup" \
		theirs verify "$n" image "$root"
	ok "$n blocks: their tree is accepted by verity-setup" \
		"$ours" verify reference "$their_root"
	ok "$n blocks: a wrong root hash is refused" \
		fails_with 1 "does not have the root hash" \
		"$ours" verify image "${salt/0/1}"

	both_refuse "the first bit of data" image "$n" "$root" 0
	both_refuse "the last byte of data" image "$n" "$root" $((data - 1))
	size=$(stat -c %s image)
	if [ "$size" -gt $((data + block)) ]; then
		both_refuse "the tree's first byte" image "$n" "$root" "$data"
		both_refuse "the tree's last byte" image "$n" "$root" \
			$((size - block - 1))
	fi
	ok "$n blocks: as before in the end" cmp image reference
}

test_dump_and_table()
{
	local root

	make_data image 130
	root=$("$ours" format image | root_hash)
	"$ours" dump image >dumped
	ok "dump: the number of data blocks" \
		grep -Eq '^Data blocks: +.130$' dumped
	ok "dump: the root hash of the tree" grep -q "$root" dumped
	ok "table: the line for dmsetup" test \
		"$("$ours" table image "$root" /dev/vdx)" = \
		"0 1040 verity 1 /dev/vdx /dev/vdx 4096 4096 130 130 sha256 $root $salt"
	ok "table: without a device, the image" test \
		"$("$ours" table image "$root" | cut -d ' ' -f 5,6)" = \
		"image image"
	ok "table: not for another root hash" \
		fails_with 1 "the tree's root hash is $root" \
		"$ours" table image "$salt"
}

test_refusals()
{
	make_data image 5
	"$ours" format image >/dev/null
	cp image before
	ok "format: not twice, and what to do" \
		fails_with 1 "'truncate -s 20480'" "$ours" format image
	ok "... and the image is as before" cmp image before

	make_data tar 5
	head -c 512 /dev/zero >>tar
	cp tar before
	ok "format: not a file of partial blocks" \
		fails_with 1 "20992 bytes" "$ours" format tar
	ok "... which is as before" cmp tar before
	: >empty
	ok "format: not an empty file" fails_with 1 "0 bytes" \
		"$ours" format empty
	ok "format: not a device" fails_with 1 "not a regular file" \
		"$ours" format /dev/null
	ok "verify: not a file that is not there" \
		fails_with 1 "missing: cannot open: No such file" \
		"$ours" verify missing "$salt"
	make_data data 5
	ok "dump: not a file without trailer" fails_with 1 "no trailer" \
		"$ours" dump data
	ok "table: no white space" fails_with 1 "cannot contain" \
		"$ours" table image "$("$ours" dump image | root_hash)" 'a b'
}

test_cleaning_up()
{
	local ended

	make_data image 300
	cp image before
	# 1 KiB units: the data and one of four blocks of hashes
	ok "format: what cannot be written" fails_with 1 "File too large" \
		bash -c 'ulimit -f $((301 * 4)); exec "$0" format image' "$ours"
	ok "... is cut off again" cmp image before

	truncate -s 64G sparse
	env --default-signal "$ours" format sparse &
	sleep 0.5
	kill -TERM $!
	ended=0
	wait $! || ended=$?
	ok "format: a signal ends it" same $ended $((128 + 15))
	ok "... and the old length" test "$(stat -c %s sparse)" -eq $((64 << 30))
	rm -f sparse
}

test_usage()
{
	ok "usage: --help" "$ours" --help
	ok "usage: --version" "$ours" --version
	ok "usage: no command" exits 2 "$ours"
	ok "usage: an unknown command" exits 2 "$ours" explode image
	ok "usage: an unknown option" exits 2 "$ours" --explode
	ok "usage: too few arguments" exits 2 "$ours" verify image
	ok "usage: too many arguments" exits 2 "$ours" dump image image
	ok "usage: a root hash of 63 digits" \
		exits 2 "$ours" verify image "${salt#0}"
	ok "usage: a full standard output" \
		exits 1 bash -c '"$0" --help >/dev/full' "$ours"
}

for size in 1 2 127 128 129 130 16384 16385; do
	test_size $size
done
test_dump_and_table
test_refusals
test_cleaning_up
test_usage
tap_done
