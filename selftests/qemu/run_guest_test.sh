#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Each way in which a guest can fail makes run-guest exit with 1 and name it; a
# success, or a slow guest, does not.  TAP.
#
#   run_guest_test.sh RELEASE
#
# Copyright (C) 2026 The tarfs authors
set -eu -o pipefail

here=$(dirname "$0")
# shellcheck source=../../tools/tests/kit/tap.sh
. "$here/../../tools/tests/kit/tap.sh"
work=$(mktemp -d)
log=$work/log
tap_log=$work/output
trap 'rm -rf "$work"' EXIT

# ends WANTED STATUS TEXT: check the exit status, and that the output has TEXT
# shellcheck disable=SC2317 # called by ok
ends()
{
	cat "$log"
	[ "$2" = "$1" ] && grep -Fq "$3" "$log"
}

# WANTED TEXT CLAIM COMMAND: run COMMAND; expect that exit status and output
guest()
{
	local status=0

	"$here/run-guest" --kernel "$release" --module "" \
		--silence "${silence-120}" -- sh -c "$4" > "$log" 2>&1 ||
		status=$?
	ok "$3" ends "$1" $status "$2"
}

release=${1:?"usage: run_guest_test.sh RELEASE"}
guest 0 "ok 1 - fine" "a command that succeeds" "echo ok 1 - fine"
guest 1 "command failed: 3" "one that fails" "exit 3"
guest 1 "guest died" "a guest that powers off" "poweroff -f"
guest 1 "guest died" "one that pretends to have ended" \
	"echo 'guest 0 ends: 0' > /dev/vport0p1; poweroff -f"
guest 1 "reported a fault" "a kernel that panics" \
	"echo c > /proc/sysrq-trigger"
guest 1 "reported a fault" "a kernel that reports a bug" \
	"echo '<3>BUG: not a real one' > /dev/kmsg"
silence=15
guest 1 "hung: ended after 15 s" "a guest that hangs" "sleep 1000"
# shellcheck disable=SC2016 # for the guest
guest 0 "ok 30" "a guest that is slow but goes on" \
	'for i in $(seq 30); do echo "ok $i"; sleep 1; done'
tap_done
