#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Write a tarball of sparse files, by GNU tar in all of its dialects.
#
# Copyright (C) 2026 The tarfs authors
set -eu -o pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# FILE SIZE [OFFSET LENGTH]...: write data at the offsets, holes elsewhere
sparse_file()
{
	local file=$1 size=$2

	truncate -s "$size" "$file"
	shift 2
	while [ $# -gt 0 ]; do
		seq "$1" 999999999 | head -c "$2" |
			dd of="$file" bs=65536 seek="$1" oflag=seek_bytes \
				conv=notrunc status=none || true
		shift 2
	done
}

fill()
{
	mkdir "$1"
	sparse_file "$1/hole" 1000000
	sparse_file "$1/first" 1000000 0 5000
	sparse_file "$1/last" 1000000 999424 576
	sparse_file "$1/middle" 10000000 4096 4096 1048576 70000
	# shellcheck disable=SC2046 # two words an extent
	sparse_file "$1/many" 20000000 \
		$(for i in $(seq 0 99); do echo $((i * 196608)) 4096; done)
}

# NAME [OPTION]...: make NAME.tar
pack()
{
	tar --mtime=@1700000000 --owner=0 --group=0 --numeric-owner \
		--sort=name --file="$1.tar" --create "${@:2}"
}

add()
{
	fill "$1"
	pack "$1" --sparse "${@:2}" "$1"
	tar --concatenate --file=all.tar "$1.tar"
}

cd "$work"
pax=(--format=posix
	--pax-option='exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime')
pack all --no-recursion --mode=755 .
add gnu --format=gnu
add pax-0.0 "${pax[@]}" --sparse-version=0.0
add pax-0.1 "${pax[@]}" --sparse-version=0.1
add pax-1.0 "${pax[@]}" --sparse-version=1.0
cat all.tar
