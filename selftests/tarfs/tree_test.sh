#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Mounted images are the trees that GNU tar extracts.
#
# Copyright (C) 2026 The tarfs authors
# shellcheck source=suite.sh
. "$(dirname "$0")/suite.sh"

make_images
programs tree_test
cp "$images"/*.manifest "$payload/"
guest plain.1=plain.1 plain.2=plain.2 features.2=features.2 \
	sparse.2=sparse.2 rich.2=rich.2 rootfs.1=rootfs.1 rootfs.2=rootfs.2 -- \
	"./tree_test plain.1" "./tree_test plain.2" \
	"./tree_test features.2" "./tree_test sparse.2" \
	"./tree_test rich.2" \
	"./tree_test rootfs.1 verity" "./tree_test rootfs.2 verity"
