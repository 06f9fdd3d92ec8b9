#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Run the agent's unit tests with the sanitizers; TAP on standard output.
#
# Copyright (C) 2026 The tarfs authors
# schema_test.py builds the tests, too, so take a lock
exec flock "$0" make -s -C "$(dirname "$0")/.." SAN=1 check
