#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Out of memory: each allocation fails once, on kernels with fault injection.
#
# Copyright (C) 2026 The tarfs authors
# shellcheck source=suite.sh
. "$(dirname "$0")/suite.sh"

make_images
programs fault_test
guest small.1=small.1 rich.2=rich.2 sparse.2=sparse.2 -- \
	"./fault_test small.1" "./fault_test rich.2" "./fault_test sparse.2"
