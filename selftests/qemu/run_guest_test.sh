#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Does run-guest notice when a guest fails?  TAP.
#
#   run_guest_test.sh RELEASE
#
# Copyright (C) 2026 The tarfs authors
set -eu -o pipefail

count=0 failed=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# WANTED TEXT CLAIM COMMAND: the exit status, and what is in the output
guest()
{
	local status=0 not='not '

	"$(dirname "$0")/run-guest" --kernel "$release" --module "" \
		--silence "${silence-120}" -- sh -c "$4" > "$log" 2>&1 ||
		status=$?
	if [ $status = "$1" ] && grep -Fq "$2" "$log"; then
		not=
	else
		failed=1
		sed 's/^/# /' "$log"
	fi
	count=$((count + 1))
	echo "${not}ok $count - $3"
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
echo "1..$count"
exit $failed
