# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# TAP for the tests of programs: ok for each claim, then tap_done.
#
# Copyright (C) 2026 The tarfs authors

count=0
failed=0

# ok CLAIM COMMAND...: the command succeeds
ok()
{
	local claim=$1

	shift
	count=$((count + 1))
	if "$@" >output 2>&1; then
		echo "ok $count - $claim"
	else
		echo "not ok $count - $claim"
		sed 's/^/#   /' output
		failed=1
	fi
}

# the plan; fails if a claim did not hold
tap_done()
{
	echo "1..$count"
	return $failed
}
