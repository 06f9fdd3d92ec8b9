#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Reading: bad blocks, holes, block and device sizes, readahead, and the caches.
#
# Copyright (C) 2026 The tarfs authors
# shellcheck source=suite.sh
. "$(dirname "$0")/suite.sh"

make_images
programs error_test sparse_test pieces_test ahead_test cache_test blocks_test \
	size_test
cp "$images"/{bulk,holes,sparse}.2.layout "$payload/"
cp "$images/holes.2.layout" "$payload/holes.2-4096.layout"
cp "$images"/{empty,base}.{1,2}{,.data} "$payload/"
cp "$images"/rich.2.{data,manifest,tree-512,tree-1024,tree-2048,tree-4096} \
	"$payload/"
cp "$images/bulk.2" "$images/holes.2.data" "$payload/"
guest bulk.2=bulk.2.data holes.2=holes.2.data sparse.2=sparse.2 \
	holes.2-4096=holes.2.data rich.2=rich.2.data rich.2-4096=rich.2.data \
	bulk.2-4096=bulk.2.data -- \
	./error_test "./sparse_test holes.2" "./sparse_test holes.2-4096" \
	"./sparse_test sparse.2 maps" ./pieces_test \
	"./ahead_test bulk.2" "./ahead_test bulk.2-4096" \
	"./cache_test bulk.2 ordinary" "./cache_test bulk.2 sparse" \
	"./cache_test holes.2 sparse" ./blocks_test \
	"./size_test 1" "./size_test 2"
