#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Generated files of every layout, read in every manner: each byte is right.
#
#   [SEED=N] [ROUNDS=N] [ROUND=N [FILE=N]] reads_test.sh RELEASE
#
# The files, and how they are read, depend on SEED alone.  With ROUND only that
# round runs, and with FILE it reads only that file; reports of faults name
# both.
#
# Copyright (C) 2026 The tarfs authors
# shellcheck source=suite.sh
. "$(dirname "$0")/suite.sh"

seed=${SEED:-1} rounds=${ROUNDS:-16} first=0
megabytes=48
here=$top/selftests/tarfs
work=$(mktemp -d)
trap 'rm -rf "$payload" "$work"' EXIT

# NAME ROOT_HASH SIZE: add a line to the list of root hashes
add_root()
{
	echo "$*" >> "$payload/roots"
}

# make a tree over data blocks smaller than those of images
make_tree()
{
	veritysetup format --no-superblock --hash=sha256 \
		--salt="$(printf '%064d' 0)" --data-block-size="$1" \
		--hash-block-size=4096 --root-hash-file="$work/root" \
		"$work/data" "$work/reads.tree$1" > "$work/log"
	add_root "reads.tree$1" "$(cat "$work/root")" "$size"
}

make_reads()
{
	local tools=$build/bin size block

	"$here/make_reads.py" "$seed" "$megabytes" "$work"
	cp "$work/reads.list" "$payload/"
	"$tools/mktarfs" --no-verity "$work/reads.tar" "$work/data" >&2
	"$here/cut_reads.py" "$work/data" "$work/reads.cuts"
	size=$(stat -c %s "$work/data")
	cp "$work/data" "$work/reads.2"
	add_root reads.2 "$("$tools/verity-setup" format "$work/reads.2" |
		sed -n 's/^Root hash:[[:space:]]*//p')" "$size"
	for block in 512 1024 2048; do
		make_tree "$block"
	done
	"$tools/mktarfs" --json --format=1 "$work/reads.tar" "$work/reads.1" \
		> "$work/json"
	# shellcheck disable=SC2046 # two words
	add_root reads.1 $(jq -r '"\(.root_hash) \(.data_size)"' "$work/json")
}

echo "# SEED=$seed"
if [ -n "${ROUND-}" ]; then
	first=$ROUND rounds=1
fi
make_reads
programs reads_test
guest reads.1="$work/reads.1" reads.2="$work/reads.2" \
	reads-1024="$work/data" reads-2048="$work/data" \
	reads-4096="$work/data" reads.tree512="$work/reads.tree512" \
	reads.tree1024="$work/reads.tree1024" \
	reads.tree2048="$work/reads.tree2048" -- \
	"./reads_test $seed $first $rounds ${FILE-}"
