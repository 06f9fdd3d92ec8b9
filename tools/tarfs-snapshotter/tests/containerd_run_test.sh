#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# make run ENGINE=containerd runs a container of the sample image from verified
# layers, and leaves nothing.
#
# Copyright (C) 2026 The tarfs authors
# shellcheck disable=SC2317 # the functions that ok() calls
set -u -o pipefail
top=$(cd "$(dirname "$0")/../../.." && pwd)
# shellcheck source=../../tests/kit/tap.sh
. "$top/tools/tests/kit/tap.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# shellcheck disable=SC2034 # for ok()
tap_log=$work/log
programs=$("$top/tools/tests/interop/fetch-containerd") || programs=''

# the runtime itself, without containerd and without a layer
runtime_works()
{
	mkdir -p "$work/bundle/rootfs/bin"
	cp /bin/busybox "$work/bundle/rootfs/bin/sh"
	(cd "$work/bundle" && "$programs/runc" spec &&
		jq '.process.terminal = false | .process.args = ["sh", "-c", "exit 3"]' \
			config.json > new && mv new config.json &&
		exits 3 "$programs/runc" run "tarfs-test-$$") > "$work/runtime" 2>&1
}

run()
{
	ENGINE=containerd CONTAINERD=$1 CMD=${2-} "$top/scripts/run"
}

runs_sample()
{
	run "$1" > "$work/said" 2>&1
	same $? 0 && grep -q 'both layers are as they should be' "$work/said" &&
		grep -q ' fuse.*tar$\|/dev/mapper/.* tar$' "$work/said" || {
		cat "$work/said"
		return 1
	}
}

leaves_nothing()
{
	! grep -F "$top/build/containerd-run" /proc/mounts &&
		[ ! -e "$top/build/containerd-run" ]
}

if [ "$(id -u)" != 0 ] || [ -z "$programs" ]; then
	skip "a container of containerd" "needs root and containerd"
elif ! runtime_works; then
	skip "a container of containerd" "runc cannot run containers here"
else
	for suite in '' trixie; do
		ok "containerd ${suite:-1.6}: the sample runs" runs_sample "$suite"
		ok "... and nothing is left" leaves_nothing
	done
	ok "the status of the container" exits 7 run '' "sh -c 'exit 7'"
	ok "an unknown engine is refused" \
		fails_with 1 'ENGINE is containerd' env ENGINE=x "$top/scripts/run"
	ok "what is for the virtual machine is refused" fails_with 1 'KERNEL' \
		env ENGINE=containerd KERNEL=6.12 "$top/scripts/run"
fi
tap_done
