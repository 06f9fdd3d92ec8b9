#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Test that scripts/run builds and shows what it should, and ends as the
# container did.
# TAP on standard output.
#
# Copyright (C) 2026 The tarfs authors
set -eu -o pipefail
shopt -s inherit_errexit
# shellcheck source=testing.sh
. "$(dirname "$0")/testing.sh"

# ends WANTED LINE...: does scripts/run exit with WANTED and print the LINEs?
# shellcheck disable=SC2317 # called by ok
ends()
{
	local status=0 line

	"$work/tree/scripts/run" > "$work/out" 2>&1 || status=$?
	cat "$work/out"
	[ "$status" = "$1" ] || { say "exit status $status"; return 1; }
	shift
	for line; do
		grep -qF -e "$line" "$work/out" ||
			{ say "not said: $line"; return 1; }
	done
}

# tag the sample image with another command
tag()
{
	local tag=$1 args=() word

	shift
	for word; do
		args+=(--config.cmd "$word")
	done
	umoci config --image "$work/image:sample" --tag "$tag" "${args[@]}"
}

work=$(mktemp -d)
tap_log=$work/output
trap 'rm -rf "$work"' EXIT
copy_sources "$work/tree"
"$top/scripts/make-sample-image" "$work/image"
tag seven sh -c "exit 7"
tag hang sleep 1000
tag none /none

ok "nothing but a copy of the sources is needed for the sample image" \
	ends 0 "== dmsetup table" " 4096 4096 " "== the tar on /dev/mapper/" \
	"type tar (ro," "overlay on " "== exit status" "sample: 0" \
	"sample image: both layers are as they should be"
IMAGE=$work/image:seven ok "the container's exit status is passed on" \
	ends 7 "seven: 7"
CMD='sh -c "echo \"two  words\"; exit 4"' ok "another command can be given" \
	ends 4 "two  words" "sample: 4"
# shellcheck disable=SC2016 # it is not for this shell
CMD='echo "$HOME" && *' ok "nothing of a command is expanded here" \
	ends 0 '$HOME && *' "sample: 0"
CMD='sh -c "exit' ok "a command with half a quote is refused" \
	ends 1 "compose-pod: No closing quotation"
IMAGE="$work/image:seven $work/image:sample $work/image:seven" \
	ok "several images are containers of one pod" \
	ends 7 "== container seven-2: sh -c 'exit 7'" "seven: 7" "sample: 0" \
	"seven-2: 7"
SCRATCH=tmpfs:16M CMD="busybox df -P /" ok "scratch is on a tmpfs of a size" \
	ends 0 '== scratch: {"type": "tmpfs", "size": 16777216}' \
	"overlay                  16384 "
SCRATCH=disk:64M CMD="busybox df -P /" ok "scratch is on a disk" \
	ends 0 '== scratch: {"type": "disk"}' "sample: 0"
PULL=1 SCRATCH=disk ok "the guest makes the images of blobs itself" \
	ends 0 " blob " '== scratch: {"type": "disk"}' "sample: 0" \
	"sample image: both layers are as they should be"
PULL=1 FORMAT=1 ok "who makes the images chooses their format" \
	ends 1 "run: with PULL=1 the guest chooses the FORMAT"
"$work/tree/build/bin/tarfs-image" convert -q "$work/image:seven" "$work/pod"
POD=$work/pod/pod.json ok "a pod spec can be given" \
	ends 7 "tarfs.pod=sha256:$(cut -d ' ' -f 1 "$work/pod/pod.sha256")" \
	"seven: 7"
echo '{}' > "$work/pod/pod.json"
POD=$work/pod/pod.json ok "what is no pod spec is told" \
	ends 1 "compose-pod: this is no pod spec" "run: cannot make a pod of"
CMD=true IMAGE="a b" ok "one command is not for two images" \
	ends 1 "run: CMD is for one image, not for 2"
CMD=true POD=x ok "a command is not for a pod spec" \
	ends 1 "run: POD says all that CMD could"
SCRATCH=ram ok "scratch elsewhere is refused" \
	ends 1 "run: SCRATCH is tmpfs, tmpfs:SIZE, disk or disk:SIZE, not 'ram'"
IMAGE=$work/image:none ok "what the guest refuses is told" \
	ends 1 "run: the guest says: none: cannot create the container"
IMAGE=$work/image:hang SILENCE=5 ok "a guest that hangs is told" \
	ends 1 "the guest hung: ended after 5 s"
IMAGE=$work/image:seven MEMORY=40M ok "a guest that dies is told" \
	ends 1 "run: the guest died: its report is incomplete"
IMAGE=$work/image:other ok "an image that is not there is told" \
	ends 1 "run: cannot convert $work/image:other"
tap_done
