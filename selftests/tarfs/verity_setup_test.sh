#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The verity-setup that is linked statically opens and closes images.
#
# Copyright (C) 2026 The tarfs authors
# shellcheck source=suite.sh
. "$(dirname "$0")/suite.sh"

make_images
programs verity_setup_test
mkdir -p "$build/static"
flock "$build/static/.lock" make -s -C "$top" STATIC=1 >&2
cp "$build/static/bin/verity-setup" "$images/base.2" "$payload/"
guest plain.2=plain.2 -- ./verity_setup_test
