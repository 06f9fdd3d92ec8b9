#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Corrupt images: never a wrong byte with dm-verity; without it, an error and no
# fault of the kernel.
#
# Copyright (C) 2026 The tarfs authors
# shellcheck source=suite.sh
. "$(dirname "$0")/suite.sh"

make_images
programs mutation_test verity_test twin_test
"$top/selftests/tarfs/make_twins.py" "$build/bin/mktarfs" "$payload" >&2
lines=(./twin_test)
for image in small.1 rich.2; do
	cp "$images/$image"{,.data,.manifest} "$payload/"
	"$top/selftests/tarfs/mutate.py" "$images/$image.data" \
		> "$payload/$image.mutations"
	index=$(jq .tar_size "$images/$image.json")
	lines+=("./verity_test $image" "./mutation_test $image $index")
done
guest -- "${lines[@]}"
